namespace CudaKernels;

/// <summary>The elements of a dense tensor of the managed device.</summary>
internal static unsafe class ManagedSpan
{
    /// <summary>The first element's address; the caller holds a lease (<see cref="BlockHold"/>).</summary>
    public static T* Pointer<T>(DeviceTensor<T> tensor) where T : unmanaged => (T*)tensor.Block.Address + tensor.Offset;

    /// <summary>All elements; the caller holds a lease (<see cref="BlockHold"/>).</summary>
    public static Span<T> Of<T>(DeviceTensor<T> tensor) where T : unmanaged => new(Pointer(tensor), checked((int)tensor.FlattenedLength));
}
