using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Emulation;

/// <summary>A matrix product of cuBLASLt in a stream. Operands go into float, by their scales, or into integers, which the managed product multiplies.</summary>
internal sealed unsafe class LtOperation : Operation
{
    // Tensor cores read the upper 19 bits of a float.
    private const uint Tf32Mask = 0xFFFF_E000;

    private MemoryUse _a;
    private MemoryUse _b;
    private MemoryUse _c;
    private MemoryUse _d;
    private MemoryUse _scalesA;
    private MemoryUse _scalesB;
    private LtProduct _product;
    private double _alpha;
    private double _beta;

    // With device pointer mode the factors are read when the product runs.
    private nuint _alphaAddress;
    private nuint _betaAddress;

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_KERNEL;

    public void Set(in LtProduct product, void* alpha, void* beta, void* a, void* b, void* c, void* d)
    {
        _product = product;
        var isLate = product.PointerMode == cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_DEVICE;
        (_alphaAddress, _betaAddress) = isLate ? ((nuint)alpha, (nuint)beta) : (0, 0);
        if (!isLate)
            (_alpha, _beta) = (GemmProduct.ReadScale(alpha, product.ScaleType), GemmProduct.ReadScale(beta, product.ScaleType));
        Hold((nuint)a, (nuint)b, (nuint)c, (nuint)d);
    }

    public override bool Run(SoftwareDevice device)
    {
        if (_alphaAddress != 0)
            (_alpha, _beta) = (GemmProduct.ReadScale((void*)_alphaAddress, _product.ScaleType), GemmProduct.ReadScale((void*)_betaAddress, _product.ScaleType));
        _a.ThrowIfGone("a matrix product read", Home is null);
        _b.ThrowIfGone("a matrix product read", Home is null);
        _c.ThrowIfGone("a matrix product read", Home is null);
        _d.ThrowIfGone("a matrix product wrote", Home is null);
        _scalesA.ThrowIfGone("a matrix product read", Home is null);
        _scalesB.ThrowIfGone("a matrix product read", Home is null);
        var threads = device.Options.WorkerThreads == 0 ? Environment.ProcessorCount : device.Options.WorkerThreads;
        if (_product.A.Type == CUDA_R_8I)
            MultiplyIntegers(threads);
        else
            MultiplyFloats(threads);
        for (long column = 0; column < _product.N; column++)
            DeviceArena.NoteWritten((byte*)_d.Address + column * _product.D.Leading * _product.D.Size, (nuint)(_product.M * _product.D.Size));
        return true;
    }

    public override void Finish(SoftwareDevice device)
    {
        _a.End();
        _b.End();
        _c.End();
        _d.End();
        _scalesA.End();
        _scalesB.End();
    }

    public override Operation Copy()
    {
        var copy = new LtOperation { _product = _product, _alpha = _alpha, _beta = _beta, _alphaAddress = _alphaAddress, _betaAddress = _betaAddress };
        copy.Hold(_a.Address, _b.Address, _c.Address, _d.Address);
        return copy;
    }

    private void Hold(nuint a, nuint b, nuint c, nuint d)
    {
        var product = _product;
        _a.Begin(a, product.A.Extent, isHostAllowed: false, Home is null);
        _b.Begin(b, product.B.Extent, isHostAllowed: false, Home is null);
        _c.Begin(c, c == 0 ? 0 : product.C.Extent, isHostAllowed: false, Home is null);
        _d.Begin(d, product.D.Extent, isHostAllowed: false, Home is null);
        _scalesA.Begin(product.ScalesA, ScaleBytes(product.ScalesA, product.ModeA, product.M), isHostAllowed: false, Home is null);
        _scalesB.Begin(product.ScalesB, ScaleBytes(product.ScalesB, product.ModeB, product.N), isHostAllowed: false, Home is null);
    }

    private nuint ScaleBytes(nuint address, cublasLtMatmulMatrixScale_t mode, long outer) =>
        address == 0 ? 0 : (nuint)LtProduct.ScaleCount(mode, _product.K, outer) * sizeof(float);

