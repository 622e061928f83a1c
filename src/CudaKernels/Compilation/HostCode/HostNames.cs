using System.Collections.Frozen;

namespace CudaKernels;

/// <summary>Names that only host code can use.</summary>
internal static class HostNames
{
    private static readonly FrozenSet<string> s_standard = new[]
    {
        "string", "wstring", "vector", "map", "multimap", "unordered_map", "set", "multiset", "unordered_set", "list", "deque", "queue", "priority_queue", "stack", "unique_ptr", "shared_ptr",
        "weak_ptr", "function", "thread", "mutex", "chrono", "ostream", "istream", "iostream", "fstream", "ifstream", "ofstream", "stringstream", "ostringstream", "istringstream", "mt19937",
        "mt19937_64", "random_device", "default_random_engine", "normal_distribution", "uniform_real_distribution", "uniform_int_distribution", "exception", "runtime_error", "string_view",
        "invalid_argument", "logic_error", "out_of_range", "domain_error", "overflow_error", "bad_alloc",
        "filesystem", "future", "promise", "condition_variable", "any", "regex", "locale", "cout", "cerr", "endl",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_bare = new[]
    {
        "FILE", "cudaEvent_t", "cudaStream_t", "cudaDeviceProp", "cudaGraph_t", "cudaGraphExec_t", "cudaMemPool_t", "cudaArray_t", "cudaArray", "cudaError_t", "curandGenerator_t",
        "CUcontext", "CUmodule", "CUfunction", "CUstream", "CUevent", "CUresult", "CUdevice", "LARGE_INTEGER", "timespec", "timeval", "pthread_t", "ncclComm_t", "MPI_Comm", "StopWatchInterface", "cudaIpcMemHandle_t",
        "cudaIpcEventHandle_t",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether tokens name a type or object of the host: of the C++ library, the runtime API or a host library.</summary>
    public static bool AreIn(IReadOnlyList<PlacedToken> tokens, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var text = tokens[i].Text;
            if (s_bare.Contains(text) || text.StartsWith("cublas", StringComparison.Ordinal) || text.StartsWith("cudnn", StringComparison.Ordinal) || text.StartsWith("cusparse", StringComparison.Ordinal))
                return true;
            if (i + 2 < to && text is "std" or "thrust" or "torch" or "at" or "c10" or "pybind11" && tokens[i + 1].Text == "::" && (text != "std" || s_standard.Contains(tokens[i + 2].Text)))
                return true;
        }

        return false;
    }
}
