using System.Numerics;
using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>One batched product with its expression, broken into launches whose matrices lie at even steps.</summary>
/// <param name="kernels">The kernels of the expression.</param>
/// <param name="a">A.</param>
/// <param name="b">B, or the weights of the gate.</param>
/// <param name="up">Of a gated product the other weights, with the strides of <paramref name="b"/>.</param>
/// <param name="y">The result.</param>
/// <param name="operands">The further operands of the expression.</param>
/// <param name="rows">Where the reduced rows go, if they are reduced.</param>
/// <param name="precision">What products of floats may be rounded to.</param>
internal readonly unsafe ref struct FusedProduct<T>(
    FusedMatMulKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T>? up, DeviceTensor<T> y, ReadOnlySpan<DeviceTensor<T>> operands, RowTarget? rows, MatMulPrecision precision)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The kernel's arguments: y, A, the weights, the problem, the steps, the parts of reduced rows and how many rows there are, and then the operands.
    private const int Weights = 2;
    private const int MaxArguments = 8 + FusedMatMulSteps.MaxOperands + ResultArguments;

    // What the kernels of one product by wgmma take after the operands: a map of the result, and whether it is one.
    private const int ResultArguments = 2;

    private readonly MatrixOperand _a = MatrixOperand.Of(a.Layout, transpose: false);
    private readonly MatrixOperand _b = MatrixOperand.Of(b.Layout, transpose: false);
    private readonly MatrixOperand _y = MatrixOperand.Of(y.Layout, transpose: false);
    private readonly ReadOnlySpan<DeviceTensor<T>> _operands = operands;

    // A gated product computes two columns for each of the result.
    private int Products => up is null ? 1 : 2;

    private nint Columns => _y.Columns * Products;

    // Elements that are reduced as they are written leave from registers, as do those of two products.
    private bool HasResultMap => up is null && rows is null;

    private int Problem => Weights + Products;

    private int Parts => Problem + 2;

    private int FirstOperand => Problem + 4;

    /// <summary>Runs the kernels; false where cuBLAS is the one that multiplies.</summary>
    public bool TryRun(CudaDevice cuda, MatMulAlgorithm algorithm)
    {
        algorithm = MatMulChoice.OfFused<T>(cuda, algorithm, _a, _b with { Columns = Columns }, precision, y.FlattenedLength / (_y.Rows * _y.Columns));
        if (algorithm == MatMulAlgorithm.Cublas)
        {
            return false;
        }

        var matrices = BatchLoop.Create(y, a, b, _operands);
        Span<nint> whole = stackalloc nint[TensorLayout.MaxRank];
        FusedMatMulSteps steps = default;
        for (var i = 0; i < _operands.Length; i++)
        {
            TensorLayout.BroadcastStrides(_operands[i].Lengths, _operands[i].Strides, y.Lengths, whole[..y.Rank]);
            (steps.Row[i], steps.Column[i], steps.Matrix[i]) = (whole[y.Rank - 2], whole[y.Rank - 1], matrices.Step(i));
        }

        for (long at = 0; at < matrices.Count;)
        {
            var batch = matrices.From(at, ProductLaunch.MaxBatchBlocks);
            ArgumentList arguments = default;
            for (var i = 0; i < _operands.Length; i++)
            {
                arguments[FirstOperand + i] = _operands[i].At(matrices.Offset(i, at), writes: false);
            }

            RunBatch(cuda, algorithm, batch, at * _y.Rows, steps, ref arguments);
            at += batch.Count;
        }

        return true;
    }

    private void RunBatch(CudaDevice cuda, MatMulAlgorithm algorithm, in MatrixBatch batch, long firstRow, FusedMatMulSteps steps, ref ArgumentList arguments)
    {
        var problem = new MatrixProblem(_a, _b, _y, batch);
        arguments[0] = y.At(batch.AtC, writes: true);
        arguments[Problem] = KernelArgument.Struct(&problem);
        arguments[Problem + 1] = KernelArgument.Struct(&steps);
        if (WgmmaShape.Of(algorithm) is { } shape)
        {
            // Operands of 3xTF32 would have to be split first.
            if (precision != MatMulPrecision.Tf32x3 && WgmmaMaps.TryCreate(shape, a, _a, b, _b, batch, out var created, up))
            {
                using var maps = created;
                using var result = HasResultMap ? WgmmaMaps.TryCreateResult(y, _y, batch) : null;
                (arguments[1], arguments[Weights]) = (maps.A.AsReadOnly(), maps.B.AsReadOnly());
                if (maps.Up is { } other)
                {
                    arguments[Weights + 1] = other.AsReadOnly();
                }

                var last = FirstOperand + _operands.Length;
                (arguments[last], arguments[last + 1]) = (result ?? maps.A.AsReadOnly(), result is not null);
                var config = ProductLaunch.Wgmma(shape, _y.Rows, Columns, batch.Count, cuda.Specification.MultiprocessorCount, HasResultMap ? WgmmaTile.StoreBytes<T>() : 0);
                Launch(cuda, algorithm, config, shape.Columns, firstRow, batch.Count * _y.Rows, last + (up is null ? ResultArguments : 0), ref arguments);
                return;
            }

            algorithm = MatMulAlgorithm.TensorCore;
        }

        (arguments[1], arguments[Weights]) = (a.At(batch.AtA, writes: false), b.At(batch.AtB, writes: false));
        if (up is not null)
        {
            arguments[Weights + 1] = up.At(batch.AtB, writes: false);
        }

        var isStaged = algorithm == MatMulAlgorithm.Simt && MatMulChoice.IsStaged<T>(cuda, _a, _b with { Columns = Columns });
        var (launch, piece) = algorithm == MatMulAlgorithm.TensorCore ? (ProductLaunch.Mma(_y.Rows, Columns, batch.Count), ProductLaunch.MmaPiece)
            : isStaged ? (ProductLaunch.Staged(_y.Rows, Columns, batch.Count, ElementType<T>.Size), ProductLaunch.StagedPiece(ElementType<T>.Size))
            : (ProductLaunch.Simt(_y.Rows, Columns, batch.Count), ProductLaunch.SimtTile);
        Launch(cuda, algorithm, launch, piece, firstRow, batch.Count * _y.Rows, FirstOperand + _operands.Length, ref arguments, isStaged);
    }

    // Where rows are reduced, the kernel reduces pieces of so many columns of B, whose results are joined by a second one.
    private void Launch(CudaDevice cuda, MatMulAlgorithm algorithm, LaunchConfig config, int piece, long firstRow, long count, int given, ref ArgumentList arguments, bool isStaged = false)
    {
        var kernel = kernels.Get(cuda, algorithm, isStaged, precision, _a.IsTransposed, _b.IsTransposed, rows?.Reduction);
        var pieces = (Columns + piece - 1) / piece;
        arguments[Parts + 1] = count;
        if (rows is not { } target || pieces == 1)
        {
            arguments[Parts] = rows?.At(firstRow) ?? default(CUdeviceptr);
            y.Stream!.Launch(kernel, config, arguments[..given]);
            return;
        }

        using var parts = new StreamScratch(y.Stream!, checked((nuint)(pieces * count) * (nuint)target.ElementSize));
        arguments[Parts] = parts.Output;
        y.Stream!.Launch(kernel, config, arguments[..given]);
        RowReductionKernels.Join(y.Stream!, target, firstRow, count, parts.Input, pieces);
    }

    [InlineArray(MaxArguments)]
    private struct ArgumentList
    {
        private KernelArgument _first;
    }
}
