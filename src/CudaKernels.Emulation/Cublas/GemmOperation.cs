using System.Numerics;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A batch of matrix products in a stream. Column-major C = A * B is row-major C' = B' * A', which the managed product computes.</summary>
internal sealed unsafe class GemmOperation : Operation
{
    private MemoryUse _a;
    private MemoryUse _b;
    private MemoryUse _c;
    private GemmProduct _product;
    private double _alpha;
    private double _beta;

    // With device pointer mode the factors are read when the product runs.
    private nuint _alphaAddress;
    private nuint _betaAddress;

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_KERNEL;

    public void Set(in GemmProduct product, void* alpha, void* beta, bool readsFactorsLate)
    {
        _product = product;
        (_alphaAddress, _betaAddress) = readsFactorsLate ? ((nuint)alpha, (nuint)beta) : (0, 0);
        if (!readsFactorsLate)
            (_alpha, _beta) = (GemmProduct.ReadScale(alpha, product.ScaleType), GemmProduct.ReadScale(beta, product.ScaleType));
        Hold();
    }

    public override bool Run(SoftwareDevice device)
    {
        if (_alphaAddress != 0)
            (_alpha, _beta) = (GemmProduct.ReadScale((void*)_alphaAddress, _product.ScaleType), GemmProduct.ReadScale((void*)_betaAddress, _product.ScaleType));
        _a.ThrowIfGone("a matrix product read", Home is null);
        _b.ThrowIfGone("a matrix product read", Home is null);
        _c.ThrowIfGone("a matrix product wrote", Home is null);
        var threads = device.Options.WorkerThreads == 0 ? Environment.ProcessorCount : device.Options.WorkerThreads;
        switch (_product.InputType, _product.OutputType)
        {
            case (cudaDataType.CUDA_R_32F, cudaDataType.CUDA_R_32F):
                Same<float>(threads);
                break;
            case (cudaDataType.CUDA_R_64F, cudaDataType.CUDA_R_64F):
                Same<double>(threads);
                break;
            case (cudaDataType.CUDA_R_16F, cudaDataType.CUDA_R_16F):
                Same<Half>(threads);
                break;
            case (cudaDataType.CUDA_R_16BF, cudaDataType.CUDA_R_16BF):
                Same<BFloat16>(threads);
                break;
            case (cudaDataType.CUDA_R_16F, cudaDataType.CUDA_R_32F):
                Widened<Half, float>(threads);
                break;
            case (cudaDataType.CUDA_R_16BF, cudaDataType.CUDA_R_32F):
                Widened<BFloat16, float>(threads);
                break;
            case (cudaDataType.CUDA_R_8I, cudaDataType.CUDA_R_32I):
                Widened<sbyte, int>(threads);
                break;
            default:
                throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        }

        NoteWritten();
        return true;
    }

    public override void Finish(SoftwareDevice device)
    {
        _a.End();
        _b.End();
        _c.End();
    }

    public override Operation Copy()
    {
        var copy = new GemmOperation { _product = _product, _alpha = _alpha, _beta = _beta, _alphaAddress = _alphaAddress, _betaAddress = _betaAddress };
        copy.Hold();
        return copy;
    }

    private void NoteWritten()
    {
        var size = (long)GemmProduct.SizeOf(_product.OutputType);
        for (long batch = 0; batch < _product.Batch; batch++)
        {
            for (long column = 0; column < _product.N; column++)
                DeviceArena.NoteWritten((byte*)_product.C + (batch * _product.StrideC + column * _product.Ldc) * size, (nuint)(_product.M * size));
        }
    }

    private void Hold()
    {
        var product = _product;
        var (inputSize, outputSize) = (GemmProduct.SizeOf(product.InputType), GemmProduct.SizeOf(product.OutputType));
        var (aRows, aColumns) = product.TransposeA ? (product.K, product.M) : (product.M, product.K);
        var (bRows, bColumns) = product.TransposeB ? (product.N, product.K) : (product.K, product.N);
        _a.Begin(product.A, GemmProduct.Extent(aRows, aColumns, product.Lda, product.StrideA, product.Batch, inputSize), isHostAllowed: false, Home is null);
        _b.Begin(product.B, GemmProduct.Extent(bRows, bColumns, product.Ldb, product.StrideB, product.Batch, inputSize), isHostAllowed: false, Home is null);
        _c.Begin(product.C, GemmProduct.Extent(product.M, product.N, product.Ldc, product.StrideC, product.Batch, outputSize), isHostAllowed: false, Home is null);
    }

    private void Same<T>(int threads) where T : unmanaged
    {
        var p = _product;
        for (long i = 0; i < p.Batch; i++)
        {
            ManagedGemm.Multiply(p.TransposeB, p.TransposeA, (nint)p.N, (nint)p.M, (nint)p.K, _alpha,
                (T*)p.B + i * p.StrideB, (nint)p.Ldb, (T*)p.A + i * p.StrideA, (nint)p.Lda, _beta, (T*)p.C + i * p.StrideC, (nint)p.Ldc, threads);
        }
    }

    // The inputs go exactly into the wider type, in which the sums and the result are.
    private void Widened<TIn, TOut>(int threads)
        where TIn : unmanaged, INumberBase<TIn>
        where TOut : unmanaged, INumberBase<TOut>
    {
        var p = _product;
        var (aRows, aColumns) = p.TransposeA ? (p.K, p.M) : (p.M, p.K);
        var (bRows, bColumns) = p.TransposeB ? (p.N, p.K) : (p.K, p.N);
        var a = GC.AllocateUninitializedArray<TOut>(checked((int)Math.Max(1, aRows * aColumns)));
        var b = GC.AllocateUninitializedArray<TOut>(checked((int)Math.Max(1, bRows * bColumns)));
        fixed (TOut* wideA = a, wideB = b)
        {
            for (long i = 0; i < p.Batch; i++)
            {
                Widen((TIn*)p.A + i * p.StrideA, p.Lda, aRows, aColumns, wideA);
                Widen((TIn*)p.B + i * p.StrideB, p.Ldb, bRows, bColumns, wideB);
                ManagedGemm.Multiply(p.TransposeB, p.TransposeA, (nint)p.N, (nint)p.M, (nint)p.K, _alpha,
                    wideB, (nint)Math.Max(1, bRows), wideA, (nint)Math.Max(1, aRows), _beta, (TOut*)p.C + i * p.StrideC, (nint)p.Ldc, threads);
            }
        }
    }

    private static void Widen<TIn, TOut>(TIn* source, long leading, long rows, long columns, TOut* target)
        where TIn : unmanaged, INumberBase<TIn>
        where TOut : unmanaged, INumberBase<TOut>
    {
        for (long column = 0; column < columns; column++)
        {
            for (long row = 0; row < rows; row++)
                target[column * rows + row] = TOut.CreateTruncating(source[column * leading + row]);
        }
    }
}
