using CudaKernels.Interop;
using static CudaKernels.Interop.cublasComputeType_t;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;
using static CudaKernels.Interop.cublasStatus_t;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Tests;

/// <summary>The software cuBLASLt: what it computes, and what it refuses as the library does.</summary>
public sealed unsafe class CublasLtTests
{
    private static readonly LtCase s_float = new() { TypeA = CUDA_R_32F, TypeB = CUDA_R_32F, TypeD = CUDA_R_32F };
    private static readonly LtCase s_float8 = new() { TypeA = CUDA_R_8F_E4M3, TypeB = CUDA_R_8F_E4M3, TypeD = CUDA_R_32F };
    private static readonly LtCase s_int8 = new() { TypeA = CUDA_R_8I, TypeB = CUDA_R_8I, TypeD = CUDA_R_32I, Compute = CUBLAS_COMPUTE_32I, ScaleType = CUDA_R_32I };

    private static readonly LtCase s_blocks = s_float8 with
    {
        HasScales = true,
        ModeA = CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F,
        ModeB = CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F,
        M = 272,
        N = 48,
        K = 656,
    };

    [Theory]
    [InlineData(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F, 1e-6)]
    [InlineData(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_PEDANTIC, 1e-6)]
    [InlineData(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, 2e-3)]
    [InlineData(CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, 1e-3)]
    [InlineData(CUDA_R_16F, CUDA_R_32F, CUBLAS_COMPUTE_32F, 1e-6)]
    [InlineData(CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 8e-3)]
    [InlineData(CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F, 1e-6)]
    public void ProductsOfFloatsOfEveryLayout(cudaDataType type, cudaDataType result, cublasComputeType_t compute, double tolerance)
    {
        using var session = new DriverSession();
        foreach (var (transposeA, transposeB) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            var product = new LtCase { TypeA = type, TypeB = type, TypeD = result, Compute = compute, TransposeA = transposeA, TransposeB = transposeB, M = 5, N = 7, K = 131 };
            RequireRight(session, product, tolerance);
            RequireRight(session, product with { Alpha = 2, Beta = -0.5f, Gap = 3 }, tolerance);
        }
    }

    [Fact]
    public void OperandsOfTf32LoseTheirLowBits()
    {
        using var session = new DriverSession();
        var (_, _, actual, expected, magnitude) = (s_float with { Compute = CUBLAS_COMPUTE_32F_FAST_TF32 }).Run(session);
        Assert.Contains(actual.Select((value, i) => Math.Abs(value - expected[i]) / magnitude[i]), error => error > 1e-5);
    }

    [Theory]
    [InlineData(CUBLAS_COMPUTE_32I)]
    [InlineData(CUBLAS_COMPUTE_32I_PEDANTIC)]
    public void IntegersAreExact(cublasComputeType_t compute)
    {
        using var session = new DriverSession();
        RequireRight(session, s_int8 with { Compute = compute, M = 12, N = 5, K = 132 }, tolerance: 0);
        RequireRight(session, s_int8 with { Alpha = 3, Beta = -2, Gap = 4 }, tolerance: 0);
    }

    [Theory]
    [InlineData(CUDA_R_8F_E4M3, CUDA_R_8F_E4M3, CUDA_R_32F, 1e-6)]
    [InlineData(CUDA_R_8F_E4M3, CUDA_R_8F_E4M3, CUDA_R_16F, 1e-3)]
    [InlineData(CUDA_R_8F_E4M3, CUDA_R_8F_E4M3, CUDA_R_16BF, 8e-3)]
    [InlineData(CUDA_R_8F_E4M3, CUDA_R_8F_E5M2, CUDA_R_32F, 1e-6)]
    [InlineData(CUDA_R_8F_E5M2, CUDA_R_8F_E4M3, CUDA_R_16BF, 8e-3)]
    public void EightBitFloatsTimesTheirScales(cudaDataType left, cudaDataType right, cudaDataType result, double tolerance)
    {
        using var session = new DriverSession();
        var product = s_float8 with { TypeA = left, TypeB = right, TypeD = result };
        RequireRight(session, product, tolerance);
        RequireRight(session, product with { HasScales = true, Alpha = 0.5f, Beta = 2, Gap = 16 }, tolerance);
        RequireRight(session, product with { HasScales = true, Alpha = 0.5f, Beta = 2, FactorsAreOnDevice = true }, tolerance);
    }

    [Theory]
    [InlineData(CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F, CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F)]
    [InlineData(CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F, CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F)]
    [InlineData(CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F, CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F)]
    public void ScalesOfBlocks(cublasLtMatmulMatrixScale_t left, cublasLtMatmulMatrixScale_t right)
    {
        using var session = new DriverSession();
        RequireRight(session, s_blocks with { ModeA = left, ModeB = right }, 2e-6);
        RequireRight(session, s_blocks with { ModeA = left, ModeB = right, TypeD = CUDA_R_16BF, M = 48, N = 144, K = 144, Beta = 1 }, 8e-3);
    }

