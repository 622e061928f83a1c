// Makes one semantic mutant of every kernel (an operator, an index, a bound) and sees that the catalog's check on the software
// device kills it. Usage: dotnet run -c Release --project tests/CudaKernels.Mutation [-- PATTERN]
using CudaKernels;
using CudaKernels.Mutation;

var pattern = args.Length > 0 ? args[0] : "";
var files = KernelSource.ResourcePaths.Where(path => path.EndsWith(".cu", StringComparison.Ordinal) && path.Contains(pattern, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
var verdicts = new KernelVerdict[files.Length];
Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => verdicts[i] = KernelVerdict.Judge(files[i]));
foreach (var verdict in verdicts)
{
    var change = verdict.Mutant is { } mutant ? $"line {mutant.Line}: {mutant.Before}  ->  {mutant.After}" : "no mutant";
    Console.WriteLine(verdict.Fault is not null
        ? $"BROKEN   {verdict.File}: unchanged, it fails: {verdict.Fault}"
        : $"{(verdict.IsKilled ? "killed  " : "SURVIVED")} {verdict.File} {change}{(verdict.KilledBy is { } by ? $"  by {by}" : "")}");
}

var killed = verdicts.Count(verdict => verdict.IsKilled);
Console.WriteLine($"{killed} killed, {verdicts.Length - killed} survived");
return killed == verdicts.Length && killed > 0 ? 0 : 1;
