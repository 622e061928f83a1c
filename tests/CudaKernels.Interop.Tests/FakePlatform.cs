using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>An operating system made of a temporary folder: both kinds of file names and folders can be tried on either real one.</summary>
internal sealed unsafe class FakePlatform(bool isWindows) : NativePlatform, IDisposable
{
    /// <summary>The content of a file that the loader refuses.</summary>
    public const string Broken = "broken";

    /// <summary>The content of a file that loads but exports nothing.</summary>
    public const string Stranger = "stranger";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _handles = [];

    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Names that the system's own search knows, and the files they lead to.</summary>
    public Dictionary<string, string> Installed { get; } = [];

    /// <summary>Every path or name given to the loader with success, in order.</summary>
    public IReadOnlyList<string> Loaded => _handles;

    /// <summary>The CUDA version of the driver (12020 or 13000), or 0 for a driver that does not say.</summary>
    public int DriverVersion { get; set; } = 13000;

    /// <summary>Whether the driver has cuGetProcAddress_v2.</summary>
    public bool HasGetProcAddress { get; set; } = true;

    /// <summary>Symbols that no library exports.</summary>
    public HashSet<string> Missing { get; } = [];

    public string Root => _folder.Path;

    public override bool IsWindows => isWindows;

    public override bool IsArm64 => false;

    public override string ApplicationFolder => In("app");

    public override string SystemRoot => Root;

    public string In(string path) => Path.Combine(Root, path);

    public string Add(string file, string content = "library") => _folder.Add(file, content);

    /// <summary>Puts a driver where the system's loader finds it.</summary>
    public void InstallDriver() => Installed[isWindows ? "nvcuda.dll" : "libcuda.so.1"] = In("system/driver");

    public override string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    public override nint Load(string path, out string? reason)
    {
        reason = null;
        bool isName = Path.GetFileName(path) == path;
        if (isName && !Installed.ContainsKey(path))
        {
            reason = $"{path}: cannot open shared object file: No such file or directory";
            return 0;
        }

        if (!isName && File.ReadAllText(path) == Broken)
        {
            reason = $"{path}: invalid ELF header";
            return 0;
        }

        _handles.Add(path);
        return _handles.Count;
    }

    public override nint FindExport(nint library, string symbol)
    {
        string path = _handles[(int)library - 1];
        if (Missing.Contains(symbol) || (File.Exists(path) && File.ReadAllText(path) == Stranger))
            return 0;
        return symbol switch
        {
            "cuDriverGetVersion" when DriverVersion == 12020 => (nint)(delegate* unmanaged<int*, CUresult>)&Driver12020,
            "cuDriverGetVersion" when DriverVersion == 13000 => (nint)(delegate* unmanaged<int*, CUresult>)&Driver13000,
            "cuDriverGetVersion" => (nint)(delegate* unmanaged<int*, CUresult>)&DriverUnknown,
            "cuGetProcAddress_v2" => HasGetProcAddress ? (nint)(delegate* unmanaged<byte*, void**, int, ulong, CUdriverProcAddressQueryResult*, CUresult>)&GetProcAddress : 0,
            "nvrtcVersion" => (nint)(delegate* unmanaged<int*, int*, int>)&NvrtcVersion,
            "cublasGetProperty" => (nint)(delegate* unmanaged<libraryPropertyType, int*, cublasStatus_t>)&CublasProperty,
            "cublasLtGetVersion" => (nint)(delegate* unmanaged<nuint>)&CublasLtVersion,
            "ncclGetVersion" => (nint)(delegate* unmanaged<int*, ncclResult_t>)&NcclVersion,
            "nvmlInit_v2" or "nvmlShutdown" => (nint)(delegate* unmanaged<nvmlReturn_t>)&NvmlNothing,
            "nvmlSystemGetNVMLVersion" => (nint)(delegate* unmanaged<byte*, uint, nvmlReturn_t>)&NvmlVersion,
            "cublasCreate_v2" or "cublasLtCreate" or "cuExportedOnly" => 4096,
            _ => 0,
        };
    }

    public override string? FileOf(nint address) =>
        _handles.Count > 0 && Installed.TryGetValue(_handles[^1], out string? file) ? file : null;

    public void Dispose() => _folder.Dispose();

    [UnmanagedCallersOnly]
    private static CUresult Driver12020(int* version)
    {
        *version = 12020;
        return CUresult.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CUresult Driver13000(int* version)
    {
        *version = 13000;
        return CUresult.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CUresult DriverUnknown(int* version) => CUresult.CUDA_ERROR_UNKNOWN;

    // A driver of 12.2: it refuses later versions, and does not know cuUnknown. Its answer carries the version asked for.
    [UnmanagedCallersOnly]
    private static CUresult GetProcAddress(byte* symbol, void** address, int version, ulong flags, CUdriverProcAddressQueryResult* status)
    {
        *address = null;
        *status = CUdriverProcAddressQueryResult.CU_GET_PROC_ADDRESS_SUCCESS;
        if (version > 12020)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (Marshal.PtrToStringUTF8((nint)symbol) == "cuUnknown")
            *status = CUdriverProcAddressQueryResult.CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
        else
            *address = (void*)(100000 + version + (int)flags);
        return CUresult.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static int NvrtcVersion(int* major, int* minor)
    {
        *major = 12;
        *minor = 8;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t CublasProperty(libraryPropertyType part, int* value)
    {
        *value = part switch { libraryPropertyType.MAJOR_VERSION => 12, libraryPropertyType.MINOR_VERSION => 8, _ => 4 };
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static nuint CublasLtVersion() => 120804;

    [UnmanagedCallersOnly]
    private static ncclResult_t NcclVersion(int* version)
    {
        *version = 22703;
        return ncclResult_t.ncclSuccess;
    }

    [UnmanagedCallersOnly]
    private static nvmlReturn_t NvmlNothing() => nvmlReturn_t.NVML_SUCCESS;

    [UnmanagedCallersOnly]
    private static nvmlReturn_t NvmlVersion(byte* text, uint length)
    {
        ReadOnlySpan<byte> version = "12.550.54\0"u8;
        version.CopyTo(new Span<byte>(text, (int)length));
        return nvmlReturn_t.NVML_SUCCESS;
    }
}
