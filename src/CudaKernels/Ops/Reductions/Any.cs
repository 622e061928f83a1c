namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_any = new("any", [ElementKind.Boolean], ReductionKernels.ComputeBytes);

    extension(DeviceTensor<bool> mask)
    {
        /// <summary>Computes whether some element is true along <paramref name="axes"/>; false for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        public void Any(ReadOnlySpan<int> axes, DeviceTensor<bool> destination) => Reduction.Run<bool, bool, bool, AnyBody>(s_any, mask, axes, destination, default);

        /// <summary>A new mask that tells whether some element is true along <paramref name="axes"/> (empty: all dimensions); false for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        public DeviceTensor<bool> Any(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            using var result = new PendingTensor<bool>(Reduction.NewResult<bool, bool>(mask, axes, keepDimensions));
            mask.Any(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new mask that tells whether some element is true along one dimension; false for no elements.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<bool> Any(int axis, bool keepDimension = false) => mask.Any([axis], keepDimension);
    }

    private readonly unsafe struct AnyBody : IReductionBody<bool, bool, bool>
    {
        public bool Identity => false;

        public bool Enter(bool x, long index) => x;

        public bool Combine(bool a, bool b) => a || b;

        public bool Finish(bool all, long length) => all;

        public bool Run(bool* x, nint count, long index) => new ReadOnlySpan<bool>(x, (int)count).Contains(true);
    }
}
