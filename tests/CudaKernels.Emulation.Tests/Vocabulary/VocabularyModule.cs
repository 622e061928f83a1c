namespace CudaKernels.Tests.Vocabulary;

/// <summary>A file of Kernels/ compiled for a software device of its own.</summary>
internal sealed class VocabularyModule : IDisposable
{
    private readonly EmulatedDevice _emulated;
    private readonly CudaModule _module;

    public VocabularyModule(string file, EmulationOptions? options = null, params string[] kernels)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        _emulated = EmulatedDevice.Open(options ?? new EmulationOptions());
        _module = _emulated.Device.Compile(KernelSource.FromFile(PathOf(file)), new CompileOptions { Kernels = kernels });
    }

    /// <summary>A file of Kernels/, or of the folder that tests/CudaKernels.Mutation names, where the same kernels stand over changed twins.</summary>
    public static string PathOf(string file) => Path.Combine(Environment.GetEnvironmentVariable("CUDAKERNELS_VOCABULARY") ?? Path.Combine(AppContext.BaseDirectory, "Vocabulary", "Kernels"), file);

    /// <summary>Dynamic shared memory of every launch.</summary>
    public int SharedBytes { get; init; }

    public IReadOnlyList<EmulationReport> Reports => _emulated.Reports;

    /// <summary>Runs a kernel whose parameters are pointers to words: the inputs, then one output.</summary>
    /// <returns>The output's words.</returns>
    public uint[] Run(string kernel, int blocks, int threads, int length, params uint[][] inputs)
    {
        var device = _emulated.Device;
        var buffers = inputs.Select(words => device.CreateBuffer<uint>(words)).ToList();
        try
        {
            using var output = device.CreateBuffer<uint>(length);
            KernelArgument[] arguments = [.. buffers.Select(buffer => (KernelArgument)buffer), output];
            device.DefaultStream.Launch(_module.GetKernel(kernel), new LaunchConfig(blocks, threads, SharedBytes), arguments);
            var words = output.ToArray();
            Assert.Empty(Reports);
            return words;
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    public void Dispose()
    {
        _module.Dispose();
        _emulated.Dispose();
    }
}
