using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;

namespace CudaKernels.Cli.Bench;

/// <summary>
/// One product by cuBLASLt, ready to be called: descriptors, the algorithm that the heuristic puts first, and a workspace. cuBLASLt is column-major, so
/// C = A·B is asked for as Cᵀ = Bᵀ·Aᵀ, and its A is our B. A call allocates nothing.
/// </summary>
internal sealed unsafe class LtProduct : IDisposable
{
    private const int Workspace = 32 << 20;

    private readonly CublasLtApi _api;
    private readonly CudaStream _stream;
    private readonly LtOperands _operands;
    private readonly DeviceBuffer<byte> _workspace;

    // Alpha, and zero for beta, with the bits of the type that they are given in.
    private readonly int _one;
    private readonly int _zero;

    private cublasLtMatmulAlgo_t _algorithm;
    private cublasLtHandle_t _handle;
    private cublasLtMatmulDesc_t _operation;
    private cublasLtMatrixLayout_t _first, _second, _result;

    /// <summary>Prepares the product.</summary>
    /// <exception cref="CublasException">The library refuses it.</exception>
    /// <exception cref="CudaNotSupportedException">The library lacks a function.</exception>
    public LtProduct(CudaDevice device, LtProblem problem, LtOperands operands)
    {
        (_api, _stream, _operands) = (device.CublasLt, device.DefaultStream, operands);
        _one = problem.ScaleType == cudaDataType.CUDA_R_32F ? BitConverter.SingleToInt32Bits(1) : 1;
        _workspace = device.CreateBuffer<byte>(Workspace);
        try
        {
            Describe(problem);
            FindAlgorithm();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Puts a call into the device's stream.</summary>
    public cublasStatus_t Run()
    {
        fixed (int* one = &_one, zero = &_zero)
        {
            fixed (cublasLtMatmulAlgo_t* algorithm = &_algorithm)
            {
                return _api.cublasLtMatmul(
                    _handle, _operation, one, (void*)_operands.Right.Value, _first, (void*)_operands.Left.Value, _second, zero, (void*)_operands.Result.Value, _result,
                    (void*)_operands.Result.Value, _result, algorithm, (void*)_workspace.Address.Value, Workspace, _stream.Handle);
            }
        }
    }

    public void Dispose()
    {
        // There is nobody to tell of a failure, and nothing left to do.
        if (_operation.Value != 0)
        {
            _ = _api.cublasLtMatmulDescDestroy(_operation);
        }

        foreach (var layout in (ReadOnlySpan<cublasLtMatrixLayout_t>)[_first, _second, _result])
        {
            if (layout.Value != 0)
            {
                _ = _api.cublasLtMatrixLayoutDestroy(layout);
            }
        }

        if (_handle.Value != 0)
        {
            _ = _api.cublasLtDestroy(_handle);
        }

        _workspace.Dispose();
    }

    private static void Check(cublasStatus_t status, string call)
    {
        if (status != cublasStatus_t.CUBLAS_STATUS_SUCCESS)
        {
            throw new CublasException(status, $"{call}: {status}");
        }
    }

    private void Describe(LtProblem problem)
    {
        fixed (cublasLtHandle_t* handle = &_handle)
        {
            Check(_api.cublasLtCreate(handle), "cublasLtCreate");
        }

        fixed (cublasLtMatmulDesc_t* operation = &_operation)
        {
            Check(_api.cublasLtMatmulDescCreate(operation, problem.Compute, problem.ScaleType), "cublasLtMatmulDescCreate");
        }

        Set(CUBLASLT_MATMUL_DESC_TRANSA, problem.HasRowsOfK ? cublasOperation_t.CUBLAS_OP_T : cublasOperation_t.CUBLAS_OP_N);
        SetScales(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, _operands.RightScales, CUBLASLT_MATMUL_DESC_A_SCALE_MODE, problem.RightMode);
        SetScales(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, _operands.LeftScales, CUBLASLT_MATMUL_DESC_B_SCALE_MODE, problem.LeftMode);
        _first = problem.HasRowsOfK ? Layout(problem.RightType, problem.K, problem.N) : Layout(problem.RightType, problem.N, problem.K);
        _second = Layout(problem.LeftType, problem.K, problem.M);
        _result = Layout(problem.ResultType, problem.N, problem.M);
    }

    // Older libraries have one scale and no modes: what needs none sets none.
    private void SetScales(cublasLtMatmulDescAttributes_t pointer, CUdeviceptr scales, cublasLtMatmulDescAttributes_t attribute, cublasLtMatmulMatrixScale_t mode)
    {
        if (mode != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F)
        {
            Set(attribute, mode);
        }

        if (scales.Value != 0)
        {
            Set(pointer, scales.Value);
        }
    }

    private void Set<TValue>(cublasLtMatmulDescAttributes_t attribute, TValue value) where TValue : unmanaged =>
        Check(_api.cublasLtMatmulDescSetAttribute(_operation, attribute, &value, (nuint)sizeof(TValue)), $"cublasLtMatmulDescSetAttribute({attribute} = {value})");

    private cublasLtMatrixLayout_t Layout(cudaDataType type, int rows, int columns)
    {
        cublasLtMatrixLayout_t layout;
        Check(_api.cublasLtMatrixLayoutCreate(&layout, type, (ulong)rows, (ulong)columns, rows), $"cublasLtMatrixLayoutCreate({type}, {rows} x {columns})");
        return layout;
    }

    private void FindAlgorithm()
    {
        cublasLtMatmulPreference_t preference;
        Check(_api.cublasLtMatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate");
        try
        {
            ulong most = Workspace;
            Check(
                _api.cublasLtMatmulPreferenceSetAttribute(preference, cublasLtMatmulPreferenceAttributes_t.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &most, sizeof(ulong)),
                "cublasLtMatmulPreferenceSetAttribute(workspace)");
            cublasLtMatmulHeuristicResult_t found;
            var count = 0;
            var status = _api.cublasLtMatmulAlgoGetHeuristic(_handle, _operation, _first, _second, _result, _result, preference, 1, &found, &count);
            Check(status, "cublasLtMatmulAlgoGetHeuristic");
            Check(count > 0 ? found.state : cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED, "cublasLtMatmulAlgoGetHeuristic has found no algorithm");
            _algorithm = found.algo;
        }
        finally
        {
            _ = _api.cublasLtMatmulPreferenceDestroy(preference);
        }
    }
}
