namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>Copies a tensor with some dimensions in reverse order: y[…, i, …] = x[…, length - 1 - i, …]. The gradient is the flip of dy along the same dimensions.</summary>
        /// <param name="axes">The dimensions; negative ones count from the end, none at all are all of them.</param>
        /// <param name="destination">The result, of the same shape; must not overlap x.</param>
        /// <exception cref="ArgumentException">A dimension stands twice, shapes or devices do not fit, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public void Flip(ReadOnlySpan<int> axes, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            var flipped = AxisMask.Of(x.Rank, axes);
            RequireShape(destination, x.Layout);
            RequireApart(x, destination, nameof(destination));
            if (x.IsEmpty)
            {
                return;
            }

            var (offset, strides) = (x.Offset, x.Strides.ToArray());
            for (var d = 0; d < strides.Length; d++)
            {
                if (flipped[d])
                {
                    offset += (x.Lengths[d] - 1) * strides[d];
                    strides[d] = -strides[d];
                }
            }

            using var reversed = x.View(offset, TensorLayout.Strided(x.Lengths, strides));
            reversed.CopyTo(destination);
        }

        /// <summary>A new tensor with some dimensions in reverse order; see the form with a destination.</summary>
        /// <param name="axes">The dimensions; negative ones count from the end, none at all are all of them.</param>
        public DeviceTensor<T> Flip(params ReadOnlySpan<int> axes)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.Flip(axes, result.Tensor);
            return result.Complete();
        }
    }
}
