using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Compiles a source and runs one of its kernels on the engine alone, without the driver.</summary>
internal sealed unsafe class EngineRun : IDisposable
{
    private readonly List<(nuint Address, nuint Bytes)> _buffers = [];
    private readonly SoftwareModule _module;
    private readonly IReadOnlyDictionary<string, string> _lowered;

    public EngineRun(string source, params string[] expressions)
    {
        Assert.SkipUnless(CompilerIsThere(out var reason), reason ?? "");
        var program = new SoftwareProgram(source, "test.cu", []);
        foreach (var expression in expressions)
        {
            program.AddNameExpression(expression);
        }

        var result = program.Compile([]);
        Assert.True(result.Succeeded, result.Log);
        _module = SoftwareModule.Load(result.Image);
        _lowered = result.LoweredNames;
    }

    public SoftwareModule Module => _module;

    public static bool CompilerIsThere(out string? reason)
    {
        var found = NativeRuntime.TryLoad(out _, out reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        return found;
    }

    /// <summary>Device memory holding the given elements.</summary>
    public nuint Buffer<T>(params T[] elements) where T : unmanaged
    {
        var bytes = (nuint)(elements.Length * sizeof(T));
        var address = NativeRuntime.Instance.Allocate(bytes, 256);
        Assert.NotEqual((nuint)0, address);
        elements.CopyTo(new Span<T>((void*)address, elements.Length));
        _buffers.Add((address, bytes));
        return address;
    }

    public static T[] Read<T>(nuint address, int count) where T : unmanaged => new ReadOnlySpan<T>((void*)address, count).ToArray();

    public SoftwareKernel Kernel(string name) =>
        _lowered.TryGetValue(name, out var lowered) && _module.TryGetKernel(lowered, out var kernel) ? kernel : _module.Kernels.Single(candidate => candidate.Expression == name);

    public NativeLaunchResult Launch(string name, Dim3 grid, Dim3 block, ReadOnlySpan<ulong> arguments, uint shared = 0, ulong seed = 0, bool reversed = false, bool cooperative = false, int workers = 2)
    {
        var copies = arguments.ToArray();
        fixed (ulong* bits = copies)
        {
            var pointers = stackalloc void*[copies.Length];
            for (var i = 0; i < copies.Length; i++)
            {
                pointers[i] = bits + i;
            }

            return NativeRuntime.Instance.Launch(new NativeLaunch
            {
                Kernel = Kernel(name),
                Grid = grid,
                Block = block,
                SharedBytes = shared,
                Arguments = pointers,
                Seed = seed,
                Reversed = reversed,
                Cooperative = cooperative,
                Workers = workers,
                TimeLimitMilliseconds = 500,
            });
        }
    }

    public void Dispose()
    {
        foreach (var (address, bytes) in _buffers)
        {
            NativeRuntime.Instance.Free(address, bytes);
        }
    }
}
