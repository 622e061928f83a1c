namespace CudaKernels;

public abstract partial class ComputeDevice
{
    /// <summary>A tensor with the shape and elements of an npy file; see <see cref="NpyFile.Read"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="DefaultStream"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="InvalidCastException">The file holds elements of another type than <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentException">The file's array has more dimensions than a tensor can have.</exception>
    /// <typeparam name="T">The element type of the file.</typeparam>
    public DeviceTensor<T> LoadNpy<T>(string path, CudaStream? stream = null) where T : unmanaged
    {
        ThrowIfDisposed();
        var array = NpyFile.Read(path);
        var bytes = array.AsBytes<T>();
        using var result = new PendingTensor<T>(Create<T>(TensorLayout.Dense(array.Lengths), stream));
        CopyFromHost(result.Tensor.Block, 0, bytes, result.Tensor.Stream);
        return result.Complete();
    }
}
