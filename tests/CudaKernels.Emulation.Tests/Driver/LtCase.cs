using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;
using static CudaKernels.Interop.cublasStatus_t;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Tests;

/// <summary>One product of the software cuBLASLt: D[m, n] = alpha * op(A) * op(B) + beta * C, column-major, over random operands. Each test changes what it is about.</summary>
internal sealed unsafe record LtCase
{
    private const int Workspace = 4 << 20;

    public required cudaDataType TypeA { get; init; }

    public required cudaDataType TypeB { get; init; }

    public required cudaDataType TypeD { get; init; }

    public cudaDataType? TypeC { get; init; }

    public cublasComputeType_t Compute { get; init; } = cublasComputeType_t.CUBLAS_COMPUTE_32F;

    public cudaDataType ScaleType { get; init; } = CUDA_R_32F;

    public bool TransposeA { get; init; } = true;

    public bool TransposeB { get; init; }

    public int M { get; init; } = 16;

    public int N { get; init; } = 32;

    public int K { get; init; } = 48;

    /// <summary>Elements between the end of a column and the next, which may be negative.</summary>
    public int Gap { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; }

    public cublasLtMatmulMatrixScale_t ModeA { get; init; } = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;

    public cublasLtMatmulMatrixScale_t ModeB { get; init; } = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;

    public bool HasScales { get; init; }

    public bool FactorsAreOnDevice { get; init; }

    /// <summary>Bytes by which A lies off what the library aligns.</summary>
    public int Misalignment { get; init; }

    public int WorkspaceGiven { get; init; } = Workspace;

    /// <summary>Changes the descriptors before the heuristic is asked.</summary>
    public Action<CublasLtApi, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t, cublasLtMatmulPreference_t>? Change { get; init; }

    /// <summary>Changes the algorithm that was found.</summary>
    public Func<cublasLtMatmulAlgo_t, cublasLtMatmulAlgo_t>? ChangeAlgorithm { get; init; }

