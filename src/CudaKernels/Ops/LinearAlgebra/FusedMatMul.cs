using System.Numerics;

namespace CudaKernels;

/// <summary>
/// A matrix product whose result goes through an elementwise expression, such as a bias, an activation or a residual, before it is rounded and written:
/// a fused epilogue. On a CUDA device it is compiled into the kernel of the product at its first run, and computed in the sums' precision; where cuBLAS
/// or the managed device multiplies, the product is rounded to <typeparamref name="T"/> first and goes through the expression in a second pass.
/// </summary>
/// <example><code>
/// using var dense = FusedMatMul&lt;Half&gt;.Create((product, bias, residual) => (product + bias).Gelu() + residual);
/// dense.ComputeInto(destination, x, weights, bias, residual);
/// </code></example>
/// <typeparam name="T">The element type of matrices, operands and result.</typeparam>
public sealed class FusedMatMul<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most operands of an expression beside the product.</summary>
    public const int MaxOperands = FusedMatMulSteps.MaxOperands;

    private readonly FusedEpilogue<T> _epilogue;

    private FusedMatMul(int operands, Func<FusedValue<T>[], FusedValue<T>> epilogue, MatMulAlgorithm algorithm, MatMulPrecision precision) =>
        _epilogue = new FusedEpilogue<T>(FusedMatMulForm.Plain, operands, epilogue, algorithm, precision);

    /// <summary>The number of operands beside the product.</summary>
    public int Operands => _epilogue.Operands;

    /// <summary>The CUDA C++ that is compiled.</summary>
    public string Source => _epilogue.Source;

    /// <summary>An expression of the product alone.</summary>
    /// <param name="epilogue">From an element of the product to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device. <see cref="MatMulAlgorithm.Auto"/> is a fused kernel on tensor cores where type, precision and device allow it, else what it is for a plain product.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    public static FusedMatMul<T> Create(Func<FusedValue<T>, FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new FusedMatMul<T>(0, x => epilogue(x[0]), algorithm, precision);
    }

    /// <summary>An expression of the product and one operand.</summary>
    /// <param name="epilogue">From elements of the product and the operand to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device; see the form of the product alone.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    public static FusedMatMul<T> Create(Func<FusedValue<T>, FusedValue<T>, FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new FusedMatMul<T>(1, x => epilogue(x[0], x[1]), algorithm, precision);
    }

    /// <summary>An expression of the product and two operands.</summary>
    /// <param name="epilogue">From elements of the product and the operands to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device; see the form of the product alone.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    public static FusedMatMul<T> Create(Func<FusedValue<T>, FusedValue<T>, FusedValue<T>, FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new FusedMatMul<T>(2, x => epilogue(x[0], x[1], x[2]), algorithm, precision);
    }

    /// <summary>An expression of the product and any number of operands.</summary>
    /// <param name="operands">How many, up to <see cref="MaxOperands"/>.</param>
    /// <param name="epilogue">From elements of the product, which comes first, and of the operands to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device; see the form of the product alone.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many operands.</exception>
    public static FusedMatMul<T> Create(int operands, Func<FusedValue<T>[], FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new FusedMatMul<T>(operands, epilogue, algorithm, precision);
    }

    /// <summary>Computes f(A·B, operands…) for the matrices in the last two dimensions; the dimensions before them are a batch and broadcast.</summary>
    /// <param name="destination">The result, […, m, n]; must not overlap an operand.</param>
    /// <param name="a">[…, m, k]. A transposed matrix is given as <c>TransposeView</c> of what memory holds; nothing is copied.</param>
    /// <param name="b">[…, k, n], likewise.</param>
    /// <param name="operands">As many as the expression has, each broadcast to the destination: a bias is [n].</param>
    /// <exception cref="ArgumentException">There are more or fewer operands than the expression has, shapes do not fit, devices differ, or the destination overlaps an operand.</exception>
    /// <exception cref="NotSupportedException">The algorithm has no product of this type.</exception>
    /// <exception cref="NvrtcCompilationException">The kernel does not compile.</exception>
    public void ComputeInto(DeviceTensor<T> destination, DeviceTensor<T> a, DeviceTensor<T> b, params ReadOnlySpan<DeviceTensor<T>> operands) =>
        _epilogue.ComputeInto(destination, a, b, up: null, operands);

    /// <summary>
    /// The same, and reduces each row of the result, of the elements as they are written: what a normalization that follows goes on from. The kernels that hold the expression reduce beside it,
    /// so that the result is not read again; the same kernel gives the same bits each time, and others add in another order.
    /// </summary>
    /// <param name="destination">The result, […, m, n].</param>
    /// <param name="rows">The reduced rows, […, m], dense: float, or double for double, in which they are computed. Must not overlap any other tensor.</param>
    /// <param name="reduction">What a row is reduced to.</param>
    /// <param name="a">[…, m, k].</param>
    /// <param name="b">[…, k, n].</param>
    /// <param name="operands">As many as the expression has, each broadcast to the destination.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> has another shape or type, or overlaps another tensor; or see the form without a reduction.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public void ComputeInto<TStatistic>(
        DeviceTensor<T> destination, DeviceTensor<TStatistic> rows, RowReduction reduction, DeviceTensor<T> a, DeviceTensor<T> b, params ReadOnlySpan<DeviceTensor<T>> operands)
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic> =>
        _epilogue.ComputeInto(destination, rows, reduction, a, b, up: null, operands);

    /// <summary>A new tensor with f(A·B, operands…); see the form with a destination.</summary>
    /// <param name="a">[…, m, k].</param>
    /// <param name="b">[…, k, n].</param>
    /// <param name="operands">As many as the expression has.</param>
    public DeviceTensor<T> Compute(DeviceTensor<T> a, DeviceTensor<T> b, params ReadOnlySpan<DeviceTensor<T>> operands)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var lengths = TensorOperations.ProductLengths(a, b, transposeA: false, transposeB: false, stackalloc nint[TensorLayout.MaxRank]);
        using var result = new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(lengths), a.Stream));
        ComputeInto(result.Tensor, a, b, operands);
        return result.Complete();
    }

    /// <summary>Unloads the kernels.</summary>
    public void Dispose() => _epilogue.Dispose();
}
