using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_indexSelectFile = new("indexing/index_select.cu");
    private static readonly KernelTemplate s_indexSelect = s_indexSelectFile.Template("index_select<{0}, {1}>", IndexShape.Combinations(ElementBits.Kinds));
    private static readonly KernelTemplate s_indexSelectPacks = s_indexSelectFile.Template("index_select_packs<{0}>", [ElementKind.Int32, ElementKind.Int64]);
    private static readonly KernelTemplate s_indexSelectGradient = s_indexSelectFile.Template("index_select_gradient<{0}, {1}>", IndexShape.Combinations(ElementTypes.Floating));

    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>
        /// Copies the slices of a dimension that an index names: y[…, k…, …] = x[…, indices[k…], …], where k… stands in the place of the axis.
        /// </summary>
        /// <param name="indices">int or long, of any shape. One outside the dimension is refused on the managed device; a GPU gives NaN (0 in integers and masks) there.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">The result: the shape with the axis replaced by the shape of the indices; must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or (on the managed device) an index is outside the dimension.</exception>
        public void IndexSelect<TIndex>(DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(indices);
            var at = TensorLayout.Axis(axis, x.Rank);
            _ = IndexShape.Types<TIndex>(ElementType<T>.Kind);
            RequireShape(destination, IndexShape.Replaced(x.Layout, at, indices.Layout, stackalloc nint[TensorLayout.MaxRank]));
            RequireApart(x, destination, nameof(destination));
            RequireApart(indices, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            using var from = AsDense(x);
            using var index = AsDense(indices);
            var shape = IndexShape.Of(x.Layout, at, indices.FlattenedLength);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(from.Tensor.Block, index.Tensor.Block, destination.Block);
                ManagedIndexing.Select(cpu, shape, from.Tensor, index.Tensor, destination);
                return;
            }

            if (destination.IsEmpty)
            {
                return;
            }

            if (ElementBits.ArePacks(shape.Inner, from.Tensor, destination))
            {
                const int threads = 256, packsPerThread = 2;
                var packs = shape.Selected * ElementType<T>.Size / ElementBits.PackBytes;
                destination.Stream!.Launch(
                    ((CudaDevice)destination.Device).GetKernel(s_indexSelectPacks, new KernelTypes(ElementType<TIndex>.Kind)),
                    LaunchConfig.Cover((packs + packsPerThread - 1) / packsPerThread, threads),
                    destination.Output,
                    from.Tensor.Input,
                    index.Tensor.Input,
                    (long)packs,
                    (long)shape.Length,
                    (long)shape.Count,
                    (long)shape.Inner * ElementType<T>.Size / ElementBits.PackBytes,
                    ElementBits.Missing<T>());
                return;
            }

            var unit = ElementBits.Widest(shape.Inner, from.Tensor, destination);
            var (inner, elements) = (shape.Inner * ElementType<T>.Size / unit, shape.Selected * ElementType<T>.Size / unit);
            destination.Stream!.Launch(
                ((CudaDevice)destination.Device).GetKernel(s_indexSelect, IndexShape.Types<TIndex>(ElementBits.Kind(unit))),
                LaunchConfig.Cover(elements),
                destination.Output,
                from.Tensor.Input,
                index.Tensor.Input,
                (long)elements,
                (long)shape.Length,
                (long)shape.Count,
                (long)inner,
                ElementBits.Missing<T>());
        }

        /// <summary>A new tensor with the slices of a dimension that an index names; see the form with a destination.</summary>
        /// <param name="indices">int or long, of any shape.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        public DeviceTensor<T> IndexSelect<TIndex>(DeviceTensor<TIndex> indices, int axis) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(indices);
            var lengths = IndexShape.Replaced(x.Layout, TensorLayout.Axis(axis, x.Rank), indices.Layout, stackalloc nint[TensorLayout.MaxRank]);
            using var result = new PendingTensor<T>(x.Device.Create<T>(TensorLayout.Dense(lengths), x.Stream));
            x.IndexSelect(indices, axis, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes dx[…, v, …] = Σ dy[…, k…, …] over the k… with indices[k…] = v, in the order of k: the gradient of <c>IndexSelect</c>. Deterministic;
        /// Half and BFloat16 sum in float. A slice that no index names gets 0.
        /// </summary>
        /// <param name="indices">Those of <c>IndexSelect</c>. One outside the dimension is refused on the managed device; on a GPU it adds to nothing.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">dx, of the shape of x; must not overlap an input.</param>
        /// <param name="paddingIndex">A slice whose gradient is 0 whatever names it; null for none.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis or padding index, or (on the managed device) an index is outside the dimension.</exception>
        public void IndexSelectGradient<TIndex>(DeviceTensor<TIndex> indices, int axis, DeviceTensor<T> destination, long? paddingIndex = null) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ArgumentNullException.ThrowIfNull(outputGradient);
            ArgumentNullException.ThrowIfNull(indices);
            ArgumentNullException.ThrowIfNull(destination);
            var at = TensorLayout.Axis(axis, destination.Rank);
            var types = IndexShape.Types<TIndex>(ElementType<T>.Kind);
            RequireShape(outputGradient, IndexShape.Replaced(destination.Layout, at, indices.Layout, stackalloc nint[TensorLayout.MaxRank]), nameof(outputGradient));
            RequireApart(outputGradient, destination, nameof(destination));
            RequireApart(indices, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            var shape = IndexShape.Of(destination.Layout, at, indices.FlattenedLength);
            if (paddingIndex < 0 || paddingIndex >= shape.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(paddingIndex), paddingIndex, $"a padding index lies in [0, {shape.Length})");
            }

            using var dy = AsDense(outputGradient);
            using var index = AsDense(indices);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, index.Tensor.Block, destination.Block);
                ManagedIndexing.SelectGradient(cpu, shape, dy.Tensor, index.Tensor, destination, paddingIndex ?? -1);
            }
            else if (!destination.IsEmpty)
            {
                const int slicesPerBlock = 32, threads = 256;
                var columns = shape.Outer * shape.Inner;
                var inPacks = ElementBits.ArePacks(shape.Inner, dy.Tensor, destination);
                var columnsPerBlock = threads * (inPacks ? ElementBits.PackBytes / ElementType<T>.Size : 1);
                var blocks = (shape.Length + slicesPerBlock - 1) / slicesPerBlock * ((columns + columnsPerBlock - 1) / columnsPerBlock);
                destination.Stream!.Launch(
                    ((CudaDevice)destination.Device).GetKernel(s_indexSelectGradient, types),
                    new LaunchConfig(new Dim3(checked((uint)blocks)), new Dim3(threads)),
                    destination.Output,
                    dy.Tensor.Input,
                    index.Tensor.Input,
                    (long)columns,
                    (long)shape.Length,
                    (long)shape.Count,
                    (long)shape.Inner,
                    paddingIndex ?? -1,
                    inPacks);
            }
        }
    }
}