    /// <summary>The statuses of the heuristic and of the product, which runs where an algorithm was found, and D and its float64 reference.</summary>
    public (cublasStatus_t Heuristic, cublasStatus_t Product, double[] Actual, double[] Expected, double[] Magnitude) Run(DriverSession session)
    {
        var api = new CublasLtApi(new SoftwareCublasLtSource());
        cublasLtHandle_t handle;
        Check(api.cublasLtCreate(&handle));
        cublasLtMatmulDesc_t created;
        Check(api.cublasLtMatmulDescCreate(&created, Compute, ScaleType));
        var operation = created;
        Set(CUBLASLT_MATMUL_DESC_TRANSA, TransposeA ? cublasOperation_t.CUBLAS_OP_T : cublasOperation_t.CUBLAS_OP_N);
        Set(CUBLASLT_MATMUL_DESC_TRANSB, TransposeB ? cublasOperation_t.CUBLAS_OP_T : cublasOperation_t.CUBLAS_OP_N);
        var (rowsA, columnsA) = TransposeA ? (K, M) : (M, K);
        var (rowsB, columnsB) = TransposeB ? (N, K) : (K, N);
        var layoutA = Layout(TypeA, rowsA, columnsA);
        var layoutB = Layout(TypeB, rowsB, columnsB);
        var layoutC = Layout(TypeC ?? TypeD, M, N);
        var layoutD = Layout(TypeD, M, N);
        var (a, b, c) = (Numbers(rowsA, columnsA, TypeA, 1), Numbers(rowsB, columnsB, TypeB, 2), Numbers(M, N, TypeD, 3));
        var (scalesA, scalesB) = (Scales(ModeA, M, 4), Scales(ModeB, N, 5));
        if (ModeA != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F)
            Set(CUBLASLT_MATMUL_DESC_A_SCALE_MODE, ModeA);
        if (ModeB != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F)
            Set(CUBLASLT_MATMUL_DESC_B_SCALE_MODE, ModeB);
        if (HasScales)
        {
            Set(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, Upload(session, Array.ConvertAll(scalesA, value => (double)value), CUDA_R_32F).Value);
            Set(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, Upload(session, Array.ConvertAll(scalesB, value => (double)value), CUDA_R_32F).Value);
        }

        var (alpha, beta) = (Bits(Alpha), Bits(Beta));
        var (alphaAt, betaAt) = ((nint)(&alpha), (nint)(&beta));
        if (FactorsAreOnDevice)
        {
            Set(CUBLASLT_MATMUL_DESC_POINTER_MODE, cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_DEVICE);
            var factors = session.Allocate(8);
            session.WriteInts(factors, alpha, beta);
            (alphaAt, betaAt) = ((nint)factors.Value, (nint)factors.Value + 4);
        }

        cublasLtMatmulPreference_t preference;
        Check(api.cublasLtMatmulPreferenceCreate(&preference));
        ulong most = Workspace;
        Check(api.cublasLtMatmulPreferenceSetAttribute(preference, cublasLtMatmulPreferenceAttributes_t.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &most, 8));
        Change?.Invoke(api, operation, layoutA, preference);
        cublasLtMatmulHeuristicResult_t found;
        var count = 0;
        var heuristic = api.cublasLtMatmulAlgoGetHeuristic(handle, operation, layoutA, layoutB, layoutC, layoutD, preference, 1, &found, &count);
        Assert.Equal(heuristic == CUBLAS_STATUS_SUCCESS ? 1 : 0, count);
        if (heuristic != CUBLAS_STATUS_SUCCESS)
            return (heuristic, heuristic, [], [], []);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, found.state);
        var algorithm = ChangeAlgorithm is null ? found.algo : ChangeAlgorithm(found.algo);
        var deviceA = Upload(session, a, TypeA, Misalignment);
        var (deviceB, deviceC, deviceD) = (Upload(session, b, TypeB), Upload(session, c, TypeD), session.Allocate(Bytes(c.Length, TypeD)));
        var workspace = session.Allocate(Workspace);
        var status = api.cublasLtMatmul(
            handle, operation, (void*)alphaAt, (void*)(deviceA.Value + (nuint)Misalignment), layoutA, (void*)deviceB.Value, layoutB, (void*)betaAt,
            (void*)deviceC.Value, layoutC, (void*)deviceD.Value, layoutD, &algorithm, (void*)workspace.Value, (nuint)WorkspaceGiven, default);
        DriverSession.Check(session.Api.cuCtxSynchronize());
        if (status != CUBLAS_STATUS_SUCCESS)
            return (heuristic, status, [], [], []);
        var (expected, magnitude) = Reference(a, b, c, scalesA, scalesB, rowsA, rowsB);
        var all = Download(session, deviceD, c.Length);
        double[] actual = [.. Enumerable.Range(0, M * N).Select(i => all[i / M * (M + Gap) + i % M])];
        Check(api.cublasLtMatmulDescDestroy(operation));
        foreach (var layout in (ReadOnlySpan<cublasLtMatrixLayout_t>)[layoutA, layoutB, layoutC, layoutD])
            Check(api.cublasLtMatrixLayoutDestroy(layout));
        Check(api.cublasLtMatmulPreferenceDestroy(preference));
        Check(api.cublasLtDestroy(handle));
        return (heuristic, status, actual, expected, magnitude);

        void Set<TValue>(cublasLtMatmulDescAttributes_t attribute, TValue value) where TValue : unmanaged =>
            Check(api.cublasLtMatmulDescSetAttribute(operation, attribute, &value, (nuint)sizeof(TValue)));

