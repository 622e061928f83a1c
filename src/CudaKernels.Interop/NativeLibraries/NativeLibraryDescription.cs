namespace CudaKernels.Interop;

/// <summary>The facts about one native library that a search needs.</summary>
/// <param name="Kind">The library.</param>
/// <param name="Title">What people call it.</param>
/// <param name="LinuxNames">File names on Linux, the preferred one first, each with the CUDA major version that it belongs to (0: any).</param>
/// <param name="WindowsNames">The same on Windows.</param>
/// <param name="WheelFolder">The folder of its CUDA 12 wheel below <c>nvidia</c>, or null for a part of the driver.</param>
/// <param name="Probe">A function that a genuine copy exports.</param>
/// <param name="Remedy">What to do when it is missing.</param>
internal sealed record NativeLibraryDescription(
    NativeLibraryKind Kind,
    string Title,
    (string Name, int Major)[] LinuxNames,
    (string Name, int Major)[] WindowsNames,
    string? WheelFolder,
    string Probe,
    string Remedy)
{
    private const string InstallDriver = "Install NVIDIA's graphics driver.";
    private const string InstallToolkit = "Install the CUDA Toolkit or NVIDIA's package of the library.";

    private static readonly NativeLibraryDescription[] s_all =
    [
        new(NativeLibraryKind.Driver, "CUDA driver", [("libcuda.so.1", 0)], [("nvcuda.dll", 0)], null, "cuDriverGetVersion", InstallDriver),
        new(
            NativeLibraryKind.Nvrtc,
            "NVRTC",
            [("libnvrtc.so.13", 13), ("libnvrtc.so.12", 12)],
            [("nvrtc64_130_0.dll", 13), ("nvrtc64_120_0.dll", 12)], // One name per major version: 12.9 is still _120_0.
            "cuda_nvrtc",
            "nvrtcVersion",
            InstallToolkit),
        new(
            NativeLibraryKind.Cublas,
            "cuBLAS",
            [("libcublas.so.13", 13), ("libcublas.so.12", 12)],
            [("cublas64_13.dll", 13), ("cublas64_12.dll", 12)],
            "cublas",
            "cublasCreate_v2",
            InstallToolkit),
        new(
            NativeLibraryKind.CublasLt,
            "cuBLASLt",
            [("libcublasLt.so.13", 13), ("libcublasLt.so.12", 12)],
            [("cublasLt64_13.dll", 13), ("cublasLt64_12.dll", 12)],
            "cublas",
            "cublasLtCreate",
            InstallToolkit),
        new(
            NativeLibraryKind.NvJitLink,
            "nvJitLink",
            [("libnvJitLink.so.13", 13), ("libnvJitLink.so.12", 12)],
            [("nvJitLink_130_0.dll", 13), ("nvJitLink_120_0.dll", 12)],
            "nvjitlink",
            "nvJitLinkVersion",
            InstallToolkit),
        new(NativeLibraryKind.Nvml, "NVML", [("libnvidia-ml.so.1", 0)], [("nvml.dll", 0)], null, "nvmlInit_v2", InstallDriver),
        new(NativeLibraryKind.Nccl, "NCCL", [("libnccl.so.2", 0)], [], "nccl", "ncclGetVersion", "Install NVIDIA's package of the library."),
    ];

    /// <summary>True for a library that is installed with the graphics driver and not with a toolkit.</summary>
    public bool IsPartOfDriver => WheelFolder is null;

    /// <summary>The facts about a library.</summary>
    public static NativeLibraryDescription Of(NativeLibraryKind kind) =>
        Enum.IsDefined(kind) ? s_all[(int)kind] : throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no native library.");

    /// <summary>The file names on one operating system, the preferred one first.</summary>
    public (string Name, int Major)[] FileNames(bool isWindows) => isWindows ? WindowsNames : LinuxNames;
}