    private void MultiplyFloats(int threads)
    {
        var (a, b, c) = (new float[_product.A.Rows * _product.A.Columns], new float[_product.B.Rows * _product.B.Columns], new float[_product.M * _product.N]);
        fixed (float* wideA = a, wideB = b, sums = c)
        {
            Widen(_product.A, _a.Address, wideA, (float*)_scalesA.Address, _product.ModeA);
            Widen(_product.B, _b.Address, wideB, (float*)_scalesB.Address, _product.ModeB);
            Multiply(wideA, wideB, sums, threads);
            for (long column = 0; column < _product.N; column++)
            {
                for (long row = 0; row < _product.M; row++)
                {
                    var added = _beta == 0 ? 0 : _beta * Element(_product.C.Type, (byte*)_c.Address, column * _product.C.Leading + row);
                    Store(_product.D.Type, (byte*)_d.Address, column * _product.D.Leading + row, (float)(sums[column * _product.M + row] + added));
                }
            }
        }
    }

    private void MultiplyIntegers(int threads)
    {
        var (a, b, c) = (new int[_product.A.Rows * _product.A.Columns], new int[_product.B.Rows * _product.B.Columns], new int[_product.M * _product.N]);
        fixed (int* wideA = a, wideB = b, sums = c)
        {
            Widen(_product.A, _a.Address, wideA);
            Widen(_product.B, _b.Address, wideB);
            Multiply(wideA, wideB, sums, threads);
            var beta = (int)_beta;
            var before = (int*)_c.Address;
            var target = (int*)_d.Address;
            for (long column = 0; column < _product.N; column++)
            {
                for (long row = 0; row < _product.M; row++)
                {
                    var added = beta == 0 ? 0 : unchecked(beta * before[column * _product.C.Leading + row]);
                    target[column * _product.D.Leading + row] = unchecked(sums[column * _product.M + row] + added);
                }
            }
        }
    }

    // Column-major D = A * B is row-major D' = B' * A'.
    private void Multiply<T>(T* a, T* b, T* sums, int threads) where T : unmanaged =>
        ManagedGemm.Multiply(_product.TransposeB, _product.TransposeA, (nint)_product.N, (nint)_product.M, (nint)_product.K, _alpha,
            b, (nint)_product.B.Rows, a, (nint)_product.A.Rows, 0, sums, (nint)_product.M, threads);

    private void Widen(LtMatrix matrix, nuint source, float* target, float* scales, cublasLtMatmulMatrixScale_t mode)
    {
        var mask = _product.Compute == cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_TF32 ? Tf32Mask : uint.MaxValue;
        for (long column = 0; column < matrix.Columns; column++)
        {
            for (long row = 0; row < matrix.Rows; row++)
            {
                var value = Element(matrix.Type, (byte*)source, column * matrix.Leading + row);
                value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & mask);
                // Of what has scales the rows, as they are stored, go along k.
                target[column * matrix.Rows + row] = scales is null ? value : value * scales[ScaleIndex(matrix, mode, row, column)];
            }
        }
    }

    private static void Widen(LtMatrix matrix, nuint source, int* target)
    {
        for (long column = 0; column < matrix.Columns; column++)
        {
            for (long row = 0; row < matrix.Rows; row++)
                target[column * matrix.Rows + row] = ((sbyte*)source)[column * matrix.Leading + row];
        }
    }

    // Scales of 1x128 lie side by side across k, scales of 128x128 along it.
    private static long ScaleIndex(LtMatrix matrix, cublasLtMatmulMatrixScale_t mode, long k, long outer) => mode switch
    {
        CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F => k / LtProduct.BlockLength * matrix.Columns + outer,
        CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F => outer / LtProduct.BlockLength * LtProduct.BlockLeading(matrix.Rows) + k / LtProduct.BlockLength,
        _ => 0,
    };

    private static float Element(cudaDataType type, byte* matrix, long at) => type switch
    {
        CUDA_R_32F => ((float*)matrix)[at],
        CUDA_R_16F => (float)((Half*)matrix)[at],
        CUDA_R_16BF => (float)((BFloat16*)matrix)[at],
        CUDA_R_8F_E4M3 => (float)((Float8E4M3*)matrix)[at],
        CUDA_R_8F_E5M2 => (float)((Float8E5M2*)matrix)[at],
        _ => throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED),
    };

    private static void Store(cudaDataType type, byte* matrix, long at, float value)
    {
        switch (type)
        {
            case CUDA_R_32F:
                ((float*)matrix)[at] = value;
                break;
            case CUDA_R_16F:
                ((Half*)matrix)[at] = (Half)value;
                break;
            default:
                ((BFloat16*)matrix)[at] = (BFloat16)value;
                break;
        }
    }
}
