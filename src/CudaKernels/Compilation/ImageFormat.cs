namespace CudaKernels;

/// <summary>What a compiled image is.</summary>
public enum ImageFormat
{
    /// <summary>Machine code of one architecture.</summary>
    Cubin,
    /// <summary>PTX text, ended by a NUL character, which the driver translates when it is loaded.</summary>
    Ptx,
    /// <summary>LTO-IR, to be linked (nvJitLink) before it can be loaded.</summary>
    LtoIr,
}
