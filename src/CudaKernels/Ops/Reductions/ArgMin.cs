using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_argMin = new("argmin", ElementTypes.Numeric, ReductionKernels.CandidateBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        /// <summary>
        /// Finds the index of the smallest element along <paramref name="axis"/>, the first where several are equal. The first NaN wins over
        /// every number, and -0 is below +0.
        /// </summary>
        /// <param name="axis">The reduced dimension; negative ones count from the last.</param>
        /// <param name="destination">The indices along the axis; its shape leaves the dimension out or keeps it with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, it overlaps this tensor, or a result would be taken from no elements.</exception>
        public void ArgMin(int axis, DeviceTensor<long> destination) => ArgMinAlong(x, [axis], destination);

        /// <summary>Finds the index of the smallest of all elements in row-major order: of the first where several are equal, of the first NaN if there is one.</summary>
        /// <param name="destination">One element: the flattened index.</param>
        /// <exception cref="ArgumentException">The destination has more than one element or overlaps this tensor, or this tensor has no elements.</exception>
        public void ArgMin(DeviceTensor<long> destination) => ArgMinAlong(x, [], destination);

        /// <summary>A new tensor with the indices of the smallest elements along <paramref name="axis"/>: the first of equal ones, the first NaN if there is one.</summary>
        /// <param name="axis">The reduced dimension; negative ones count from the last.</param>
        /// <param name="keepDimension">Whether the reduced dimension stays with length 1.</param>
        /// <exception cref="ArgumentException">A result would be taken from no elements.</exception>
        public DeviceTensor<long> ArgMin(int axis, bool keepDimension = false) => ArgMinAlong(x, [axis], keepDimension);

        /// <summary>A new scalar with the flattened index of the smallest of all elements: the first of equal ones, the first NaN if there is one.</summary>
        /// <exception cref="ArgumentException">This tensor has no elements.</exception>
        public DeviceTensor<long> ArgMin() => ArgMinAlong(x, [], keepDimension: false);
    }

    private static void ArgMinAlong<T>(DeviceTensor<T> x, ReadOnlySpan<int> axes, DeviceTensor<long> destination) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Reduction.RequireElements(x, axes);
        Reduction.Run<T, Candidate<T>, long, ArgMinBody<T>>(s_argMin, x, axes, destination, default);
    }

    private static DeviceTensor<long> ArgMinAlong<T>(DeviceTensor<T> x, ReadOnlySpan<int> axes, bool keepDimension) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Reduction.RequireElements(x, axes);
        using var result = new PendingTensor<long>(Reduction.NewResult<T, long>(x, axes, keepDimension));
        ArgMinAlong(x, axes, result.Tensor);
        return result.Complete();
    }

    private readonly unsafe struct ArgMinBody<T> : IReductionBody<T, Candidate<T>, long> where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        public Candidate<T> Identity => Candidate<T>.None;

        public Candidate<T> Enter(T x, long index) => new(x, index);

        public Candidate<T> Combine(Candidate<T> a, Candidate<T> b) => Candidate<T>.Better(a, b, -1);

        public long Finish(Candidate<T> all, long length) => all.Index;

        public Candidate<T> Run(T* x, nint count, long index)
        {
            var at = SpanReduction.IndexOfMin(new ReadOnlySpan<T>(x, (int)count));
            return at < 0 ? Candidate<T>.None : new Candidate<T>(x[at], index + at);
        }
    }
}
