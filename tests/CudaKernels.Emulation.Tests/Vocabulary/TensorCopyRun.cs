using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>Kernels/tensor_copies.cu on a checking device of its own.</summary>
internal sealed class TensorCopyRun : IDisposable
{
    private const int SharedBytes = 65536;
    private readonly CudaModule _module;

    public TensorCopyRun(int seed = 0)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        Emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
        _module = Device.Compile(
            KernelSource.FromFile(VocabularyModule.PathOf("tensor_copies.cu")),
            new CompileOptions
            {
                Kernels =
                [
                    .. Enumerable.Range(1, 5).Select(rank => $"load_tile<{rank}>"), .. Enumerable.Range(3, 3).Select(rank => $"load_window<{rank}>"),
                    .. Enumerable.Range(1, 5).Select(rank => $"store_tile<{rank}, 0>"), .. Enumerable.Range(1, 8).Select(operation => $"store_tile<2, {operation}>"),
                ],
            });
    }

    public EmulatedDevice Emulated { get; }

    public CudaDevice Device => Emulated.Device;

    /// <summary>Loads a tile and gives its bytes as they lie in shared memory. Coordinates stand innermost first.</summary>
    public T[] Load<T>(TensorMap map, params int[] at) where T : unmanaged => Load<T>(map, map.TileBytes, 0, at);

    public T[] Load<T>(TensorMap map, int expected, int offset, int[] at) where T : unmanaged
    {
        using var output = Device.CreateBuffer<uint>(map.TileBytes / 4);
        var c = Pad(at);
        Launch($"load_tile<{at.Length}>", map.AsReadOnly(), output, map.TileBytes, expected, offset, c[0], c[1], c[2], c[3], c[4]);
        return MemoryMarshal.Cast<uint, T>(output.ToArray()).ToArray();
    }

    /// <summary>Loads an im2col window: coordinates C, W, H, D, N as far as there are, then offsets W, H, D.</summary>
    public T[] LoadWindow<T>(TensorMap map, int[] at, int[] offsets) where T : unmanaged
    {
        using var output = Device.CreateBuffer<uint>(map.TileBytes / 4);
        var rank = at.Length;
        Launch($"load_window<{rank}>", map.AsReadOnly(), output, map.TileBytes, at[0], at[1], rank > 3 ? at[2] : 0, rank > 4 ? at[3] : 0, at[^1], offsets[0], rank > 3 ? offsets[1] : 0, rank > 4 ? offsets[2] : 0);
        return MemoryMarshal.Cast<uint, T>(output.ToArray()).ToArray();
    }

    /// <summary>Stores a tile, or combines it with the tensor: 1 to 8 are add, min, max, inc, dec, and, or, xor.</summary>
    public void Store<T>(TensorMap map, T[] tile, int operation, params int[] at) where T : unmanaged
    {
        using var input = Device.CreateBuffer<uint>(MemoryMarshal.Cast<T, uint>(tile).ToArray());
        var c = Pad(at);
        Launch($"store_tile<{at.Length}, {operation}>", map, input, map.TileBytes, c[0], c[1], c[2], c[3], c[4]);
        Device.Synchronize();
    }

    public void Launch(string kernel, params KernelArgument[] arguments) => Device.DefaultStream.Launch(_module.GetKernel(kernel), new LaunchConfig(1, 32, SharedBytes), arguments);

    public CudaKernel Kernel(string name) => _module.GetKernel(name);

    /// <summary>Runs what has a mistake and gives the reports; what would fault on a GPU faults here too.</summary>
    public IReadOnlyList<EmulationReport> Mistake(Action run)
    {
        try
        {
            run();
            Device.Synchronize();
        }
        catch (CudaException fault)
        {
            Assert.NotEqual(CUresult.CUDA_SUCCESS, fault.Code);
        }

        return [.. Emulated.Reports.Where(report => report.Rule is not (EmulationReport.NoteRule or "leak"))];
    }

    public void Dispose()
    {
        _module.Dispose();
        Emulated.Dispose();
    }

    private static int[] Pad(int[] at) => [.. at, .. Enumerable.Repeat(0, 5 - at.Length)];
}
