namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_all = new("all", [ElementKind.Boolean], ReductionKernels.ComputeBytes);

    extension(DeviceTensor<bool> mask)
    {
        /// <summary>Computes whether every element is true along <paramref name="axes"/>; true for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        public void All(ReadOnlySpan<int> axes, DeviceTensor<bool> destination) => Reduction.Run<bool, bool, bool, AllBody>(s_all, mask, axes, destination, default);

        /// <summary>A new mask that tells whether every element is true along <paramref name="axes"/> (empty: all dimensions); true for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        public DeviceTensor<bool> All(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            using var result = new PendingTensor<bool>(Reduction.NewResult<bool, bool>(mask, axes, keepDimensions));
            mask.All(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new mask that tells whether every element is true along one dimension; true for no elements.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<bool> All(int axis, bool keepDimension = false) => mask.All([axis], keepDimension);
    }

    private readonly unsafe struct AllBody : IReductionBody<bool, bool, bool>
    {
        public bool Identity => true;

        public bool Enter(bool x, long index) => x;

        public bool Combine(bool a, bool b) => a && b;

        public bool Finish(bool all, long length) => all;

        public bool Run(bool* x, nint count, long index) => !new ReadOnlySpan<bool>(x, (int)count).Contains(false);
    }
}
