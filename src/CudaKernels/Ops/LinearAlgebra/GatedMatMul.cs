using System.Numerics;

namespace CudaKernels;

/// <summary>
/// Two matrix products of the same A that an elementwise expression makes one result of, before anything is rounded and written: a gated layer, such as SwiGLU, silu(A·Gate) ⊙ (A·Up).
/// On a CUDA device it is compiled into a kernel that reads A once and leaves no product in memory, and computed in the sums' precision; where cuBLAS or the managed device
/// multiplies, both products are rounded to <typeparamref name="T"/> first, one of them into memory of its own, and go through the expression in a further pass.
/// </summary>
/// <example><code>
/// using var swiGlu = GatedMatMul&lt;Half&gt;.Create((gate, up) => gate.Silu() * up);
/// swiGlu.ComputeInto(destination, x, gateWeights, upWeights);
/// swiGlu.ComputePackedInto(destination, x, weights);   // the gate's columns, and then the others
/// </code></example>
/// <typeparam name="T">The element type of matrices, operands and result.</typeparam>
public sealed class GatedMatMul<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most operands of an expression beside the products.</summary>
    public const int MaxOperands = FusedMatMulSteps.MaxOperands;

    private readonly FusedEpilogue<T> _epilogue;

    private GatedMatMul(int operands, Func<FusedValue<T>[], FusedValue<T>> epilogue, MatMulAlgorithm algorithm, MatMulPrecision precision) =>
        _epilogue = new FusedEpilogue<T>(FusedMatMulForm.Gated, operands, epilogue, algorithm, precision);

    /// <summary>The number of operands beside the products.</summary>
    public int Operands => _epilogue.Operands;

    /// <summary>The CUDA C++ that is compiled.</summary>
    public string Source => _epilogue.Source;

    /// <summary>An expression of the products alone.</summary>
    /// <param name="epilogue">From elements of A·Gate and A·Up to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device. <see cref="MatMulAlgorithm.Auto"/> is a fused kernel on tensor cores where type, precision and device allow it, else what it is for a plain product.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    public static GatedMatMul<T> Create(Func<FusedValue<T>, FusedValue<T>, FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new GatedMatMul<T>(0, x => epilogue(x[0], x[1]), algorithm, precision);
    }

    /// <summary>An expression of the products and any number of operands.</summary>
    /// <param name="operands">How many, up to <see cref="MaxOperands"/>.</param>
    /// <param name="epilogue">From elements of A·Gate and A·Up, which come first, and of the operands to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device; see the form of the products alone.</param>
    /// <param name="precision">What a product of float matrices may be rounded to on the tensor cores of a CUDA device.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many operands.</exception>
    public static GatedMatMul<T> Create(int operands, Func<FusedValue<T>[], FusedValue<T>> epilogue, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto, MatMulPrecision precision = MatMulPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        return new GatedMatMul<T>(operands, epilogue, algorithm, precision);
    }

    /// <summary>Computes f(A·Gate, A·Up, operands…) for the matrices in the last two dimensions; the dimensions before them are a batch and broadcast.</summary>
    /// <param name="destination">The result, […, m, n]; must not overlap an operand.</param>
    /// <param name="a">[…, m, k]. A transposed matrix is given as <c>TransposeView</c> of what memory holds; nothing is copied.</param>
    /// <param name="gate">[…, k, n], likewise.</param>
    /// <param name="up">The other weights, with the shape of <paramref name="gate"/>. Weights with other strides than the gate's are copied first, as are the gate's then, unless they are dense.</param>
    /// <param name="operands">As many as the expression has, each broadcast to the destination: a bias is [n].</param>
    /// <exception cref="ArgumentException">There are more or fewer operands than the expression has, shapes do not fit, devices differ, or the destination overlaps an operand.</exception>
    /// <exception cref="NotSupportedException">The algorithm has no product of this type.</exception>
    /// <exception cref="NvrtcCompilationException">The kernel does not compile.</exception>
    public void ComputeInto(DeviceTensor<T> destination, DeviceTensor<T> a, DeviceTensor<T> gate, DeviceTensor<T> up, params ReadOnlySpan<DeviceTensor<T>> operands)
    {
        ArgumentNullException.ThrowIfNull(up);
        _epilogue.ComputeInto(destination, a, gate, up, operands);
    }

    /// <summary>The same, and reduces each row of the result; see <see cref="FusedMatMul{T}.ComputeInto{TStatistic}"/>.</summary>
    /// <param name="destination">The result, […, m, n].</param>
    /// <param name="rows">The reduced rows, […, m], dense: float, or double for double. Must not overlap any other tensor.</param>
    /// <param name="reduction">What a row is reduced to.</param>
    /// <param name="a">[…, m, k].</param>
    /// <param name="gate">[…, k, n].</param>
    /// <param name="up">The other weights, with the shape of <paramref name="gate"/>.</param>
    /// <param name="operands">As many as the expression has, each broadcast to the destination.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> has another shape or type, or overlaps another tensor; or see the form without a reduction.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public void ComputeInto<TStatistic>(
        DeviceTensor<T> destination, DeviceTensor<TStatistic> rows, RowReduction reduction, DeviceTensor<T> a, DeviceTensor<T> gate, DeviceTensor<T> up, params ReadOnlySpan<DeviceTensor<T>> operands)
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        ArgumentNullException.ThrowIfNull(up);
        _epilogue.ComputeInto(destination, rows, reduction, a, gate, up, operands);
    }

    /// <summary>The form without a reduction, of weights in one tensor, which is not rearranged: the gate's columns, and then the others.</summary>
    /// <param name="destination">The result, […, m, n]; must not overlap an operand.</param>
    /// <param name="a">[…, m, k].</param>
    /// <param name="weights">[…, k, 2·n]; weights that memory holds as [2·n, k] are given as their <c>TransposeView</c>. Both halves may be given to the form of two tensors as views, too.</param>
    /// <param name="operands">As many as the expression has, each broadcast to the destination.</param>
    /// <exception cref="ArgumentException">The weights have an odd number of columns; or see the form of two tensors.</exception>
    public void ComputePackedInto(DeviceTensor<T> destination, DeviceTensor<T> a, DeviceTensor<T> weights, params ReadOnlySpan<DeviceTensor<T>> operands)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Rank < 2 || nint.IsOddInteger(weights.Lengths[^1]))
        {
            throw new ArgumentException($"packed weights are […, k, 2·n], the gate's columns and then the others, got shape {weights.Layout}", nameof(weights));
        }

        var halves = weights.Split(-1, weights.Lengths[^1] / 2, weights.Lengths[^1] / 2);
        using var gate = halves[0];
        using var up = halves[1];
        ComputeInto(destination, a, gate, up, operands);
    }

    /// <summary>A new tensor with f(A·Gate, A·Up, operands…); see the form with a destination.</summary>
    /// <param name="a">[…, m, k].</param>
    /// <param name="gate">[…, k, n].</param>
    /// <param name="up">The other weights, with the shape of <paramref name="gate"/>.</param>
    /// <param name="operands">As many as the expression has.</param>
    public DeviceTensor<T> Compute(DeviceTensor<T> a, DeviceTensor<T> gate, DeviceTensor<T> up, params ReadOnlySpan<DeviceTensor<T>> operands)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(gate);
        var lengths = TensorOperations.ProductLengths(a, gate, transposeA: false, transposeB: false, stackalloc nint[TensorLayout.MaxRank]);
        using var result = new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(lengths), a.Stream));
        ComputeInto(result.Tensor, a, gate, up, operands);
        return result.Complete();
    }

    /// <summary>Unloads the kernels.</summary>
    public void Dispose() => _epilogue.Dispose();
}
