namespace CudaKernels.Interop;

/// <summary>The native libraries that can be found and opened.</summary>
public enum NativeLibraryKind
{
    /// <summary>The CUDA driver: libcuda.so.1, nvcuda.dll. Installed with the graphics driver.</summary>
    Driver,

    /// <summary>NVRTC, the run-time compiler.</summary>
    Nvrtc,

    /// <summary>cuBLAS.</summary>
    Cublas,

    /// <summary>cuBLASLt, which cuBLAS itself needs.</summary>
    CublasLt,

    /// <summary>nvJitLink, the run-time linker.</summary>
    NvJitLink,

    /// <summary>NVML, the monitoring library. Installed with the graphics driver.</summary>
    Nvml,

    /// <summary>NCCL, the collectives library. It exists for Linux only.</summary>
    Nccl,
}
