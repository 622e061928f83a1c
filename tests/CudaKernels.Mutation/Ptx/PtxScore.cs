using System.Text.RegularExpressions;
using CudaKernels.PtxLint;

namespace CudaKernels.Mutation;

/// <summary>What became of a mutant of an asm statement.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="KilledBy">What the lint says of it that it does not say of the unchanged statement; null when it is silent.</param>
/// <param name="IsGpuOnly">The lint is silent, and by the table nothing is wrong with the text: only a run on a GPU can tell.</param>
internal sealed record PtxJudgement(PtxMutant Mutant, string? KilledBy, bool IsGpuOnly)
{
    public bool IsKilled => KilledBy is not null;

    public bool Survived => !IsKilled && !IsGpuOnly;

    public string Word => IsKilled ? "killed" : IsGpuOnly ? "GPU-only" : "SURVIVED";
}

/// <summary>Changes every asm statement of the kernels and counts what the lint finds.</summary>
internal static partial class PtxScore
{
    /// <summary>
    /// The mutants of the files that match. A macro that is called for every size of an instruction gives as many statements on one line
    /// that differ in numbers only: the first stands for them.
    /// </summary>
    public static IReadOnlyList<PtxMutant> Mutants(string pattern) =>
    [
        .. Linter.Statements(KernelSource.ResourcePaths.ToDictionary(path => path, path => KernelSource.FromResource(path).Text))
            .Where(compiled => compiled.Statement.File.Contains(pattern, StringComparison.Ordinal))
            .DistinctBy(compiled => (compiled.Statement.File, compiled.Statement.Line, Number().Replace(Spellings(compiled.Statement), "n")))
            .SelectMany(compiled => PtxRules.Of(compiled.Statement, compiled.Targets)),
    ];

    /// <summary>Hands each mutant to the lint.</summary>
    public static IReadOnlyList<PtxJudgement> Judge(IReadOnlyList<PtxMutant> mutants)
    {
        var judgements = new PtxJudgement[mutants.Count];
        Parallel.For(0, mutants.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => judgements[i] = Judge(mutants[i]));
        return judgements;
    }

    /// <summary>Hands one mutant to the lint.</summary>
    public static PtxJudgement Judge(PtxMutant mutant)
    {
        var before = StatementCheck.Check(mutant.Original, mutant.Targets).ToHashSet();
        var killedBy = StatementCheck.Check(mutant.Changed, mutant.Targets).FirstOrDefault(finding => !before.Contains(finding))?.Message;
        return new PtxJudgement(mutant, killedBy, killedBy is null && IsLegal(mutant));
    }

    /// <summary>Prints a line per file and the score, GPU-only mutants left out; gives whether it reaches the goal.</summary>
    public static bool Print(IReadOnlyList<PtxJudgement> judgements, double goal)
    {
        Console.WriteLine($"{"file",-42} {"killed",8} {"survived",8} {"GPU-only",10}");
        foreach (var file in judgements.GroupBy(judgement => judgement.Mutant.File))
        {
            Console.WriteLine($"{file.Key,-42} {file.Count(one => one.IsKilled),8} {file.Count(one => one.Survived),8} {file.Count(one => one.IsGpuOnly),10}");
        }

        foreach (var change in judgements.GroupBy(judgement => judgement.Mutant.Change).OrderBy(change => change.Key))
        {
            Console.WriteLine($"{change.Key,-42} {change.Count(one => one.IsKilled),8} {change.Count(one => one.Survived),8} {change.Count(one => one.IsGpuOnly),10}");
        }

        var (killed, survived) = (judgements.Count(one => one.IsKilled), judgements.Count(one => one.Survived));
        var score = 100.0 * killed / Math.Max(killed + survived, 1);
        Console.WriteLine($"{killed} killed, {survived} survived, {judgements.Count(one => one.IsGpuOnly)} GPU-only: {score:F1} %");
        return killed > 0 && score >= goal;
    }

    /// <summary>Whether only the text of the template is changed, and each instruction of it has a spelling of the table that takes operands of the shapes that stood there before.</summary>
    private static bool IsLegal(PtxMutant mutant)
    {
        if (mutant.Original.Operands != mutant.Changed.Operands || mutant.Original.IsVolatile != mutant.Changed.IsVolatile || mutant.Original.Clobbers != mutant.Changed.Clobbers)
            return false;
        var (before, after) = (PtxReader.Read(mutant.Original.Template), PtxReader.Read(mutant.Changed.Template));
        if (!Registers(before).SequenceEqual(Registers(after)))
            return false;
        var operands = new OperandCheck(mutant.Original.Operands, new BlockRegisters(after));
        return before.OfType<PtxStatement.Instruction>().Zip(after.OfType<PtxStatement.Instruction>()).All(pair =>
            pair.First.Operands.Select(operand => Shape(operand, mutant.Original)).SequenceEqual(pair.Second.Operands.Select(operand => Shape(operand, mutant.Original)))
            && pair.First.Predicate?.Text == pair.Second.Predicate?.Text
            && InstructionTable.Instance.Find(pair.Second.Spelling).Any(form => operands.Mismatch(form, pair.Second.Operands) is null));
    }

    private static IEnumerable<string> Registers(List<PtxStatement> body) => body.OfType<PtxStatement.Registers>().Select(registers => $"{registers.Type} {string.Join(' ', registers.Names)}");

    private static string Shape(PtxOperand operand, AsmStatement statement) => operand switch
    {
        PtxOperand.Placeholder placeholder => placeholder.Index < statement.Operands.Count ? $"{statement.Operands[placeholder.Index].Kind}" : "?",
        PtxOperand.Vector vector => $"{{{string.Concat(vector.Items.Select(item => Shape(item, statement)))}}}",
        PtxOperand.Address address => $"[{Shape(address.Base, statement)}{(address.Coordinates is null ? "" : Shape(address.Coordinates, statement))}]",
        PtxOperand.Pair pair => $"{Shape(pair.First, statement)}|{Shape(pair.Second, statement)}",
        PtxOperand.Literal => "n",
        _ => operand.GetType().Name,
    };

    private static string Spellings(AsmStatement statement) => string.Join(' ', PtxReader.Read(statement.Template).OfType<PtxStatement.Instruction>().Select(instruction => instruction.Spelling));

    [GeneratedRegex(@"(?<=\.m64n)\d+")]
    private static partial Regex Number();
}
