using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_oneHot = new KernelFile("indexing/one_hot.cu").Template("one_hot<{0}, {1}>", IndexShape.Combinations(ElementBits.Kinds));

    extension<TIndex>(DeviceTensor<TIndex> indices) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        /// <summary>
        /// Computes y[…, c] = c == indices[…] ? 1 : 0. A negative index gives zeros, as one that <c>CrossEntropy</c> leaves out; one beyond the classes is
        /// refused on the managed device, a GPU gives NaN (0 in integers).
        /// </summary>
        /// <param name="destination">The result: the shape of the indices, which are int or long, and the classes as its last dimension; must not overlap the indices.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: an index is beyond the classes.</exception>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void OneHot<T>(DeviceTensor<T> destination) where T : unmanaged, INumber<T>
        {
            ArgumentNullException.ThrowIfNull(indices);
            ArgumentNullException.ThrowIfNull(destination);
            var types = IndexShape.Types<TIndex>(ElementBits.Kind(ElementType<T>.Size));
            if (destination.Rank == 0 || !indices.Layout.HasLengths(destination.Lengths[..^1]))
            {
                throw new ArgumentException($"one-hot rows of indices of shape {indices.Layout} have that shape and one dimension more, got {destination.Layout}", nameof(destination));
            }

            RequireApart(indices, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            using var index = AsDense(indices);
            var classes = destination.Lengths[^1];
            if (destination.Device is CpuDevice)
            {
                using var hold = new BlockHold(index.Tensor.Block, destination.Block);
                var named = ManagedSpan.Of(index.Tensor);
                IndexShape.RequireInside(named, classes, long.MinValue);
                var rows = ManagedSpan.Of(destination);
                rows.Clear();
                for (var row = 0; row < named.Length; row++)
                {
                    if (!TIndex.IsNegative(named[row]))
                    {
                        rows[(int)((row * classes) + nint.CreateTruncating(named[row]))] = T.One;
                    }
                }
            }
            else if (!destination.IsEmpty)
            {
                var perThread = Elementwise.PackBytes / ElementType<T>.Size;
                destination.Stream!.Launch(
                    ((CudaDevice)destination.Device).GetKernel(s_oneHot, types),
                    LaunchConfig.Cover((destination.FlattenedLength + perThread - 1) / perThread),
                    destination.Output,
                    index.Tensor.Input,
                    (long)destination.FlattenedLength,
                    (long)classes,
                    ElementBits.Of(T.One),
                    ElementBits.Missing<T>());
            }
        }
    }

    extension(DeviceTensor<long> indices)
    {
        /// <summary>A new tensor with y[…, c] = c == indices[…] ? 1 : 0; see the form with a destination.</summary>
        /// <param name="classes">The length of the new last dimension.</param>
        public DeviceTensor<T> OneHot<T>(nint classes) where T : unmanaged, INumber<T> => NewOneHot<long, T>(indices, classes);
    }

    extension(DeviceTensor<int> indices)
    {
        /// <summary>A new tensor with y[…, c] = c == indices[…] ? 1 : 0; see the form with a destination.</summary>
        /// <param name="classes">The length of the new last dimension.</param>
        public DeviceTensor<T> OneHot<T>(nint classes) where T : unmanaged, INumber<T> => NewOneHot<int, T>(indices, classes);
    }

    private static DeviceTensor<T> NewOneHot<TIndex, T>(DeviceTensor<TIndex> indices, nint classes)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(indices);
        using var result = new PendingTensor<T>(indices.Device.Create<T>(TensorLayout.Dense([.. indices.Lengths, classes]), indices.Stream));
        indices.OneHot(result.Tensor);
        return result.Complete();
    }
}