    [Fact]
    public void WhatTheLibraryHasNoAlgorithmForIsNotSupported()
    {
        using var session = new DriverSession();
        var blocks = s_blocks with { M = 16, N = 16, K = 16 };
        LtCase[] refused =
        [
            s_float8 with { TypeA = CUDA_R_8F_E5M2, TypeB = CUDA_R_8F_E5M2 },
            s_float8 with { TransposeA = false },
            s_float8 with { TransposeB = true },
            s_float8 with { K = 40 },
            s_float8 with { M = 24 },
            s_float8 with { N = 8 },
            s_float8 with { Gap = 8 },
            s_float8 with { TypeD = CUDA_R_64F },
            s_float8 with { TypeC = CUDA_R_16BF },
            s_float8 with { Compute = CUBLAS_COMPUTE_32F_FAST_TF32 },
            s_float8 with { TypeB = CUDA_R_16F },
            s_int8 with { TransposeA = false },
            s_int8 with { TransposeB = true },
            s_int8 with { M = 14 },
            s_int8 with { K = 18 },
            s_int8 with { Gap = 2 },
            s_int8 with { TypeD = CUDA_R_32F },
            s_int8 with { ScaleType = CUDA_R_32F },
            s_float with { TypeD = CUDA_R_16F },
            s_float with { Compute = CUBLAS_COMPUTE_16F },
            blocks with { ModeB = CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F },
            blocks with { ModeB = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F },
            blocks with { ModeB = CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0 },
            s_float with { Change = (api, operation, _, _) => SetOperation(api, operation, CUBLASLT_MATMUL_DESC_EPILOGUE, (uint)cublasLtEpilogue_t.CUBLASLT_EPILOGUE_RELU) },
            s_float with { Change = (api, operation, _, _) => SetOperation(api, operation, CUBLASLT_MATMUL_DESC_POINTER_MODE, (int)cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_DEVICE_VECTOR) },
            s_float with { Change = (api, _, layout, _) => SetLayout(api, layout, cublasLtMatrixLayoutAttribute_t.CUBLASLT_MATRIX_LAYOUT_ORDER, (int)cublasLtOrder_t.CUBLASLT_ORDER_ROW) },
            s_float with { Change = (api, _, layout, _) => SetLayout(api, layout, cublasLtMatrixLayoutAttribute_t.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, 2) },
            s_float8 with { Change = (api, _, _, preference) => SetPreference(api, preference, cublasLtMatmulPreferenceAttributes_t.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, 8u) },
        ];
        for (var i = 0; i < refused.Length; i++)
            Assert.Equal((i, CUBLAS_STATUS_NOT_SUPPORTED), (i, refused[i].Run(session).Heuristic));
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 9)]
    [InlineData(10, 0)]
    public void WhatTheGpuLacksIsNotSupported(int major, int minor)
    {
        var capability = new Version(major, minor);
        using var session = new DriverSession(new EmulationOptions { ComputeCapability = capability });
        Assert.Equal(capability >= new Version(8, 9) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED, s_float8.Run(session).Heuristic);
        Assert.Equal(CUBLAS_STATUS_NOT_SUPPORTED, s_blocks.Run(session).Heuristic);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, (s_float with { Compute = CUBLAS_COMPUTE_32F_FAST_TF32 }).Run(session).Heuristic);
    }

    [Fact]
    public void WhatDoesNotGoTogetherIsInvalid()
    {
        using var session = new DriverSession();
        LtCase[] refused =
        [
            s_float with { Gap = -1 },
            s_float with { M = 0 },
            s_float with { HasScales = true },
            s_int8 with { HasScales = true },
            s_blocks with { HasScales = false },
            s_float with { Change = (api, operation, _, _) => SetOperation(api, operation, CUBLASLT_MATMUL_DESC_TRANSA, 7) },
            s_float with { Change = (api, _, layout, _) => SetLayout(api, layout, cublasLtMatrixLayoutAttribute_t.CUBLASLT_MATRIX_LAYOUT_ROWS, 4ul) },
            s_float with { Change = (api, operation, _, _) => api.cublasLtMatmulDescDestroy(operation) },
        ];
        for (var i = 0; i < refused.Length; i++)
            Assert.Equal((i, CUBLAS_STATUS_INVALID_VALUE), (i, refused[i].Run(session).Heuristic));
    }

    [Fact]
    public void AProductIsRefusedWithWrongPointersWorkspaceOrAlgorithm()
    {
        using var session = new DriverSession();
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_float8 with { Misalignment = 8 }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_int8 with { Misalignment = 2 }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_float with { Misalignment = 2 }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_float with { WorkspaceGiven = 1024 }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_float with { WorkspaceGiven = 64 << 20 }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, (s_float with { ChangeAlgorithm = _ => default }).Run(session).Product);
        cublasLtMatmulAlgo_t other = default;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, (s_float with { K = 16, ChangeAlgorithm = found => other = found }).Run(session).Product);
        Assert.Equal(CUBLAS_STATUS_NOT_SUPPORTED, (s_float with { ChangeAlgorithm = _ => other }).Run(session).Product);
    }

    [Fact]
    public void AttributesHaveTheirSizes()
    {
        var api = new CublasLtApi(new SoftwareCublasLtSource());
        cublasLtMatmulDesc_t operation;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescCreate(&operation, CUBLAS_COMPUTE_32F, CUDA_R_32F));
        long value = 1;
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSA, &value, 8));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, &value, 4));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_FAST_ACCUM, &value, 4));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSA, null, 4));
        // Of CUDA 13.1.
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_ALPHA_BATCH_STRIDE, &value, 8));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_FAST_ACCUM, &value, 1));

        nuint written;
        long read = 0;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescGetAttribute(operation, CUBLASLT_MATMUL_DESC_FAST_ACCUM, &read, 1, &written));
        Assert.Equal((1L, (nuint)1), (read, written));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescGetAttribute(operation, CUBLASLT_MATMUL_DESC_EPILOGUE, &read, 4, null));
        Assert.Equal((long)cublasLtEpilogue_t.CUBLASLT_EPILOGUE_DEFAULT, read);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescGetAttribute(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, null, 0, &written));
        Assert.Equal((nuint)8, written);
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescGetAttribute(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, null, 0, null));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulDescGetAttribute(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &read, 4, null));

        cublasLtMatmulPreference_t preference;
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulPreferenceCreate(&preference));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulPreferenceSetAttribute(preference, cublasLtMatmulPreferenceAttributes_t.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &value, 4));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulPreferenceGetAttribute(preference, cublasLtMatmulPreferenceAttributes_t.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, &read, 4, null));
        Assert.Equal(256, read);

        // A descriptor of another kind, and one that is gone.
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatrixLayoutDestroy(new cublasLtMatrixLayout_t(preference.Value)));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulPreferenceDestroy(preference));
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatmulPreferenceDestroy(preference));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescDestroy(operation));
        cublasLtMatrixLayout_t layout;
        Assert.Equal(CUBLAS_STATUS_INVALID_VALUE, api.cublasLtMatrixLayoutCreate(&layout, (cudaDataType)99, 1, 1, 1));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatrixLayoutCreate(&layout, CUDA_R_16F, 3, 2, 5));
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatrixLayoutGetAttribute(layout, cublasLtMatrixLayoutAttribute_t.CUBLASLT_MATRIX_LAYOUT_LD, &read, 8, null));
        Assert.Equal(5, read);
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatrixLayoutDestroy(layout));
    }

    [Fact]
    public void AHandleIsOfItsContext()
    {
        var api = new CublasLtApi(new SoftwareCublasLtSource());
        cublasLtHandle_t handle;
        using (var session = new DriverSession())
        {
            Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtCreate(&handle));
            Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtDestroy(handle));
            Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, api.cublasLtDestroy(handle));
            Assert.Contains("a cuBLASLt handle that had been destroyed", Assert.Single(session.Reports).Message, StringComparison.Ordinal);
            Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, api.cublasLtDestroy(default));
        }

        Assert.Equal(CUBLAS_STATUS_NOT_INITIALIZED, api.cublasLtCreate(&handle));
        Assert.Equal((nuint)130000, api.cublasLtGetVersion());
    }

    private static void RequireRight(DriverSession session, LtCase product, double tolerance)
    {
        var (heuristic, status, actual, expected, magnitude) = product.Run(session);
        Assert.Equal((CUBLAS_STATUS_SUCCESS, CUBLAS_STATUS_SUCCESS), (heuristic, status));
        Assert.Equal(product.M * product.N, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * magnitude[i], $"{product}: element {i} is {actual[i]}, expected {expected[i]}");
    }

    private static void SetOperation<T>(CublasLtApi api, cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, T value) where T : unmanaged =>
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulDescSetAttribute(operation, attribute, &value, (nuint)sizeof(T)));

    private static void SetLayout<T>(CublasLtApi api, cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t attribute, T value) where T : unmanaged =>
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatrixLayoutSetAttribute(layout, attribute, &value, (nuint)sizeof(T)));

    private static void SetPreference<T>(CublasLtApi api, cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, T value) where T : unmanaged =>
        Assert.Equal(CUBLAS_STATUS_SUCCESS, api.cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, (nuint)sizeof(T)));
}
