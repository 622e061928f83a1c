using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_argMax = new("argmax", ElementTypes.Numeric, ReductionKernels.CandidateBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        /// <summary>
        /// Finds the index of the largest element along <paramref name="axis"/>, the first where several are equal. The first NaN wins over
        /// every number, and -0 is below +0.
        /// </summary>
        /// <param name="axis">The reduced dimension; negative ones count from the last.</param>
        /// <param name="destination">The indices along the axis; its shape leaves the dimension out or keeps it with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, it overlaps this tensor, or a result would be taken from no elements.</exception>
        public void ArgMax(int axis, DeviceTensor<long> destination) => ArgMaxAlong(x, [axis], destination);

        /// <summary>Finds the index of the largest of all elements in row-major order: of the first where several are equal, of the first NaN if there is one.</summary>
        /// <param name="destination">One element: the flattened index.</param>
        /// <exception cref="ArgumentException">The destination has more than one element or overlaps this tensor, or this tensor has no elements.</exception>
        public void ArgMax(DeviceTensor<long> destination) => ArgMaxAlong(x, [], destination);

        /// <summary>A new tensor with the indices of the largest elements along <paramref name="axis"/>: the first of equal ones, the first NaN if there is one.</summary>
        /// <param name="axis">The reduced dimension; negative ones count from the last.</param>
        /// <param name="keepDimension">Whether the reduced dimension stays with length 1.</param>
        /// <exception cref="ArgumentException">A result would be taken from no elements.</exception>
        public DeviceTensor<long> ArgMax(int axis, bool keepDimension = false) => ArgMaxAlong(x, [axis], keepDimension);

        /// <summary>A new scalar with the flattened index of the largest of all elements: the first of equal ones, the first NaN if there is one.</summary>
        /// <exception cref="ArgumentException">This tensor has no elements.</exception>
        public DeviceTensor<long> ArgMax() => ArgMaxAlong(x, [], keepDimension: false);
    }

    private static void ArgMaxAlong<T>(DeviceTensor<T> x, ReadOnlySpan<int> axes, DeviceTensor<long> destination) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Reduction.RequireElements(x, axes);
        Reduction.Run<T, Candidate<T>, long, ArgMaxBody<T>>(s_argMax, x, axes, destination, default);
    }

    private static DeviceTensor<long> ArgMaxAlong<T>(DeviceTensor<T> x, ReadOnlySpan<int> axes, bool keepDimension) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Reduction.RequireElements(x, axes);
        using var result = new PendingTensor<long>(Reduction.NewResult<T, long>(x, axes, keepDimension));
        ArgMaxAlong(x, axes, result.Tensor);
        return result.Complete();
    }

    private readonly unsafe struct ArgMaxBody<T> : IReductionBody<T, Candidate<T>, long> where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        public Candidate<T> Identity => Candidate<T>.None;

        public Candidate<T> Enter(T x, long index) => new(x, index);

        public Candidate<T> Combine(Candidate<T> a, Candidate<T> b) => Candidate<T>.Better(a, b, 1);

        public long Finish(Candidate<T> all, long length) => all.Index;

        public Candidate<T> Run(T* x, nint count, long index)
        {
            var at = SpanReduction.IndexOfMax(new ReadOnlySpan<T>(x, (int)count));
            return at < 0 ? Candidate<T>.None : new Candidate<T>(x[at], index + at);
        }
    }
}
