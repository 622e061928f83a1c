namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>Copies a tensor with the elements along a dimension moved on, and those that leave its end put at its start: y[…, (i + shift) mod length, …] = x[…, i, …]. The gradient is dy rolled by -shift.</summary>
        /// <param name="shift">How far; negative moves back. Any number: whole turns change nothing.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">The result, of the same shape; must not overlap x.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Roll(nint shift, int axis, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            var at = TensorLayout.Axis(axis, x.Rank);
            RequireShape(destination, x.Layout);
            RequireApart(x, destination, nameof(destination));
            if (x.IsEmpty)
            {
                return;
            }

            var length = x.Lengths[at];
            var turned = shift % length;
            turned += turned < 0 ? length : 0;
            CopyPart(x, 0, destination, turned, length - turned, at);
            if (turned > 0)
            {
                CopyPart(x, length - turned, destination, 0, turned, at);
            }
        }

        /// <summary>A new tensor with the elements along a dimension moved on; see the form with a destination.</summary>
        /// <param name="shift">How far; negative moves back. Any number: whole turns change nothing.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        public DeviceTensor<T> Roll(nint shift, int axis)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.Roll(shift, axis, result.Tensor);
            return result.Complete();
        }
    }

    /// <summary>Copies some elements of one dimension to another place along it.</summary>
    private static void CopyPart<T>(DeviceTensor<T> x, nint from, DeviceTensor<T> y, nint to, nint length, int axis) where T : unmanaged
    {
        using var source = PartOf(x, axis, from, length);
        using var destination = PartOf(y, axis, to, length);
        source.CopyTo(destination);
    }
}