        cublasLtMatrixLayout_t Layout(cudaDataType type, int rows, int columns)
        {
            cublasLtMatrixLayout_t layout;
            Check(api.cublasLtMatrixLayoutCreate(&layout, type, (ulong)rows, (ulong)columns, rows + Gap));
            return layout;
        }
    }

    private static void Check(cublasStatus_t status) => Assert.Equal(CUBLAS_STATUS_SUCCESS, status);

    private static double Round(double value, cudaDataType type) => type switch
    {
        CUDA_R_32F => (float)value,
        CUDA_R_16F => (double)(Half)value,
        CUDA_R_16BF => (float)(BFloat16)value,
        CUDA_R_8F_E4M3 => (float)(Float8E4M3)value,
        CUDA_R_8F_E5M2 => (float)(Float8E5M2)value,
        _ => Math.Round(value),
    };

    private static int Bytes(int count, cudaDataType type) => count * type switch
    {
        CUDA_R_64F => 8,
        CUDA_R_32F or CUDA_R_32I => 4,
        CUDA_R_16F or CUDA_R_16BF => 2,
        _ => 1,
    };

    private int Bits(float factor) => ScaleType == CUDA_R_32I ? (int)factor : BitConverter.SingleToInt32Bits(factor);

    // Whole columns, gaps too, of what the type holds.
    private double[] Numbers(int rows, int columns, cudaDataType type, int seed)
    {
        var random = new Random(seed);
        var range = type is CUDA_R_8I or CUDA_R_32I ? 127 : 2;
        return [.. Enumerable.Range(0, Math.Max(rows, rows + Gap) * columns).Select(_ => Round((2 * range * random.NextDouble()) - range, type))];
    }

    private float[] Scales(cublasLtMatmulMatrixScale_t mode, int outer, int seed)
    {
        var random = new Random(seed);
        var stages = (K + 127) / 128;
        var count = mode switch
        {
            CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F => stages * outer,
            CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F => (stages + 3) / 4 * 4 * ((outer + 127) / 128),
            _ => 1,
        };
        return [.. Enumerable.Range(0, count).Select(_ => (float)Math.Pow(2, (4 * random.NextDouble()) - 2))];
    }

    // Of vectors the neighbours belong to neighbouring rows of op(A), of blocks to neighbouring parts of k.
    private double Scale(float[] scales, cublasLtMatmulMatrixScale_t mode, int outer, int at, int k) => !HasScales ? 1 : mode switch
    {
        CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F => scales[(k / 128 * outer) + at],
        CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F => scales[(at / 128 * (((K + 127) / 128 + 3) / 4 * 4)) + (k / 128)],
        _ => scales[0],
    };

    private (double[] Values, double[] Magnitudes) Reference(double[] a, double[] b, double[] c, float[] scalesA, float[] scalesB, int rowsA, int rowsB)
    {
        var (values, magnitudes) = (new double[M * N], new double[M * N]);
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = (i % M, i / M);
            for (var p = 0; p < K; p++)
            {
                var left = a[TransposeA ? (row * (rowsA + Gap)) + p : (p * (rowsA + Gap)) + row] * Scale(scalesA, ModeA, M, row, p);
                var right = b[TransposeB ? (p * (rowsB + Gap)) + column : (column * (rowsB + Gap)) + p] * Scale(scalesB, ModeB, N, column, p);
                values[i] += Alpha * left * right;
                magnitudes[i] += Math.Abs(Alpha * left * right);
            }

            var added = Beta * c[(column * (M + Gap)) + row];
            (values[i], magnitudes[i]) = (values[i] + added, magnitudes[i] + Math.Abs(added));
        }

        return (values, magnitudes);
    }

    private static CUdeviceptr Upload(DriverSession session, double[] values, cudaDataType type, int offset = 0)
    {
        var memory = session.Allocate(Bytes(values.Length, type) + offset);
        var bytes = new byte[Bytes(values.Length, type)];
        fixed (byte* at = bytes)
        {
            for (var i = 0; i < values.Length; i++)
            {
                switch (type)
                {
                    case CUDA_R_32F:
                        ((float*)at)[i] = (float)values[i];
                        break;
                    case CUDA_R_16F:
                        ((Half*)at)[i] = (Half)values[i];
                        break;
                    case CUDA_R_16BF:
                        ((BFloat16*)at)[i] = (BFloat16)values[i];
                        break;
                    case CUDA_R_8F_E4M3:
                        ((Float8E4M3*)at)[i] = (Float8E4M3)values[i];
                        break;
                    case CUDA_R_8F_E5M2:
                        ((Float8E5M2*)at)[i] = (Float8E5M2)values[i];
                        break;
                    case CUDA_R_8I:
                        ((sbyte*)at)[i] = (sbyte)values[i];
                        break;
                    default:
                        ((int*)at)[i] = (int)values[i];
                        break;
                }
            }

            DriverSession.Check(session.Api.cuMemcpyHtoD(new CUdeviceptr(memory.Value + (nuint)offset), at, (nuint)bytes.Length));
        }

        return memory;
    }

    private double[] Download(DriverSession session, CUdeviceptr memory, int count)
    {
        var bytes = new byte[Bytes(count, TypeD)];
        fixed (byte* at = bytes)
        {
            DriverSession.Check(session.Api.cuMemcpyDtoH(at, memory, (nuint)bytes.Length));
            var values = new double[count];
            for (var i = 0; i < count; i++)
            {
                values[i] = TypeD switch
                {
                    CUDA_R_32F => ((float*)at)[i],
                    CUDA_R_16F => (double)((Half*)at)[i],
                    CUDA_R_16BF => (float)((BFloat16*)at)[i],
                    _ => ((int*)at)[i],
                };
            }

            return values;
        }
    }
}
