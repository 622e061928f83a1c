using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_gatherFile = new("indexing/gather.cu");
    private static readonly KernelTemplate s_gather = s_gatherFile.Template("gather<{0}, {1}>", IndexShape.Combinations(ElementBits.Kinds));
    private static readonly KernelTemplate s_scatterAdd = s_gatherFile.Template("scatter_add<{0}, {1}>", IndexShape.Combinations(ElementTypes.Floating));

    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>Picks elements along a dimension: y[…, k, …] = x[…, indices[…, k, …], …].</summary>
        /// <param name="indices">int or long, of this tensor's shape but for the axis. One outside the dimension is refused on the managed device; a GPU gives NaN (0 in integers and masks) there.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">The result, of the shape of the indices; must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or (on the managed device) an index is outside the dimension.</exception>
        public void Gather<TIndex>(DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ArgumentNullException.ThrowIfNull(x);
            var shape = GatherShape(x, indices, axis);
            var types = IndexShape.Types<TIndex>(ElementBits.Kind(ElementType<T>.Size));
            RequireShape(destination, indices.Layout);
            RequireApart(x, destination, nameof(destination));
            RequireApart(indices, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            using var from = AsDense(x);
            using var index = AsDense(indices);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(from.Tensor.Block, index.Tensor.Block, destination.Block);
                ManagedIndexing.Gather(cpu, shape, from.Tensor, index.Tensor, destination);
            }
            else if (!destination.IsEmpty)
            {
                destination.Stream!.Launch(
                    ((CudaDevice)destination.Device).GetKernel(s_gather, types),
                    LaunchConfig.Cover(shape.Selected),
                    destination.Output,
                    from.Tensor.Input,
                    index.Tensor.Input,
                    (long)shape.Selected,
                    (long)shape.Length,
                    (long)shape.Count,
                    (long)shape.Inner,
                    ElementBits.Missing<T>());
            }
        }

        /// <summary>A new tensor with elements picked along a dimension; see the form with a destination.</summary>
        /// <param name="indices">int or long, of this tensor's shape but for the axis.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        public DeviceTensor<T> Gather<TIndex>(DeviceTensor<TIndex> indices, int axis) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(indices);
            using var result = new PendingTensor<T>(x.Device.Create<T>(TensorLayout.Dense(indices.Lengths), x.Stream));
            x.Gather(indices, axis, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Adds elements to those that indices name: y[…, indices[…, k, …], …] += x[…, k, …], in the order of k. Deterministic; Half and BFloat16 sum in
        /// float and round once. On a GPU each y looks at the whole index of its column.
        /// </summary>
        /// <param name="indices">int or long, of this tensor's shape. One outside the dimension is refused on the managed device; on a GPU it adds to nothing.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">y, of this tensor's shape but for the axis; must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or (on the managed device) an index is outside the dimension.</exception>
        public void ScatterAdd<TIndex>(DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination) where TIndex : unmanaged, IBinaryInteger<TIndex> =>
            Scatter(x, indices, axis, destination, adds: true);

        /// <summary>Computes dx[…, v, …] = Σ dy[…, k, …] over the k with indices[…, k, …] = v, where this tensor is dy: the gradient of <c>Gather</c>. As <c>ScatterAdd</c> into zeros.</summary>
        /// <param name="indices">Those of <c>Gather</c>, of this tensor's shape.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">dx, of the shape of x; must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or (on the managed device) an index is outside the dimension.</exception>
        public void GatherGradient<TIndex>(DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination) where TIndex : unmanaged, IBinaryInteger<TIndex> =>
            Scatter(x, indices, axis, destination, adds: false);
    }

    private static void Scatter<T, TIndex>(DeviceTensor<T> x, DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination, bool adds)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(destination);
        var shape = GatherShape(destination, indices, axis);
        var types = IndexShape.Types<TIndex>(ElementType<T>.Kind);
        RequireShape(x, indices.Layout, nameof(x));
        RequireApart(x, destination, nameof(destination));
        RequireApart(indices, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        using var from = AsDense(x);
        using var index = AsDense(indices);
        if (destination.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(from.Tensor.Block, index.Tensor.Block, destination.Block);
            ManagedIndexing.ScatterAdd(cpu, shape, from.Tensor, index.Tensor, destination, adds);
        }
        else if (!destination.IsEmpty)
        {
            var length = Elementwise.PackBytes / ElementType<T>.Size;
            var perThread = shape.Inner == 1 && shape.Length % length == 0 ? length : 1;
            destination.Stream!.Launch(
                ((CudaDevice)destination.Device).GetKernel(s_scatterAdd, types),
                LaunchConfig.Cover(destination.FlattenedLength / perThread),
                destination.Output,
                adds,
                from.Tensor.Input,
                index.Tensor.Input,
                (long)destination.FlattenedLength,
                (long)shape.Length,
                (long)shape.Count,
                (long)shape.Inner);
        }
    }

    /// <summary>The shape in which indices pick elements of x along an axis, after a look at both.</summary>
    private static IndexShape GatherShape<T, TIndex>(DeviceTensor<T> x, DeviceTensor<TIndex> indices, int axis) where T : unmanaged where TIndex : unmanaged
    {
        ArgumentNullException.ThrowIfNull(indices);
        var at = TensorLayout.Axis(axis, x.Rank);
        if (indices.Rank != x.Rank || !indices.Lengths[..at].SequenceEqual(x.Lengths[..at]) || !indices.Lengths[(at + 1)..].SequenceEqual(x.Lengths[(at + 1)..]))
        {
            throw new ArgumentException($"indices that pick along axis {at} of shape {x.Layout} have that shape but for the axis, got {indices.Layout}", nameof(indices));
        }

        return IndexShape.Of(x.Layout, at, indices.Lengths[at]);
    }
}
