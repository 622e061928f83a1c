namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T>) where T : unmanaged
    {
        /// <summary>Copies tensors one after another along a dimension. <c>Split</c> is the way back, and its parts are the gradients.</summary>
        /// <param name="tensors">One at least, of one shape but for the axis.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">The result; must not overlap an input.</param>
        /// <exception cref="ArgumentException">There are no tensors, shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public static void Concatenate(ReadOnlySpan<DeviceTensor<T>> tensors, int axis, DeviceTensor<T> destination)
        {
            RequireShape(destination, ConcatenatedLengths(tensors, axis));
            foreach (var tensor in tensors)
            {
                RequireApart(tensor, destination, nameof(destination));
            }

            var (at, start) = (TensorLayout.Axis(axis, destination.Rank), (nint)0);
            foreach (var tensor in tensors)
            {
                using var part = PartOf(destination, at, start, tensor.Lengths[at]);
                tensor.CopyTo(part);
                start += tensor.Lengths[at];
            }
        }

        /// <summary>A new tensor of tensors one after another along a dimension, on the device and stream of the first.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="tensors">One at least, of one shape but for the axis.</param>
        /// <exception cref="ArgumentException">There are no tensors, or shapes or devices do not fit.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public static DeviceTensor<T> Concatenate(int axis, params ReadOnlySpan<DeviceTensor<T>> tensors)
        {
            var lengths = ConcatenatedLengths(tensors, axis);
            using var result = new PendingTensor<T>(tensors[0].Device.Create<T>(TensorLayout.Dense(lengths), tensors[0].Stream));
            DeviceTensor<T>.Concatenate(tensors, axis, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>Views of the parts of a dimension, one after another: nothing is copied. <c>Concatenate</c> is the way back and gives the gradient.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="lengths">The lengths of the parts, which add up to the dimension's.</param>
        /// <exception cref="ArgumentException">The lengths do not add up to the dimension's.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or a length is negative.</exception>
        public DeviceTensor<T>[] Split(int axis, params ReadOnlySpan<nint> lengths)
        {
            ArgumentNullException.ThrowIfNull(x);
            var (at, sum) = (TensorLayout.Axis(axis, x.Rank), (nint)0);
            foreach (var length in lengths)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
                sum = checked(sum + length);
            }

            if (sum != x.Lengths[at])
            {
                throw new ArgumentException($"parts of {sum} elements in all do not make up dimension {at} of shape {x.Layout}", nameof(lengths));
            }

            var parts = new DeviceTensor<T>[lengths.Length];
            nint start = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = PartOf(x, at, start, lengths[i]);
                start += lengths[i];
            }

            return parts;
        }
    }

    private static nint[] ConcatenatedLengths<T>(ReadOnlySpan<DeviceTensor<T>> tensors, int axis) where T : unmanaged
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException("one tensor at least is needed", nameof(tensors));
        }

        ArgumentNullException.ThrowIfNull(tensors[0], nameof(tensors));
        var lengths = tensors[0].Lengths.ToArray();
        var at = TensorLayout.Axis(axis, lengths.Length);
        foreach (var tensor in tensors[1..])
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            if (tensor.Rank != lengths.Length || !tensor.Lengths[..at].SequenceEqual(lengths.AsSpan(0, at)) || !tensor.Lengths[(at + 1)..].SequenceEqual(lengths.AsSpan(at + 1)))
            {
                throw new ArgumentException($"shapes {tensors[0].Layout} and {tensor.Layout} differ elsewhere than in dimension {at}", nameof(tensors));
            }

            lengths[at] = checked(lengths[at] + tensor.Lengths[at]);
        }

        return lengths;
    }

    /// <summary>A view of some elements of one dimension.</summary>
    private static DeviceTensor<T> PartOf<T>(DeviceTensor<T> x, int axis, nint start, nint length) where T : unmanaged
    {
        var lengths = x.Lengths.ToArray();
        lengths[axis] = length;
        return x.View(length == 0 ? x.Offset : x.Offset + (start * x.Strides[axis]), TensorLayout.Strided(lengths, x.Strides));
    }
}
