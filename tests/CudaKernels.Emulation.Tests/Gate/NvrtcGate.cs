namespace CudaKernels.Tests;

/// <summary>NVRTC as a judge of the kernels: it has ptxas inside, and needs no GPU.</summary>
internal static class NvrtcGate
{
    /// <summary>Compiles sources to machine code, with every instance that an operation takes, for every architecture that the compiler knows; gives what it objects to.</summary>
    public static IReadOnlyList<string> Objections(NvrtcCompiler compiler, IEnumerable<KernelSource> sources)
    {
        var targets = compiler.SupportedArchitectures.Where(number => number >= 75).Select(number => compiler.TargetFor(number / 10, number % 10)).ToArray();
        Assert.NotEmpty(targets);
        var pairs = sources.SelectMany(source => targets.Select(target => (source, target))).ToArray();
        var objections = new string?[pairs.Length];
        Parallel.For(0, pairs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => objections[i] = Objection(compiler, pairs[i].source, pairs[i].target));
        return [.. objections.OfType<string>()];
    }

    private static string? Objection(NvrtcCompiler compiler, KernelSource source, CompileTarget target)
    {
        var instances = KernelFile.All.Where(known => known.Path == source.Name).SelectMany(known => known.Templates).SelectMany(template => template.Combinations.Select(template.Expression));
        try
        {
            return compiler.Compile(source, new CompileOptions { Kernels = [.. instances] }, target).Image.Length > 0 ? null : $"{source.Name} for {target}: the image is empty";
        }
        catch (NvrtcCompilationException exception)
        {
            return $"{source.Name} for {target}: {exception.Message}";
        }
    }
}
