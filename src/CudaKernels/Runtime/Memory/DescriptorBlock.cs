namespace CudaKernels;

/// <summary>Memory together with a struct that describes it to kernels, which take the struct by value.</summary>
internal abstract class DescriptorBlock(ComputeDevice device, nuint address, nuint byteCount, int descriptorBytes) : MemoryBlock(device, address, byteCount)
{
    /// <summary>The size of the struct.</summary>
    public int DescriptorBytes { get; } = descriptorBytes;

    /// <summary>The address of the struct, in host memory that does not move while the block is held.</summary>
    public abstract nuint Descriptor { get; }
}
