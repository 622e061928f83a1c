using CudaKernels.Interop;
using static CudaKernels.Interop.cublasOperation_t;
using static CudaKernels.Interop.cublasStatus_t;

namespace CudaKernels.Tests;

public sealed unsafe class CublasTests
{
    private readonly CublasApi _api = new(new SoftwareCublasSource());

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void SgemmIsColumnMajor(bool transposeA, bool transposeB)
    {
        using var session = new DriverSession();
        const int M = 5, N = 4, K = 3, Lda = 7, Ldb = 6, Ldc = 8;
        var (a, b, c) = (Numbers(Lda * 8, 1), Numbers(Ldb * 8, 2), Numbers(Ldc * N, 3));
        var expected = (float[])c.Clone();
        for (var row = 0; row < M; row++)
        {
            for (var column = 0; column < N; column++)
            {
                double sum = 0;
                for (var k = 0; k < K; k++)
                    sum += (double)a[transposeA ? row * Lda + k : k * Lda + row] * b[transposeB ? k * Ldb + column : column * Ldb + k];
                expected[column * Ldc + row] = (float)(2 * sum + 0.5 * c[column * Ldc + row]);
            }
        }

        var (da, db, dc) = (Upload(session, a), Upload(session, b), Upload(session, c));
        var handle = Create(session);
        float alpha = 2, beta = 0.5f;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasSgemm(handle, transposeA ? CUBLAS_OP_T : CUBLAS_OP_N, transposeB ? CUBLAS_OP_T : CUBLAS_OP_N, M, N, K, &alpha, (float*)da.Value, Lda, (float*)db.Value, Ldb, &beta, (float*)dc.Value, Ldc));
        var actual = Download(session, dc, c.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
    }

    [Fact]
    public void HalfInputsMayHaveAFloatResult()
    {
        using var session = new DriverSession();
        Half[] a = [(Half)1, (Half)2, (Half)3, (Half)4];
        var da = session.Allocate(8);
        var dc = session.Allocate(16);
        fixed (Half* source = a)
            DriverSession.Check(session.Api.cuMemcpyHtoD(da, source, 8));
        float alpha = 1, beta = 0;
        var result = _api.cublasGemmEx(Create(session), CUBLAS_OP_N, CUBLAS_OP_T, 2, 2, 2, &alpha, (void*)da.Value, cudaDataType.CUDA_R_16F, 2, (void*)da.Value, cudaDataType.CUDA_R_16F, 2, &beta, (void*)dc.Value, cudaDataType.CUDA_R_32F, 2, cublasComputeType_t.CUBLAS_COMPUTE_32F, cublasGemmAlgo_t.CUBLAS_GEMM_DEFAULT);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, result);
        Assert.Equal([10f, 14f, 14f, 20f], Download(session, dc, 4));
    }

    [Fact]
    public void ABatchStepsByItsStrides()
    {
        using var session = new DriverSession();
        var a = Upload(session, [1, 2, 3]);
        var b = Upload(session, [10]);
        var c = Upload(session, [0, 0, 0, 0, 0]);
        float alpha = 1, beta = 0;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasSgemmStridedBatched(Create(session), CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &alpha, (float*)a.Value, 1, 1, (float*)b.Value, 1, 0, &beta, (float*)c.Value, 1, 2, 3));
        Assert.Equal([10f, 0f, 20f, 0f, 30f], Download(session, c, 5));
    }

    [Fact]
    public void DevicePointersAreReadWhenTheProductRuns()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var stream = session.CreateStream();
        var (a, factors, c) = (Upload(session, [3]), Upload(session, [1, 0]), Upload(session, [0]));
        var handle = Create(session);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasSetStream(handle, stream));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasSetPointerMode(handle, cublasPointerMode_t.CUBLAS_POINTER_MODE_DEVICE));
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuMemsetD32Async(factors, BitConverter.SingleToUInt32Bits(4), 1, stream));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, (float*)factors.Value, (float*)a.Value, 1, (float*)a.Value, 1, (float*)factors.Value + 1, (float*)c.Value, 1));
        gate.Open();
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal([36f], Download(session, c, 1));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        using var session = new DriverSession();
        var memory = Upload(session, new float[16]);
        var handle = Create(session);
        float one = 1;
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, Multiply(handle, 3, 2));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, Multiply(handle, -1, 3));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, Multiply(handle, 100, 100));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, Multiply(handle, 0, 1));
        Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, Multiply(default, 1, 1));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasDestroy(handle));
        Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, Multiply(handle, 1, 1));
        Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, _api.cublasDestroy(handle));

        cublasStatus_t Multiply(cublasHandle_t on, int m, int lda)
        {
            var factor = one;
            return _api.cublasSgemm(on, CUBLAS_OP_N, CUBLAS_OP_N, m, 1, 1, &factor, (float*)memory.Value, lda, (float*)memory.Value, 1, &factor, (float*)memory.Value, Math.Max(1, m));
        }
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private cublasHandle_t Create(DriverSession session)
    {
        session.MakeCurrent();
        cublasHandle_t handle;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, _api.cublasCreate(&handle));
        return handle;
    }

    private static CUdeviceptr Upload(DriverSession session, float[] values)
    {
        var memory = session.Allocate(values.Length * sizeof(float));
        fixed (float* source = values)
            DriverSession.Check(session.Api.cuMemcpyHtoD(memory, source, (nuint)values.Length * sizeof(float)));
        return memory;
    }

    private static float[] Download(DriverSession session, CUdeviceptr memory, int count)
    {
        var values = new float[count];
        fixed (float* target = values)
            DriverSession.Check(session.Api.cuMemcpyDtoH(target, memory, (nuint)count * sizeof(float)));
        return values;
    }
}
