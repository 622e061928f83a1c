using System.Collections.Frozen;

namespace CudaKernels;

/// <summary>Which includes a device compilation can do without: those of the host's libraries, and those that CUDA's device compilers imply.</summary>
internal static class HostIncludes
{
    private static readonly FrozenSet<string> s_device = new[]
    {
        "cuda_fp16.h", "cuda_fp16.hpp", "cuda_bf16.h", "cuda_bf16.hpp", "cuda_fp8.h", "cuda_fp6.h", "cuda_fp4.h", "mma.h", "math_constants.h",
        "cuda_pipeline.h", "cuda_pipeline_primitives.h", "cuda_awbarrier.h", "cuda_awbarrier_primitives.h", "cooperative_groups.h", "cuComplex.h",
        "cufft.h", "cufftXt.h",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Of the C++ library, what has a meaning in device code. Types and limits come as StandardNames, since NVRTC has no such headers.
    private static readonly FrozenSet<string> s_library = new[]
    {
        "type_traits", "utility", "tuple", "array", "algorithm", "functional", "initializer_list", "concepts", "bit", "numeric", "complex", "ratio", "iterator", "limits",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_names = new[]
    {
        "stdint.h", "cstdint", "inttypes.h", "cinttypes", "float.h", "cfloat", "limits.h", "climits", "math.h", "cmath", "stddef.h", "cstddef",
        "cuda.h", "cudaTypedefs.h", "cuda_runtime.h", "cuda_runtime_api.h", "helper_cuda.h",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] s_halfTypes = ["half", "__half", "half2", "__half2", "nv_bfloat16", "__nv_bfloat16", "__nv_bfloat162"];

    /// <summary>Device libraries whose headers also serve host code: they stay where device code names them.</summary>
    private static readonly (string Folder, string Name)[] s_shared =
        [("cub/", "cub"), ("thrust/", "thrust"), ("cuda/", "cuda"), ("cute/", "cute"), ("cutlass/", "cutlass"), ("curand_kernel.h", "curand_"), ("curand_", "curand_")];

    /// <summary>What becomes of an include that was not found among the user's files.</summary>
    /// <param name="spelling">The name between the brackets or quotes.</param>
    /// <param name="isQuoted">Whether it stands in quotes.</param>
    /// <param name="isNamed">Whether device code uses a namespace, or names with a prefix that ends in an underscore.</param>
    public static IncludeFate Fate(string spelling, bool isQuoted, Func<string, bool> isNamed)
    {
        if (s_names.Contains(spelling))
            return IncludeFate.Standard;
        // cuBLAS's headers bring the half types along.
        if (spelling.StartsWith("cublas", StringComparison.Ordinal) && s_halfTypes.Any(isNamed))
            return IncludeFate.HalfTypes;
        if (s_device.Contains(spelling) || s_library.Contains(spelling) || spelling.StartsWith("cooperative_groups/", StringComparison.Ordinal))
            return IncludeFate.Stays;
        foreach (var (folder, name) in s_shared)
        {
            if (spelling.StartsWith(folder, StringComparison.Ordinal))
                return isNamed(name) ? IncludeFate.Stays : IncludeFate.Goes;
        }

        // A missing file of the user's own must be an error; the host's libraries stand in angle brackets, NVIDIA's in either.
        return spelling == "helper_math.h" || (isQuoted && !IsOfToolkit(spelling)) ? IncludeFate.Stays : IncludeFate.Goes;
    }

    private static bool IsOfToolkit(string spelling) =>
        spelling.StartsWith("cu", StringComparison.Ordinal) || (spelling.StartsWith("helper_", StringComparison.Ordinal) && spelling != "helper_math.h") || spelling.StartsWith("nv", StringComparison.Ordinal)
        || spelling is "device_launch_parameters.h" or "device_functions.h" or "driver_types.h" or "vector_types.h" or "vector_functions.h" or "exception.h" or "sm_60_atomic_functions.h"
        || !spelling.Contains('.', StringComparison.Ordinal)
        || spelling is "stdio.h" or "stdlib.h" or "string.h" or "assert.h" or "time.h" or "unistd.h";
}

/// <summary>What becomes of an include.</summary>
internal enum IncludeFate
{
    /// <summary>It is left to the compiler.</summary>
    Stays,

    /// <summary>It is left out.</summary>
    Goes,

    /// <summary><see cref="StandardNames"/> takes its place.</summary>
    Standard,

    /// <summary>The headers of half and bfloat16 take its place.</summary>
    HalfTypes,
}
