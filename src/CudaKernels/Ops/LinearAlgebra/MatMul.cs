using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>
        /// Computes C = alpha·op(A)·op(B) + beta·C for the matrices in the last two dimensions; the dimensions before them are a batch and
        /// broadcast. Half and BFloat16 sum in float and round once; integers wrap around. beta = 0 does not read C.
        /// </summary>
        /// <param name="b">[…, k, n], or […, n, k] when transposed.</param>
        /// <param name="destination">C, […, m, n]; must not overlap A or B.</param>
        /// <param name="transposeA">Whether A is given as […, k, m].</param>
        /// <param name="transposeB">Whether B is given as […, n, k].</param>
        /// <param name="alpha">The factor of the product; a whole number in the integer types.</param>
        /// <param name="beta">The factor of what C held before; a whole number in the integer types.</param>
        /// <param name="algorithm">The implementation on a CUDA device.</param>
        /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
        /// <exception cref="ArgumentException">Shapes do not fit, devices differ, the destination overlaps an operand, or a factor of integers is no whole number.</exception>
        public void MatMul(
            DeviceTensor<T> b,
            DeviceTensor<T> destination,
            bool transposeA = false,
            bool transposeB = false,
            double alpha = 1,
            double beta = 0,
            MatMulAlgorithm algorithm = MatMulAlgorithm.Auto,
            MatMulPrecision precision = MatMulPrecision.Full)
        {
            RequireFactor<T>(alpha, nameof(alpha));
            RequireFactor<T>(beta, nameof(beta));
            RequireProduct(a, b, destination, transposeA, transposeB);
            using var left = AsMatrices(a);
            using var right = AsMatrices(b);
            new MatrixProduct<T>(left.Tensor, right.Tensor, destination, transposeA, transposeB, alpha, beta, algorithm, precision).Run();
        }

        /// <summary>A new tensor with op(A)·op(B); see the form with a destination.</summary>
        /// <param name="b">[…, k, n], or […, n, k] when transposed.</param>
        /// <param name="transposeA">Whether A is given as […, k, m].</param>
        /// <param name="transposeB">Whether B is given as […, n, k].</param>
        public DeviceTensor<T> MatMul(DeviceTensor<T> b, bool transposeA = false, bool transposeB = false)
        {
            ArgumentNullException.ThrowIfNull(a);
            ArgumentNullException.ThrowIfNull(b);
            using var result = new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(ProductLengths(a, b, transposeA, transposeB, stackalloc nint[TensorLayout.MaxRank])), a.Stream));
            a.MatMul(b, result.Tensor, transposeA, transposeB);
            return result.Complete();
        }
    }

    /// <summary>Refuses a destination that shares memory with an input of an operation that is not elementwise.</summary>
    internal static void RequireApart<TInput, TOutput>(DeviceTensor<TInput> input, DeviceTensor<TOutput> destination, string parameter)
        where TInput : unmanaged
        where TOutput : unmanaged
    {
        if (input.Device != destination.Device)
        {
            throw new ArgumentException(ComputeDevice.DescribeDifference("an input", input.Device, "the destination", destination.Device), parameter);
        }

        if (ElementwiseOperand.Of(input).Overlaps(ElementwiseOperand.Of(destination)))
        {
            throw new ArgumentException("the destination overlaps an input: this operation reads elements after it has written others", parameter);
        }
    }

    /// <summary>Refuses operands of a product that do not fit each other or the destination.</summary>
    internal static void RequireProduct<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> destination, bool transposeA, bool transposeB) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(destination);
        RequireShape(destination, ProductLengths(a, b, transposeA, transposeB, stackalloc nint[TensorLayout.MaxRank]));
        RequireApart(a, destination, nameof(destination));
        RequireApart(b, destination, nameof(destination));
        RequireRows(destination);
    }

    /// <summary>Refuses a destination whose rows a kernel cannot write.</summary>
    private static void RequireRows<T>(DeviceTensor<T> destination) where T : unmanaged
    {
        if (!MatrixOperand.Fits(destination.Layout) || MatrixOperand.Of(destination.Layout, false).IsTransposed)
        {
            throw new ArgumentException($"the rows of the destination must be runs of consecutive elements, got strides {TensorLayout.Format(destination.Strides)}", nameof(destination));
        }
    }

    private static void RequireFactor<T>(double factor, string parameter) where T : unmanaged
    {
        if (!double.IsInteger(factor) && ElementType<T>.Kind is ElementKind.Int8 or ElementKind.UInt8 or ElementKind.Int32 or ElementKind.Int64)
        {
            throw new ArgumentException($"{parameter} of a product of {ElementType<T>.Kind} matrices is a whole number, got {factor}", parameter);
        }
    }

    internal static DenseTensor<T> AsMatrices<T>(DeviceTensor<T> tensor) where T : unmanaged =>
        MatrixOperand.Fits(tensor.Layout) ? new DenseTensor<T>(tensor, isCopy: false) : AsDense(tensor);

    internal static ReadOnlySpan<nint> ProductLengths<T>(DeviceTensor<T> a, DeviceTensor<T> b, bool transposeA, bool transposeB, Span<nint> lengths) where T : unmanaged
    {
        if (a.Rank < 2 || b.Rank < 2)
        {
            throw new ArgumentException($"a matrix product needs two dimensions at least, got shapes {a.Layout} and {b.Layout}");
        }

        var (m, k) = transposeA ? (a.Lengths[^1], a.Lengths[^2]) : (a.Lengths[^2], a.Lengths[^1]);
        var (inner, n) = transposeB ? (b.Lengths[^1], b.Lengths[^2]) : (b.Lengths[^2], b.Lengths[^1]);
        if (k != inner)
        {
            throw new ArgumentException($"op(A) has {k} columns and op(B) {inner} rows (shapes {a.Layout} and {b.Layout}, transposed {transposeA} and {transposeB}): they must be equal");
        }

        lengths = lengths[..Math.Max(a.Rank, b.Rank)];
        TensorLayout.BroadcastLengths(a.Lengths[..^2], b.Lengths[..^2], lengths[..^2]);
        (lengths[^2], lengths[^1]) = (m, n);
        return lengths;
    }
}
