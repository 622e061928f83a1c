namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    private TensorViewBlock? _kernelView;

    /// <summary>The tensor as an argument of a kernel that takes lengths and strides: for slices, transposed and broadcast tensors, which have no plain pointer.</summary>
    /// <remarks>The first call makes what the tensor keeps for all later ones, so neither they nor the launches allocate.</remarks>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public KernelView<T> AsKernelView()
    {
        var memory = Block;
        return new KernelView<T>(Volatile.Read(ref _kernelView) ?? CreateKernelView(memory));
    }

    private TensorViewBlock CreateKernelView(MemoryBlock memory)
    {
        var made = TensorViewBlock.Create(memory, ByteOffset, Layout);
        var known = Interlocked.CompareExchange(ref _kernelView, made, null);
        if (known is not null)
        {
            made.Release();
            return known;
        }

        // Dispose may have looked for it before it was there.
        if (IsDisposed)
        {
            ReleaseKernelView();
            ThrowDisposed();
        }

        return made;
    }

    private void ReleaseKernelView() => Interlocked.Exchange(ref _kernelView, null)?.Release();
}
