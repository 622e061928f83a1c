using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>One batched product with its expression, broken into launches whose matrices lie at even steps.</summary>
internal readonly unsafe ref struct FusedProduct<T>(
    FusedMatMulKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y, ReadOnlySpan<DeviceTensor<T>> operands, MatMulPrecision precision)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Where the operands start: among those of the loop over the batch, which are y, a and b first, and among the kernel's arguments.
    private const int FirstOfLoop = 3;
    private const int FirstArgument = 5;

    /// <summary>What the kernels by wgmma take after the operands: a map of the result, and whether it is one.</summary>
    private const int ResultArguments = 2;

    private readonly MatrixOperand _a = MatrixOperand.Of(a.Layout, transpose: false);
    private readonly MatrixOperand _b = MatrixOperand.Of(b.Layout, transpose: false);
    private readonly MatrixOperand _y = MatrixOperand.Of(y.Layout, transpose: false);
    private readonly ReadOnlySpan<DeviceTensor<T>> _operands = operands;

    /// <summary>Runs the kernels; false where cuBLAS is the one that multiplies.</summary>
    public bool TryRun(CudaDevice cuda, MatMulAlgorithm algorithm)
    {
        algorithm = MatMulChoice.OfFused<T>(cuda, algorithm, _a, _b, precision, y.FlattenedLength / (_y.Rows * _y.Columns));
        if (algorithm == MatMulAlgorithm.Cublas)
        {
            return false;
        }

        var lengths = y.Lengths[..^2];
        Span<nint> strides = stackalloc nint[(FirstOfLoop + _operands.Length) * TensorLayout.MaxRank];
        Span<nint> whole = stackalloc nint[TensorLayout.MaxRank];
        y.Strides[..^2].CopyTo(strides);
        TensorLayout.BroadcastStrides(a.Lengths[..^2], a.Strides[..^2], lengths, strides.Slice(TensorLayout.MaxRank, lengths.Length));
        TensorLayout.BroadcastStrides(b.Lengths[..^2], b.Strides[..^2], lengths, strides.Slice(2 * TensorLayout.MaxRank, lengths.Length));
        FusedMatMulSteps steps = default;
        for (var i = 0; i < _operands.Length; i++)
        {
            TensorLayout.BroadcastStrides(_operands[i].Lengths, _operands[i].Strides, y.Lengths, whole[..y.Rank]);
            whole[..lengths.Length].CopyTo(strides[((FirstOfLoop + i) * TensorLayout.MaxRank)..]);
            (steps.Row[i], steps.Column[i]) = (whole[y.Rank - 2], whole[y.Rank - 1]);
        }

        var loop = OperandLoop.Create(lengths, strides);
        for (var i = 0; i < _operands.Length; i++)
        {
            steps.Matrix[i] = loop.InnerStride(FirstOfLoop + i);
        }

        // The innermost batch dimension goes into one launch, as far as a grid is long; the others are walked here.
        var batch = loop.Rank == 0 ? 1 : loop.Lengths[loop.Rank - 1];
        for (long first = 0; first < loop.Count; first += batch)
        {
            for (long at = first; at < first + batch; at += ProductLaunch.MaxBatchBlocks)
            {
                RunBatch(cuda, algorithm, loop, at, Math.Min(first + batch - at, ProductLaunch.MaxBatchBlocks), steps);
            }
        }

        return true;
    }

    private void RunBatch(CudaDevice cuda, MatMulAlgorithm algorithm, in OperandLoop loop, long at, long count, FusedMatMulSteps steps)
    {
        var batch = new MatrixBatch(count, loop.Offset(1, at), loop.Offset(2, at), loop.Offset(0, at), loop.InnerStride(1), loop.InnerStride(2), loop.InnerStride(0));
        var problem = new MatrixProblem(_a, _b, _y, batch);
        ArgumentList arguments = default;
        arguments[0] = y.At(batch.AtC, writes: true);
        arguments[3] = KernelArgument.Struct(&problem);
        arguments[4] = KernelArgument.Struct(&steps);
        for (var i = 0; i < _operands.Length; i++)
        {
            arguments[FirstArgument + i] = _operands[i].At(loop.Offset(FirstOfLoop + i, at), writes: false);
        }

        if (WgmmaShape.Of(algorithm) is { } shape)
        {
            // Operands of 3xTF32 would have to be split first.
            if (precision != MatMulPrecision.Tf32x3 && WgmmaMaps.TryCreate(shape, a, _a, b, _b, batch, out var created))
            {
                using var maps = created;
                using var result = WgmmaMaps.TryCreateResult(y, _y, batch);
                (arguments[1], arguments[2]) = (maps.A.AsReadOnly(), maps.B.AsReadOnly());
                var last = FirstArgument + _operands.Length;
                (arguments[last], arguments[last + 1]) = (result ?? maps.A.AsReadOnly(), result is not null);
                Launch(cuda, algorithm, ProductLaunch.Wgmma(shape, _y.Rows, _y.Columns, count, cuda.Specification.MultiprocessorCount, WgmmaTile.StoreBytes<T>()), arguments[..(last + ResultArguments)]);
                return;
            }

            algorithm = MatMulAlgorithm.TensorCore;
        }

        (arguments[1], arguments[2]) = (a.At(batch.AtA, writes: false), b.At(batch.AtB, writes: false));
        Launch(cuda, algorithm, algorithm == MatMulAlgorithm.TensorCore ? ProductLaunch.Mma(_y.Rows, _y.Columns, count) : ProductLaunch.Simt(_y.Rows, _y.Columns, count), arguments[..(FirstArgument + _operands.Length)]);
    }

    private void Launch(CudaDevice cuda, MatMulAlgorithm algorithm, LaunchConfig config, ReadOnlySpan<KernelArgument> arguments) =>
        y.Stream!.Launch(kernels.Get(cuda, algorithm, precision, _a.IsTransposed, _b.IsTransposed), config, arguments);

    [InlineArray(FirstArgument + FusedMatMulSteps.MaxOperands + ResultArguments)]
    private struct ArgumentList
    {
        private KernelArgument _first;
    }
}
