using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>An expression of one product, or of two products of the same A, and of further operands: what <see cref="FusedMatMul{T}"/> and <see cref="GatedMatMul{T}"/> run.</summary>
internal sealed class FusedEpilogue<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MatMulAlgorithm _algorithm;
    private readonly MatMulPrecision _precision;
    private readonly FusedMatMulKernels _kernels;
    private readonly FusedOperation<T> _pass;

    /// <summary>Compiles nothing yet.</summary>
    /// <param name="form">How many products there are.</param>
    /// <param name="operands">How many further operands.</param>
    /// <param name="epilogue">From elements of the products, which come first, and of the operands to one of the result.</param>
    /// <param name="algorithm">The implementation on a CUDA device.</param>
    /// <param name="precision">What a product of floats may be rounded to.</param>
    public FusedEpilogue(FusedMatMulForm form, int operands, Func<FusedValue<T>[], FusedValue<T>> epilogue, MatMulAlgorithm algorithm, MatMulPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        ArgumentOutOfRangeException.ThrowIfNegative(operands);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(operands, FusedMatMulSteps.MaxOperands);
        Operands = operands;
        _algorithm = algorithm;
        _precision = MatMulChoice.PrecisionOf<T>(precision);
        _pass = FusedOperation<T>.Create(form.Products + operands, epilogue);
        _kernels = new FusedMatMulKernels(form, form.Write(_pass.Program), ElementType<T>.Kind);
    }

    /// <summary>The number of further operands.</summary>
    public int Operands { get; }

    /// <summary>The CUDA C++ that is compiled.</summary>
    public string Source => _kernels.Text;

    /// <summary>Computes the expression of A·B, or of A·B and A·Up, and the operands.</summary>
    public void ComputeInto(DeviceTensor<T> destination, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, ReadOnlySpan<DeviceTensor<T>> operands)
    {
        Require(destination, a, b, up, operands);
        if (!destination.IsEmpty)
        {
            Run(destination, null, a, b, up, operands);
        }
    }

    /// <summary>The same, and reduces its rows.</summary>
    public void ComputeInto<TStatistic>(
        DeviceTensor<T> destination, DeviceTensor<TStatistic> rows, RowReduction reduction, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, ReadOnlySpan<DeviceTensor<T>> operands)
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        Require(destination, a, b, up, operands);
        RowTarget.Require(reduction, rows, destination);
        TensorOperations.RequireApart(a, rows, nameof(rows));
        TensorOperations.RequireApart(b, rows, nameof(rows));
        TensorOperations.RequireApart(up ?? b, rows, nameof(rows));
        foreach (var operand in operands)
        {
            TensorOperations.RequireApart(operand, rows, nameof(rows));
        }

        if (!destination.IsEmpty)
        {
            Run(destination, RowTarget.Of(reduction, rows), a, b, up, operands);
        }
        else if (!rows.IsEmpty)
        {
            rows.Fill(reduction == RowReduction.Maximum ? TStatistic.NegativeInfinity : TStatistic.Zero);
        }
    }

    public void Dispose()
    {
        _kernels.Dispose();
        _pass.Dispose();
    }

    private void Run(DeviceTensor<T> destination, RowTarget? rows, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, ReadOnlySpan<DeviceTensor<T>> operands)
    {
        using var left = TensorOperations.AsMatrices(a);
        if (up is null)
        {
            using var right = TensorOperations.AsMatrices(b);
            RunMatrices(destination, rows, left.Tensor, right.Tensor, null, operands);
            return;
        }

        // The kernels read both weights by the same strides, as those of two halves of one tensor are.
        var areAlike = MatrixOperand.Fits(b.Layout) && b.Strides.SequenceEqual(up.Strides);
        using var gate = areAlike ? new DenseTensor<T>(b, isCopy: false) : TensorOperations.AsDense(b);
        using var other = areAlike ? new DenseTensor<T>(up, isCopy: false) : TensorOperations.AsDense(up);
        RunMatrices(destination, rows, left.Tensor, gate.Tensor, other.Tensor, operands);
    }

    private void RunMatrices(DeviceTensor<T> destination, RowTarget? rows, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, ReadOnlySpan<DeviceTensor<T>> operands)
    {
        if (destination.Device is CudaDevice cuda && new FusedProduct<T>(_kernels, a, b, up, destination, operands, rows, _precision).TryRun(cuda, _algorithm))
        {
            return;
        }

        InputList inputs = default;
        inputs[0] = destination;
        a.MatMul(b, destination, algorithm: _algorithm, precision: _precision);
        if (up is null)
        {
            RunPass(destination, ref inputs, 1, operands);
        }
        else
        {
            using var second = destination.Device.Create<T>(TensorLayout.Dense(destination.Lengths), destination.Stream);
            inputs[1] = second;
            a.MatMul(up, second, algorithm: _algorithm, precision: _precision);
            RunPass(destination, ref inputs, 2, operands);
        }

        if (rows is { } target)
        {
            RowReductionKernels.Reduce(destination, target);
        }
    }

    private void RunPass(DeviceTensor<T> destination, ref InputList inputs, int products, ReadOnlySpan<DeviceTensor<T>> operands)
    {
        operands.CopyTo(inputs[products..]);
        _pass.ComputeInto(destination, inputs[..(products + operands.Length)]);
    }

    private void Require(DeviceTensor<T> destination, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, ReadOnlySpan<DeviceTensor<T>> operands)
    {
        if (operands.Length != Operands)
        {
            throw new ArgumentException($"the expression has {Operands} operand(s) beside {(up is null ? "the product" : "the products")}, got {operands.Length}", nameof(operands));
        }

        foreach (var operand in operands)
        {
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
        }

        _kernels.ThrowIfDisposed();
        TensorOperations.RequireProduct(a, b, destination, transposeA: false, transposeB: false);
        if (up is not null)
        {
            TensorOperations.RequireShape(up, b.Lengths, nameof(up));
            TensorOperations.RequireApart(up, destination, nameof(destination));
        }

        Span<nint> strides = stackalloc nint[TensorLayout.MaxRank];
        foreach (var operand in operands)
        {
            TensorOperations.RequireApart(operand, destination, nameof(operands));
            TensorLayout.BroadcastStrides(operand.Lengths, operand.Strides, destination.Lengths, strides);
        }
    }

    [InlineArray(FusedMatMulSteps.MaxOperands + 2)]
    private struct InputList
    {
        private DeviceTensor<T> _first;
    }
}
