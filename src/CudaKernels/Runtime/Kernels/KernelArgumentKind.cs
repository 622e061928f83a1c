namespace CudaKernels;

/// <summary>What a launch argument holds; the values are bits, so that a parameter can accept several.</summary>
internal enum KernelArgumentKind : byte
{
    Pointer = 1,
    Integer = 2,
    Floating = 4,
    Struct = 8,
}
