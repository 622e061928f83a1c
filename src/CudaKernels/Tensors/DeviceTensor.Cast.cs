namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>
    /// Converts every element. Floats are rounded to nearest even, and go to integers by truncation, saturating, NaN to 0; integers keep
    /// their low bits; anything but 0 is true; true is 1. A double goes to a 16-bit or an 8-bit float through float (two
    /// roundings). What is too large for a floating type becomes infinity, and NaN in <see cref="Float8E4M3"/>, which has none; <c>Quantize</c>
    /// saturates instead.
    /// </summary>
    /// <param name="destination">The result, of the same shape.</param>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public void Cast<TTo>(DeviceTensor<TTo> destination) where TTo : unmanaged => TensorOperations.Cast(this, destination);

    /// <summary>A new tensor with every element converted; see <see cref="Cast{TTo}(DeviceTensor{TTo})"/>.</summary>
    public DeviceTensor<TTo> Cast<TTo>() where TTo : unmanaged
    {
        using var result = new PendingTensor<TTo>(Device.Create<TTo>(TensorLayout.Dense(Lengths), Stream));
        Cast(result.Tensor);
        return result.Complete();
    }
}
