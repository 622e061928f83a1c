using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    /// <summary>The most elements that a block holds while it reads a column once; as in the kernels.</summary>
    private const int MostHeldElements = 256;

    /// <summary>The longest column that is read once: places past its end still have 32 bits.</summary>
    private const int LongestHeldColumn = 1 << 30;

    private static readonly KernelFile s_topKFile = new("selection/top_k.cu");
    private static readonly KernelTemplate s_topK = s_topKFile.Template("top_k<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_topKSearch = s_topKFile.Template("top_k_search<{0}>", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        /// <summary>
        /// Finds the first elements in falling (or rising) order along a dimension, with their indices; equal ones in the order of their indices. NaN
        /// comes before every number, and -0 is below +0, as in <c>ArgMax</c> and <c>ArgMin</c>. <c>GatherGradient</c> of the indices is the gradient.
        /// </summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="values">The elements, of this tensor's shape but for the axis, whose length says how many. Must not overlap another tensor.</param>
        /// <param name="indices">Their indices along the axis, of the same shape.</param>
        /// <param name="largest">Whether the largest come, largest first; else the smallest, smallest first.</param>
        /// <exception cref="ArgumentException">More elements are wanted than there are, shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void TopK(int axis, DeviceTensor<T> values, DeviceTensor<long> indices, bool largest = true)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(values);
            var shape = GatherShape(x, values, axis);
            if (shape.Count > shape.Length)
            {
                throw new ArgumentException($"{shape.Count} elements are wanted along dimension {TensorLayout.Axis(axis, x.Rank)} of shape {x.Layout}, which has {shape.Length}", nameof(values));
            }

            RequireShape(indices, values.Layout, nameof(indices));
            RequireApart(x, values, nameof(values));
            RequireApart(x, indices, nameof(indices));
            RequireApart(indices, values, nameof(indices));
            values.RequireDense();
            indices.RequireDense();
            if (values.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (values.Device is CudaDevice cuda)
            {
                var config = RowLaunch.Of(shape.Outer * shape.Inner, shape.Length);
                if (shape.Count <= MostHeldElements && shape.Length <= LongestHeldColumn)
                {
                    values.Stream!.Launch(
                        cuda.GetKernel(s_topK, Types<T>()),
                        config,
                        values.Output,
                        indices.Output,
                        from.Tensor.Input,
                        (uint)shape.Length,
                        (long)shape.Inner,
                        (int)shape.Count,
                        largest);
                    return;
                }

                values.Stream!.Launch(
                    cuda.GetKernel(s_topKSearch, Types<T>()),
                    config,
                    values.Output,
                    indices.Output,
                    from.Tensor.Input,
                    (long)shape.Length,
                    (long)shape.Inner,
                    (long)shape.Count,
                    largest);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, values.Block, indices.Block);
            ManagedTopK.Run(from.Tensor, values, indices, shape, largest);
        }

        /// <summary>New tensors with the first elements in falling (or rising) order along a dimension, and their indices; see the form with destinations.</summary>
        /// <param name="count">How many, at most the length of the dimension.</param>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="largest">Whether the largest come, largest first; else the smallest, smallest first.</param>
        /// <exception cref="ArgumentOutOfRangeException">There are not so many elements, or there is no such axis.</exception>
        public (DeviceTensor<T> Values, DeviceTensor<long> Indices) TopK(nint count, int axis = -1, bool largest = true)
        {
            ArgumentNullException.ThrowIfNull(x);
            var lengths = x.Lengths.ToArray();
            var dimension = TensorLayout.Axis(axis, x.Rank);
            if (count < 0 || count > lengths[dimension])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(count), count, $"{count} elements are wanted along dimension {dimension} of shape {x.Layout}, which has {lengths[dimension]}");
            }

            lengths[dimension] = count;
            using var values = new PendingTensor<T>(x.Device.Create<T>(TensorLayout.Dense(lengths), x.Stream));
            using var indices = new PendingTensor<long>(x.Device.Create<long>(TensorLayout.Dense(lengths), x.Stream));
            x.TopK(axis, values.Tensor, indices.Tensor, largest);
            return (values.Complete(), indices.Complete());
        }
    }
}
