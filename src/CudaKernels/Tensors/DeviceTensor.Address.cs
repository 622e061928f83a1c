using CudaKernels.Interop;

namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>The address of the first element, for the raw layer: the caller then keeps the tensor alive and its use in order.</summary>
    /// <exception cref="NotSupportedException">The device is no CUDA device.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public CUdeviceptr Address => Device is CudaDevice
        ? new CUdeviceptr(Block.Address + ByteOffset)
        : throw new NotSupportedException($"{Device.Id} has no device memory: only tensors of CUDA devices have an address there");
}
