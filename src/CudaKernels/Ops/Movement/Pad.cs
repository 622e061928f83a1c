using System.Runtime.CompilerServices;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_pad = new KernelFile("elementwise/pad.cu").Template("pad<{0}>", ElementBits.Kinds);

    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>Puts a border around a tensor: y[i…] = x[i… - before…] where that lies in x, else a value. The gradient is the slice that x takes of y: <c>PadGradient</c>.</summary>
        /// <param name="padding">For each dimension the elements before and after x, 0 or more.</param>
        /// <param name="value">The border's elements.</param>
        /// <param name="destination">The result, of the shape of x and its border; must not overlap x.</param>
        /// <exception cref="ArgumentException">There is not one pair for each dimension, shapes or devices do not fit, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A border is negative.</exception>
        public void Pad(ReadOnlySpan<(nint Before, nint After)> padding, T value, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            var shape = PadShape.Of(x.Layout, padding);
            RequireShape(destination, shape.Result(stackalloc nint[TensorLayout.MaxRank]));
            RequireApart(x, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            if (destination.IsEmpty)
            {
                return;
            }

            if (destination.Device is CudaDevice cuda)
            {
                var perThread = Elementwise.PackBytes / ElementType<T>.Size;
                destination.Stream!.Launch(
                    cuda.GetKernel(s_pad, new KernelTypes(ElementBits.Kind(ElementType<T>.Size))), LaunchConfig.Cover((shape.Count + perThread - 1) / perThread), destination.Output, x.Input, KernelArgument.Struct(&shape), ElementBits.Of(value));
                return;
            }

            using var hold = new BlockHold(x.Block, destination.Block);
            var columns = shape.Rank == 0 ? 1 : destination.Lengths[^1];
            ManagedRows.Run((CpuDevice)destination.Device, new MatrixRows(destination.FlattenedLength / columns, columns), new PadRow<T>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(destination), value));
        }

        /// <summary>A new tensor with a border; see the form with a destination.</summary>
        /// <param name="padding">For each dimension the elements before and after x, 0 or more.</param>
        /// <param name="value">The border's elements.</param>
        public DeviceTensor<T> Pad(ReadOnlySpan<(nint Before, nint After)> padding, T value = default)
        {
            ArgumentNullException.ThrowIfNull(x);
            var lengths = PadShape.Of(x.Layout, padding).Result(stackalloc nint[TensorLayout.MaxRank]);
            using var result = new PendingTensor<T>(x.Device.Create<T>(TensorLayout.Dense(lengths), x.Stream));
            x.Pad(padding, value, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged
    {
        /// <summary>Copies dx[i…] = dy[i… + before…]: the gradient of <c>Pad</c>, of which the border has no part.</summary>
        /// <param name="padding">That of <c>Pad</c>.</param>
        /// <param name="destination">dx, of the shape of x; must not overlap dy.</param>
        /// <exception cref="ArgumentException">There is not one pair for each dimension, shapes or devices do not fit, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A border is negative.</exception>
        public void PadGradient(ReadOnlySpan<(nint Before, nint After)> padding, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(destination);
            RequireShape(outputGradient, PadShape.Of(destination.Layout, padding).Result(stackalloc nint[TensorLayout.MaxRank]), nameof(outputGradient));
            RequireApart(outputGradient, destination, nameof(destination));
            var offset = outputGradient.Offset;
            for (var d = 0; d < padding.Length; d++)
            {
                offset += padding[d].Before * outputGradient.Strides[d];
            }

            using var inner = outputGradient.View(destination.IsEmpty ? outputGradient.Offset : offset, TensorLayout.Strided(destination.Lengths, outputGradient.Strides));
            inner.CopyTo(destination);
        }
    }

    private readonly struct PadRow<T>(PadShape shape, T* x, T* y, T value) : IRowBody where T : unmanaged
    {
        private readonly PadShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint row)
        {
            var last = _shape.Rank - 1;
            var to = new Span<T>(y + (row * (last < 0 ? 1 : (nint)_shape.OutLengths[last])), last < 0 ? 1 : checked((int)_shape.OutLengths[last]));
            if (last < 0)
            {
                to[0] = *x;
                return;
            }

            var (rest, from) = ((long)row, 0L);
            for (var d = last - 1; d >= 0; d--)
            {
                var i = (rest % _shape.OutLengths[d]) - _shape.Before[d];
                if (i < 0 || i >= _shape.Lengths[d])
                {
                    to.Fill(value);
                    return;
                }

                from += i * _shape.Strides[d];
                rest /= _shape.OutLengths[d];
            }

            var (before, length, stride) = ((int)_shape.Before[last], (int)_shape.Lengths[last], _shape.Strides[last]);
            to[..before].Fill(value);
            to[(before + length)..].Fill(value);
            for (var i = 0; i < length; i++)
            {
                to[before + i] = x[from + (i * stride)];
            }
        }
    }
}
