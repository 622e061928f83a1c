using System.Numerics;

namespace CudaKernels;

/// <summary>One batched matrix product, broken into launches whose matrices lie at even steps.</summary>
internal readonly unsafe ref struct MatrixProduct<T>(
    DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> c, bool transposeA, bool transposeB, double alpha, double beta, MatMulAlgorithm algorithm)
    where T : unmanaged, INumber<T>
{
    /// <summary>The grid's limit along y.</summary>
    private const long MaxBatchBlocks = 65_535;

    private const int SimtTile = 64;
    private const int TensorCoreTile = 128;

    /// <summary>Three stages of a 128x64 tile of A and one of B: kMmaStages * kMmaStageBytes in common/mma_tile.cuh.</summary>
    private const int TensorCoreSharedBytes = 98_304;

    private readonly MatrixOperand _a = MatrixOperand.Of(a.Layout, transposeA);
    private readonly MatrixOperand _b = MatrixOperand.Of(b.Layout, transposeB);
    private readonly MatrixOperand _c = MatrixOperand.Of(c.Layout, transpose: false);

    public void Run()
    {
        if (c.IsEmpty)
        {
            return;
        }

        var lengths = c.Lengths[..^2];
        Span<nint> stridesA = stackalloc nint[lengths.Length];
        Span<nint> stridesB = stackalloc nint[lengths.Length];
        TensorLayout.BroadcastStrides(a.Lengths[..^2], a.Strides[..^2], lengths, stridesA);
        TensorLayout.BroadcastStrides(b.Lengths[..^2], b.Strides[..^2], lengths, stridesB);
        var loop = StridedLoop.Create(lengths, c.Strides[..^2], stridesA, stridesB);

        // The innermost batch dimension goes into one launch; the others, left over only by unusual strides, are walked here.
        var inner = loop.Rank == 0 ? 0 : loop.Rank - 1;
        var batch = loop.Rank == 0 ? 1 : loop.Lengths[inner];
        for (long outer = 0; outer < loop.Count / batch; outer++)
        {
            var rest = outer;
            long atA = 0, atB = 0, atC = 0;
            for (var d = inner - 1; d >= 0; d--)
            {
                var index = rest % loop.Lengths[d];
                rest /= loop.Lengths[d];
                atC += index * loop.Strides[d];
                atA += index * loop.Strides[TensorLayout.MaxRank + d];
                atB += index * loop.Strides[(2 * TensorLayout.MaxRank) + d];
            }

            RunBatch(atA, atB, atC, batch, loop.Strides[TensorLayout.MaxRank + inner], loop.Strides[(2 * TensorLayout.MaxRank) + inner], loop.Strides[inner]);
        }
    }

    private void RunBatch(long atA, long atB, long atC, long batch, long stepA, long stepB, long stepC)
    {
        if (c.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(a.Block, b.Block, c.Block);
            for (long i = 0; i < batch; i++)
            {
                ManagedGemm.Multiply(
                    _a.IsTransposed, _b.IsTransposed, _c.Rows, _c.Columns, _a.Columns, alpha,
                    ManagedSpan.Pointer(a) + atA + (i * stepA), _a.LeadingDimension,
                    ManagedSpan.Pointer(b) + atB + (i * stepB), _b.LeadingDimension, beta,
                    ManagedSpan.Pointer(c) + atC + (i * stepC), _c.LeadingDimension, cpu.Options.Threads);
            }

            return;
        }

        var cuda = (CudaDevice)c.Device;
        switch (MatMulChoice.Of<T>(cuda, algorithm, _a, _b))
        {
            case MatMulAlgorithm.Cublas:
                CublasMatMul.Run(cuda, _a, _b, _c, a.At(atA, writes: false), b.At(atB, writes: false), c.At(atC, writes: true), alpha, beta, batch, stepA, stepB, stepC, c.Stream!, ElementType<T>.Kind);
                break;
            case MatMulAlgorithm.Wgmma when TryRunWgmma(cuda, atA, atB, atC, batch, stepA, stepB, stepC):
                break;
            case MatMulAlgorithm.TensorCore or MatMulAlgorithm.Wgmma:
                RunTensorCore(cuda, atA, atB, atC, batch, stepA, stepB, stepC);
                break;
            default:
                RunSimt(cuda, atA, atB, atC, batch, stepA, stepB, stepC);
                break;
        }
    }

    private void RunSimt(CudaDevice cuda, long atA, long atB, long atC, long batch, long stepA, long stepB, long stepC) =>
        c.Stream!.Launch(
            cuda.GetKernel(MatMulChoice.Simt(_a.IsTransposed, _b.IsTransposed), new KernelTypes(ElementType<T>.Kind)),
            new LaunchConfig(new Dim3(checked((uint)Tiles(SimtTile, SimtTile)), (uint)Math.Min(batch, MaxBatchBlocks)), new Dim3(256)),
            c.At(atC, writes: true),
            a.At(atA, writes: false),
            b.At(atB, writes: false),
            (long)_c.Rows,
            (long)_c.Columns,
            (long)_a.Columns,
            (long)_a.LeadingDimension,
            (long)_b.LeadingDimension,
            (long)_c.LeadingDimension,
            batch,
            stepA,
            stepB,
            stepC,
            TensorOperations.Scalar(T.CreateTruncating(alpha)),
            TensorOperations.Scalar(T.CreateTruncating(beta)));

    private void RunTensorCore(CudaDevice cuda, long atA, long atB, long atC, long batch, long stepA, long stepB, long stepC)
    {
        var kernel = cuda.GetKernel(MatMulChoice.TensorCore(_a.IsTransposed, _b.IsTransposed), new KernelTypes(ElementType<T>.Kind));
        for (long first = 0; first < batch; first += MaxBatchBlocks)
        {
            c.Stream!.Launch(
                kernel,
                new LaunchConfig(new Dim3(checked((uint)Tiles(TensorCoreTile, TensorCoreTile)), (uint)Math.Min(batch - first, MaxBatchBlocks)), new Dim3(256), TensorCoreSharedBytes),
                c.At(atC + (first * stepC), writes: true),
                a.At(atA + (first * stepA), writes: false),
                b.At(atB + (first * stepB), writes: false),
                (long)_c.Rows,
                (long)_c.Columns,
                (long)_a.Columns,
                (long)_a.LeadingDimension,
                (long)_b.LeadingDimension,
                (long)_c.LeadingDimension,
                stepA,
                stepB,
                stepC,
                TensorOperations.Scalar(T.CreateTruncating(alpha)),
                TensorOperations.Scalar(T.CreateTruncating(beta)));
        }
    }

    private bool TryRunWgmma(CudaDevice cuda, long atA, long atB, long atC, long batch, long stepA, long stepB, long stepC)
    {
        var (left, right) = (a.At(atA, writes: false), b.At(atB, writes: false));
        var (batchA, batchB) = (stepA == 0 ? 1 : batch, stepB == 0 ? 1 : batch);
        if (!WgmmaMatMul.Fits(_a, left, batchA, stepA) || !WgmmaMatMul.Fits(_b, right, batchB, stepB))
        {
            return false;
        }

        using var mapA = WgmmaMatMul.CreateMap(a, _a, left, batchA, stepA, WgmmaMatMul.Rows, isDense: _a.IsTransposed);
        using var mapB = WgmmaMatMul.CreateMap(b, _b, right, batchB, stepB, WgmmaMatMul.Columns, isDense: !_b.IsTransposed);
        var blocks = Math.Min(Tiles(WgmmaMatMul.Rows, WgmmaMatMul.Columns) * batch, cuda.Specification.MultiprocessorCount);
        c.Stream!.Launch(
            cuda.GetKernel(MatMulChoice.Wgmma(_a.IsTransposed, _b.IsTransposed), new KernelTypes(ElementType<T>.Kind)),
            new LaunchConfig(new Dim3((uint)blocks), new Dim3(384), WgmmaMatMul.SharedBytes),
            c.At(atC, writes: true),
            mapA.AsReadOnly(),
            mapB.AsReadOnly(),
            (long)_c.Rows,
            (long)_c.Columns,
            (long)_a.Columns,
            (long)_c.LeadingDimension,
            batch,
            stepC,
            batchA > 1 ? 1L : 0L,
            batchB > 1 ? 1L : 0L,
            TensorOperations.Scalar(T.CreateTruncating(alpha)),
            TensorOperations.Scalar(T.CreateTruncating(beta)));
        return true;
    }

    private long Tiles(int rows, int columns) => (long)((_c.Rows + rows - 1) / rows) * ((_c.Columns + columns - 1) / columns);
}
