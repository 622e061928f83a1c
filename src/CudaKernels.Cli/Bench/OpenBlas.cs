using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace CudaKernels.Cli.Bench;

/// <summary>The OpenBLAS of this machine: the peer of the managed matrix product.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int NotTransposed = 111;
    private static readonly string[] s_names = OperatingSystem.IsWindows() ? ["libopenblas.dll", "openblas.dll"] : OperatingSystem.IsMacOS() ? ["libopenblas.dylib"] : ["libopenblas.so.0", "libopenblas.so"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;
    private readonly delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _dgemm;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private const string CoreVariable = "OPENBLAS_CORETYPE";

    private OpenBlas(string name, nint library, string? requestedCore)
    {
        Library = name;
        RequestedCore = requestedCore;
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        _dgemm = (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(library, "cblas_dgemm");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        Core = Text(library, "openblas_get_corename");
        Configuration = Text(library, "openblas_get_config");
    }

    /// <summary>The name it was loaded by.</summary>
    public string Library { get; }

    /// <summary>The processor core that it chose its kernels for.</summary>
    public string Core { get; }

    /// <summary>The core that it was told to take; null when it found out by itself.</summary>
    public string? RequestedCore { get; }

    /// <summary>Its version and how it was built.</summary>
    public string Configuration { get; }

    /// <summary>Loads it; null when this machine has none.</summary>
    public static OpenBlas? Find()
    {
        var core = RequestCore();
        foreach (var name in s_names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new OpenBlas(name, library, core);
            }
        }

        return null;
    }

    /// <summary>How many threads later products may use.</summary>
    public void UseThreads(int count) => _setThreads(count);

    /// <summary>C = A·B, all row-major and dense, without checks of the lengths.</summary>
    public void Multiply(float* a, float* b, float* c, int m, int n, int k) =>
        _sgemm(RowMajor, NotTransposed, NotTransposed, m, n, k, 1, a, Math.Max(k, 1), b, Math.Max(n, 1), 0, c, Math.Max(n, 1));

    /// <inheritdoc cref="Multiply(float*, float*, float*, int, int, int)"/>
    public void Multiply(double* a, double* b, double* c, int m, int n, int k) =>
        _dgemm(RowMajor, NotTransposed, NotTransposed, m, n, k, 1, a, Math.Max(k, 1), b, Math.Max(n, 1), 0, c, Math.Max(n, 1));

    // OpenBLAS knows processors by model, and takes kernels of 2004 on one that is newer than itself: beating those means nothing.
    // It reads the C environment when it is loaded, which .NET's own SetEnvironmentVariable does not reach.
    private static string? RequestCore()
    {
        if (Environment.GetEnvironmentVariable(CoreVariable) is { Length: > 0 } wished)
        {
            return wished;
        }

        var core = Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? "SkylakeX" : Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;
        if (core is null || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "setenv", out var setenv))
        {
            return null;
        }

        fixed (byte* name = Encoding.ASCII.GetBytes(CoreVariable + "\0"), value = Encoding.ASCII.GetBytes(core + "\0"))
        {
            return ((delegate* unmanaged<byte*, byte*, int, int>)setenv)(name, value, 1) == 0 ? core : null;
        }
    }

    private static string Text(nint library, string function) =>
        Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, function))()) ?? "";
}
