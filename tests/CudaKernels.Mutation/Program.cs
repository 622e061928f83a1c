// Breaks kernels on purpose and sees whether the checks notice. dotnet run -c Release --project tests/CudaKernels.Mutation -- VERB:
// (the pattern of list, score and twins is an expression that file:line: has a match of, as in mbarrier.h:13:)
//   semantic [PATTERN]          one mutant of what each kernel computes, against the ordinary check
//   list [PATTERN]              the mutants of score, by file
//   score [PATTERN]             every barrier, guard, bound and lane predicate of kernels and headers weakened, against the checking mode
//   equivalents [SEEDS] [PATTERN]  runs the mutants of equivalent.tsv under both orders and many seeds (20): none may fail
//   ptx [PATTERN] [--all]       every asm statement of the headers changed, against the lint; GPU-only is what is legal PTX of the same operands
//   twins [PATTERN] [--all]     every call, count, guard and lane of the vocabulary's twins taken away or changed, against the vocabulary's tests;
//                               the pattern is of file:line:, as in mbarrier.h:13:
//   schedules [PATTERN] [SEEDS] unchanged operations under many random schedules (200): none may be reported
using System.Globalization;
using CudaKernels.Catalog;
using CudaKernels.Mutation;

const double goal = 97;
var (verb, pattern) = (args.ElementAtOrDefault(0), args.ElementAtOrDefault(1) ?? "");
switch (verb)
{
    case "semantic":
        return SemanticCheck.Run(pattern) ? 0 : 1;
    case "list":
        foreach (var file in MutationScore.Mutants(pattern).GroupBy(mutant => mutant.File))
        {
            Console.WriteLine($"{file.Key,-42} {file.Count(),8} {file.Average(mutant => Trial.Users(mutant).Length),8:F1} operations each");
        }

        return 0;
    case "score":
        var mutants = MutationScore.Mutants(pattern);
        if (MutationScore.Unsound(mutants) is { Count: > 0 } unsound)
        {
            Array.ForEach([.. unsound], failure => Console.WriteLine($"BROKEN   unchanged, it fails: {failure}"));
            return 1;
        }

        return MutationScore.Print(MutationScore.Judge(mutants, [1, 2, 3], Tell), goal) ? 0 : 1;
    case "twins":
        return MutationScore.Print(TwinScore.Judge(TwinText.Mutants(pattern), Tell), goal) ? 0 : 1;
    case "ptx":
        var lines = PtxScore.Judge(PtxScore.Mutants(pattern));
        foreach (var one in lines.Where(one => one.Survived || args.Contains("--all")))
        {
            Console.WriteLine($"{one.Word,-10} {one.Mutant.ToString().ReplaceLineEndings(" ")}{(one.KilledBy is { } by ? $"  by {by}" : "")}");
        }

        return PtxScore.Print(lines, goal) ? 0 : 1;
    case "equivalents":
        string[] values = [.. args[1..].Where(value => value != "--all")];
        var run = 0;
        var disproved = Equivalents.Disprove(values.Length > 0 ? int.Parse(values[0], CultureInfo.InvariantCulture) : 20, values.ElementAtOrDefault(1) ?? "", judgement =>
        {
            run++;
            Tell(judgement);
        }).ToArray();
        Array.ForEach(disproved, Console.WriteLine);
        Console.WriteLine($"{run} equivalent mutants, {disproved.Length} disproved");
        return disproved.Length == 0 ? 0 : 1;
    case "schedules":
        var seeds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200;
        var operations = OpCatalog.Matching(pattern).ToArray();
        var reports = ScheduleRun.Reports(operations, seeds, (operation, found) => Console.WriteLine($"{operation.Name}: {seeds} schedules, {found} reports"));
        foreach (var report in reports)
        {
            Console.WriteLine($"FALSE    {report}");
        }

        Console.WriteLine($"{operations.Length} operations under {seeds} schedules: {reports.Count} reports");
        return operations.Length > 0 && reports.Count == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine("semantic [PATTERN] | list [PATTERN] | score [PATTERN] [--all] | ptx [PATTERN] [--all] | twins [PATTERN] [--all] | equivalents [SEEDS] | schedules [PATTERN] [SEEDS]");
        return 2;
}

void Tell(Judgement judgement)
{
    if (!judgement.IsKilled || args.Contains("--all"))
    {
        Console.WriteLine($"{judgement.Word,-10} {judgement.Mutant}{(judgement.KilledBy is { } by ? $"  by {by}" : judgement.Argument is { } why ? $"  because {why}" : "")}");
    }
}
