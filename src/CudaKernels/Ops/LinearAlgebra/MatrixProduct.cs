using System.Numerics;

namespace CudaKernels;

/// <summary>One batched matrix product, broken into launches whose matrices lie at even steps.</summary>
internal readonly unsafe ref struct MatrixProduct<T>(
    DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> c, bool transposeA, bool transposeB, double alpha, double beta, MatMulAlgorithm algorithm, MatMulPrecision precision)
    where T : unmanaged, INumber<T>
{
    /// <summary>Bytes of a row of k in a stage of common/mma_tile.cuh.</summary>
    private const int MmaStageBytes = 128;

    private readonly MatMulPrecision _precision = MatMulChoice.PrecisionOf<T>(precision);
    private readonly MatrixOperand _a = MatrixOperand.Of(a.Layout, transposeA);
    private readonly MatrixOperand _b = MatrixOperand.Of(b.Layout, transposeB);
    private readonly MatrixOperand _c = MatrixOperand.Of(c.Layout, transpose: false);

    public void Run()
    {
        if (c.IsEmpty)
        {
            return;
        }

        var matrices = BatchLoop.Create(c, a, b);
        for (long at = 0; at < matrices.Count;)
        {
            var batch = matrices.From(at);
            RunBatch(batch);
            at += batch.Count;
        }
    }

    private void RunBatch(in MatrixBatch batch)
    {
        if (c.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(a.Block, b.Block, c.Block);
            for (long i = 0; i < batch.Count; i++)
            {
                ManagedGemm.Multiply(
                    _a.IsTransposed, _b.IsTransposed, _c.Rows, _c.Columns, _a.Columns, alpha,
                    ManagedSpan.Pointer(a) + batch.AtA + (i * batch.StepA), _a.LeadingDimension,
                    ManagedSpan.Pointer(b) + batch.AtB + (i * batch.StepB), _b.LeadingDimension, beta,
                    ManagedSpan.Pointer(c) + batch.AtC + (i * batch.StepC), _c.LeadingDimension, cpu.Options.Threads);
            }

            return;
        }

        var cuda = (CudaDevice)c.Device;
        var chosen = MatMulChoice.Of<T>(cuda, algorithm, _a, _b, _precision, batch.Count, _c.LeadingDimension);
        if (WgmmaShape.Of(chosen) is { } shape)
        {
            if (TryRunWgmma(cuda, batch, chosen, shape))
            {
                return;
            }

            chosen = MatMulAlgorithm.TensorCore;
        }

        switch (chosen)
        {
            case MatMulAlgorithm.Cublas:
                foreach (var part in batch.Parts(int.MaxValue))
                {
                    CublasMatMul.Run(
                        cuda, _a, _b, _c, a.At(part.AtA, writes: false), b.At(part.AtB, writes: false), c.At(part.AtC, writes: true), alpha, beta, part, c.Stream!, ElementType<T>.Kind, _precision);
                }

                break;
            case MatMulAlgorithm.TensorCore:
                RunTensorCore(cuda, batch);
                break;
            default:
                RunSimt(cuda, batch);
                break;
        }
    }

    private void RunSimt(CudaDevice cuda, in MatrixBatch batch)
    {
        if (!MatMulChoice.IsStaged<T>(cuda, _a, _b))
        {
            Launch(cuda.GetKernel(MatMulChoice.Simt(_a.IsTransposed, _b.IsTransposed), new KernelTypes(ElementType<T>.Kind)), ProductLaunch.Simt(_c.Rows, _c.Columns, batch.Count), batch);
            return;
        }

        var kernel = cuda.GetKernel(MatMulChoice.Staged(_a.IsTransposed, _b.IsTransposed), new KernelTypes(ElementType<T>.Kind));
        foreach (var part in batch.Parts(ProductLaunch.MaxBatchBlocks))
        {
            Launch(kernel, ProductLaunch.Staged(_c.Rows, _c.Columns, part.Count, ElementType<T>.Size), part);
        }
    }

    // What the kernels take that leave no parts and need no maps.
    private void Launch(CudaKernel kernel, LaunchConfig config, in MatrixBatch batch)
    {
        var problem = new MatrixProblem(_a, _b, _c, batch);
        c.Stream!.Launch(
            kernel,
            config,
            c.At(batch.AtC, writes: true),
            a.At(batch.AtA, writes: false),
            b.At(batch.AtB, writes: false),
            KernelArgument.Struct(&problem),
            TensorOperations.Scalar(T.CreateTruncating(alpha)),
            TensorOperations.Scalar(T.CreateTruncating(beta)));
    }

    private void RunTensorCore(CudaDevice cuda, in MatrixBatch batch)
    {
        var depth = MmaStageBytes / ElementType<T>.Size;
        var (parts, stages) = ProductLaunch.MmaParts(_c.Rows, _c.Columns, batch.Count, (_a.Columns + depth - 1) / depth, cuda.Specification.MultiprocessorCount);
        if (parts > 1)
        {
            using var sums = PartSums(batch, parts);
            var whole = new MatrixProblem(_a, _b, _c, batch);
            c.Stream!.Launch(
                cuda.GetKernel(MatMulChoice.TensorCoreParts(_a.IsTransposed, _b.IsTransposed, _precision), new KernelTypes(ElementType<T>.Kind)),
                ProductLaunch.Mma(_c.Rows, _c.Columns, batch.Count, parts),
                sums.Output,
                a.At(batch.AtA, writes: false),
                b.At(batch.AtB, writes: false),
                KernelArgument.Struct(&whole),
                stages * depth);
            Combine(cuda, batch, sums.Input, parts);
            return;
        }

        var kernel = cuda.GetKernel(MatMulChoice.TensorCore(_a.IsTransposed, _b.IsTransposed, _precision), new KernelTypes(ElementType<T>.Kind));
        foreach (var part in batch.Parts(ProductLaunch.MaxBatchBlocks))
        {
            Launch(kernel, ProductLaunch.Mma(_c.Rows, _c.Columns, part.Count), part);
        }
    }

    private bool TryRunWgmma(CudaDevice cuda, in MatrixBatch batch, MatMulAlgorithm way, WgmmaShape shape)
    {
        var (parts, stages) = ProductLaunch.WgmmaParts(shape, _c.Rows, _c.Columns, batch.Count, MatMulChoice.WgmmaStages<T>(_a.Columns, _precision), cuda.Specification.MultiprocessorCount);
        if (_precision == MatMulPrecision.Tf32x3)
        {
            using var split = new SplitOperands(c.Stream!, _a, _b, batch, parts == 1 ? 0 : PartBytes(batch, parts));
            if (!split.TryCreateMaps(shape, out var ofSplit))
            {
                return false;
            }

            using var splitMaps = ofSplit;
            split.Split(a.At(batch.AtA, writes: false), _a, b.At(batch.AtB, writes: false), _b, batch);
            RunWgmma(cuda, batch, splitMaps, way, shape, (parts, stages), split.Sums);
            return true;
        }

        if (!WgmmaMaps.TryCreate(shape, a, _a, b, _b, batch, out var created))
        {
            return false;
        }

        using var maps = created;
        if (parts == 1)
        {
            RunWgmma(cuda, batch, maps, way, shape, (parts, stages), default);
            return true;
        }

        using var sums = PartSums(batch, parts);
        RunWgmma(cuda, batch, maps, way, shape, (parts, stages), sums.Output);
        return true;
    }

    private void RunWgmma(
        CudaDevice cuda, in MatrixBatch batch, in WgmmaMaps maps, MatMulAlgorithm way, WgmmaShape shape, (long Parts, long Stages) cut, KernelArgument sums)
    {
        LaunchWgmma(cuda, batch, maps, way, shape, cut.Parts == 1 ? c.At(batch.AtC, writes: true) : sums, cut.Parts, cut.Stages);
        if (cut.Parts > 1)
        {
            Combine(cuda, batch, sums.AsReadOnly(), cut.Parts);
        }
    }

    private void LaunchWgmma(CudaDevice cuda, in MatrixBatch batch, in WgmmaMaps maps, MatMulAlgorithm way, WgmmaShape shape, KernelArgument to, long parts, long stages)
    {
        var problem = new MatrixProblem(_a, _b, _c, batch);
        using var result = parts == 1 && beta == 0 ? WgmmaMaps.TryCreateResult(c, _c, batch) : null;
        c.Stream!.Launch(
            cuda.GetKernel(MatMulChoice.Wgmma(way).Get(_a.IsTransposed, _b.IsTransposed, _precision), new KernelTypes(ElementType<T>.Kind)),
            ProductLaunch.Wgmma(shape, _c.Rows, _c.Columns, batch.Count * parts, cuda.Specification.MultiprocessorCount, WgmmaTile.StoreBytes<T>()),
            to,
            maps.A.AsReadOnly(),
            maps.B.AsReadOnly(),
            result ?? maps.A.AsReadOnly(),
            result is not null,
            KernelArgument.Struct(&problem),
            TensorOperations.Scalar(T.CreateTruncating(alpha)),
            TensorOperations.Scalar(T.CreateTruncating(beta)),
            (int)parts,
            (int)stages);
    }

    private StreamScratch PartSums(in MatrixBatch batch, long parts) => new(c.Stream!, PartBytes(batch, parts));

    private nuint PartBytes(in MatrixBatch batch, long parts) => checked((nuint)(parts * batch.Count * ProductLaunch.PartSums(_c.Rows, _c.Columns)) * sizeof(float));

    /// <summary>Adds the sums of the parts.</summary>
    private void Combine(CudaDevice cuda, in MatrixBatch batch, KernelArgument sums, long parts)
    {
        var problem = new MatrixProblem(_a, _b, _c, batch);
        c.Stream!.Launch(
            cuda.GetKernel(MatMulChoice.Combine, new KernelTypes(ElementType<T>.Kind)),
            ProductLaunch.Combine(_c.Rows, _c.Columns, batch.Count, parts) with { ProgrammaticDependent = cuda.Specification.ComputeCapability.Major >= 9 },
            c.At(batch.AtC, writes: true),
            sums,
            (int)parts,
            ProductLaunch.CombineSharers(parts),
            KernelArgument.Struct(&problem),
            TensorOperations.Scalar(T.CreateTruncating(alpha)),
            TensorOperations.Scalar(T.CreateTruncating(beta)));
    }
}
