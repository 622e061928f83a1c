using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulPreferenceAttributes_t;

namespace CudaKernels.Emulation;

/// <summary>The matrix product of cuBLASLt and the search for its algorithm. There is one, which wants some workspace where it may have any.</summary>
internal static unsafe class LtMatmulCalls
{
    private const ulong Mark = 0x4C54_616C_676F_3031;
    private const ulong MostWorkspace = 1 << 20;
    private const int WorkspaceAlignment = 256;

    // What the algorithm holds: that it is one of ours, what it was found for, and the bytes that it wants.
    private const int MarkIndex = 0;
    private const int ConfigurationIndex = 1;
    private const int WorkspaceIndex = 2;

    public static cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t lightHandle, cublasLtMatmulDesc_t operationDesc, cublasLtMatrixLayout_t Adesc, cublasLtMatrixLayout_t Bdesc, cublasLtMatrixLayout_t Cdesc, cublasLtMatrixLayout_t Ddesc, cublasLtMatmulPreference_t preference, int requestedAlgoCount, cublasLtMatmulHeuristicResult_t* heuristicResultsArray, int* returnAlgoCount)
    {
        var handle = LtHandle.Find(lightHandle);
        if (requestedAlgoCount < 1 || heuristicResultsArray is null || returnAlgoCount is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *returnAlgoCount = 0;
        var preferred = LtDescriptor.Find(preference.Value, LtAttributes.Preference);
        var product = LtProduct.Read(operationDesc, Adesc, Bdesc, Cdesc, Ddesc);
        LtRules.Require(product, handle.Context.Device.Options.ComputeCapability);
        var least = Math.Min(
            Math.Min(preferred.Value((int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES), preferred.Value((int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES)),
            preferred.Value((int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES));
        if (least < (ulong)LtRules.AlignmentOf(product))
            return cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED;
        var workspace = Math.Min(preferred.Value((int)CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES), MostWorkspace);
        *heuristicResultsArray = new cublasLtMatmulHeuristicResult_t
        {
            algo = Algorithm(product, workspace),
            workspaceSize = (nuint)workspace,
            state = cublasStatus_t.CUBLAS_STATUS_SUCCESS,
            wavesCount = 1,
        };
        *returnAlgoCount = 1;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasLtMatmul(cublasLtHandle_t lightHandle, cublasLtMatmulDesc_t computeDesc, void* alpha, void* A, cublasLtMatrixLayout_t Adesc, void* B, cublasLtMatrixLayout_t Bdesc, void* beta, void* C, cublasLtMatrixLayout_t Cdesc, void* D, cublasLtMatrixLayout_t Ddesc, cublasLtMatmulAlgo_t* algo, void* workspace, nuint workspaceSizeInBytes, CUstream stream)
    {
        var handle = LtHandle.Find(lightHandle);
        var target = StreamSubmission.Resolve(stream);
        if (target.Context != handle.Context)
            return cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED;
        var product = LtProduct.Read(computeDesc, Adesc, Bdesc, Cdesc, Ddesc);
        LtRules.Require(product, handle.Context.Device.Options.ComputeCapability);
        RequireAlgorithm(product, algo, workspace, workspaceSizeInBytes);
        if (alpha is null || beta is null || A is null || B is null || D is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var needsC = product.PointerMode == cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_DEVICE || GemmProduct.ReadScale(beta, product.ScaleType) != 0;
        if (needsC && (C is null || (C == D && product.C != product.D)))
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var alignment = (nuint)LtRules.AlignmentOf(product);
        var alignmentOfD = product.A.IsFloat8 ? alignment : (nuint)product.D.Size;
        if ((nuint)A % alignment != 0 || (nuint)B % alignment != 0 || (nuint)C % alignmentOfD != 0 || (nuint)D % alignmentOfD != 0)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var operation = target.NewOperation(target.Device.Operations.LtProducts);
        operation.Set(product, alpha, beta, A, B, needsC ? C : null, D);
        target.Give(operation);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    private static cublasLtMatmulAlgo_t Algorithm(in LtProduct product, ulong workspace)
    {
        var algorithm = default(cublasLtMatmulAlgo_t);
        algorithm.data[MarkIndex] = Mark;
        algorithm.data[ConfigurationIndex] = product.Configuration;
        algorithm.data[WorkspaceIndex] = workspace;
        return algorithm;
    }

    // Without an algorithm the library looks for one itself, and may use the workspace that it is given.
    private static void RequireAlgorithm(in LtProduct product, cublasLtMatmulAlgo_t* algorithm, void* workspace, nuint size)
    {
        if (algorithm is not null && algorithm->data[MarkIndex] != Mark)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        if (algorithm is not null && algorithm->data[ConfigurationIndex] != product.Configuration)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        var isMemory = size == 0
            || (AllocationMap.Find((nuint)workspace) is { } memory && memory.Contains((nuint)workspace, size) && (nuint)workspace % WorkspaceAlignment == 0);
        if (!isMemory || (algorithm is not null && size < algorithm->data[WorkspaceIndex]))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
    }
}
