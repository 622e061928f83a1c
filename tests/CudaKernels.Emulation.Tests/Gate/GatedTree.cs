namespace CudaKernels.Tests;

/// <summary>The kernels and their common headers, each compiled by the gate for every architecture, all at once over the processors; the tests ask for one file's outcome.</summary>
public sealed class GatedTree : IDisposable
{
    private readonly TemporaryKernels _kernels = new();
    private readonly Lazy<Dictionary<string, string?>> _objections;

    public GatedTree() => _objections = new Lazy<Dictionary<string, string?>>(CheckAll);

    /// <summary>Every file of the tree.</summary>
    public static IEnumerable<string> Files => KernelSource.ResourcePaths;

    /// <summary>What clang objects to in a file, with the architecture, or null.</summary>
    public string? ObjectionTo(string file) => _objections.Value[file];

    /// <summary>What clang objects to in a text beside the kernels, for the newest architecture that it knows, or null.</summary>
    public string? ObjectionToText(string text) =>
        FrontEndGate.Require().Check(_kernels.Path, _kernels.Write(Path.Combine("gate", $"{Guid.NewGuid():N}.cu"), text), FrontEndGate.Require().Architectures[^1]);

    public void Dispose() => _kernels.Dispose();

    private Dictionary<string, string?> CheckAll()
    {
        var gate = FrontEndGate.Require();
        var pairs = Files.SelectMany(file => gate.Architectures.Select(architecture => (File: file, Architecture: architecture))).ToArray();
        var objections = new string?[pairs.Length];
        foreach (var file in Files)
            _kernels.Write(Unit(file), Text(file));
        Parallel.For(0, pairs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            objections[i] = gate.Check(_kernels.Path, Path.Combine(_kernels.Path, Unit(pairs[i].File)), pairs[i].Architecture) is { } objection ? $"{pairs[i].Architecture}: {objection}" : null);
        return pairs.Select((pair, i) => (pair.File, Objection: objections[i])).GroupBy(result => result.File).ToDictionary(results => results.Key, results => results.Select(result => result.Objection).FirstOrDefault(objection => objection is not null));
    }

    private static string Unit(string file) => Path.Combine("gate", $"{file}.cu");

    /// <summary>A unit that includes the file alone, and asks for every instance that an operation takes of it, so that the templates' bodies are read with their types.</summary>
    private static string Text(string file)
    {
        var uses = KernelFile.All.Where(known => known.Path == file).SelectMany(known => known.Templates)
            .SelectMany(template => template.Combinations.Select(template.Expression)).Select((expression, i) => $"auto ck_use_{i} = &{expression};");
        return $"#include \"{file}\"\n{string.Join('\n', uses)}\n";
    }
}
