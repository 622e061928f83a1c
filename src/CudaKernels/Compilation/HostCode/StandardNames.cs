namespace CudaKernels;

/// <summary>What device code takes from the headers of the C library, the CUDA runtime and the driver, types, limits and constants: nvcc offers those headers, NVRTC has none.</summary>
internal static class StandardNames
{
    public const string HeaderName = "cudakernels/standard_names.h";

    public const string HalfTypesName = "cudakernels/half_types.h";

    public const string HalfTypes = "#pragma once\n#include <cuda_fp16.h>\n#include <cuda_bf16.h>\n";

    public const string Header = """
        #pragma once
        #if defined(CK_EMU)
        #include <cfloat>
        #include <climits>
        #include <cmath>
        #include <cstddef>
        #include <cstdint>
        #include <cuda.h>
        #include <math.h>
        #include <stdint.h>
        #else
        #if !defined(CUDART_VERSION) && defined(__CUDACC_VER_MAJOR__)
        #define CUDART_VERSION (__CUDACC_VER_MAJOR__ * 1000 + __CUDACC_VER_MINOR__ * 10)
        #endif
        typedef signed char int8_t;
        typedef short int16_t;
        typedef int int32_t;
        typedef long long int64_t;
        typedef unsigned char uint8_t;
        typedef unsigned short uint16_t;
        typedef unsigned int uint32_t;
        typedef unsigned long long uint64_t;
        typedef unsigned long long uintptr_t;
        typedef long long intptr_t;
        #ifndef INT_MAX
        #define SCHAR_MAX 127
        #define UCHAR_MAX 255
        #define SHRT_MAX 32767
        #define USHRT_MAX 65535
        #define INT_MAX 2147483647
        #define INT_MIN (-2147483647 - 1)
        #define UINT_MAX 4294967295u
        #define LLONG_MAX 9223372036854775807ll
        #define LLONG_MIN (-9223372036854775807ll - 1)
        #define ULLONG_MAX 18446744073709551615ull
        #endif
        #ifndef INT32_MAX
        #define INT8_MAX 127
        #define UINT8_MAX 255
        #define INT16_MAX 32767
        #define UINT16_MAX 65535
        #define INT32_MAX INT_MAX
        #define INT32_MIN INT_MIN
        #define UINT32_MAX UINT_MAX
        #define INT64_MAX LLONG_MAX
        #define INT64_MIN LLONG_MIN
        #define UINT64_MAX ULLONG_MAX
        #endif
        #ifndef FLT_MAX
        #define FLT_MAX 3.402823466e+38f
        #define FLT_MIN 1.175494351e-38f
        #define FLT_EPSILON 1.192092896e-07f
        #define FLT_DIG 6
        #define DBL_MAX 1.7976931348623158e+308
        #define DBL_MIN 2.2250738585072014e-308
        #define DBL_EPSILON 2.2204460492503131e-16
        #endif
        #ifndef INFINITY
        #define INFINITY __int_as_float(0x7f800000)
        #define NAN __int_as_float(0x7fffffff)
        #define HUGE_VALF INFINITY
        #endif
        #ifndef M_PI
        #define M_E 2.7182818284590452354
        #define M_LOG2E 1.4426950408889634074
        #define M_LN2 0.69314718055994530942
        #define M_PI 3.14159265358979323846
        #define M_PI_2 1.57079632679489661923
        #define M_PI_4 0.78539816339744830962
        #define M_1_PI 0.31830988618379067154
        #define M_2_SQRTPI 1.12837916709551257390
        #define M_SQRT2 1.41421356237309504880
        #define M_SQRT1_2 0.70710678118654752440
        #endif
        #ifndef __cuda_cuda_h__
        typedef unsigned int cuuint32_t;
        typedef unsigned long long cuuint64_t;
        typedef unsigned long long CUdeviceptr;
        typedef struct alignas(64) CUtensorMap_st { cuuint64_t opaque[16]; } CUtensorMap;
        typedef enum CUtensorMapDataType_enum {
          CU_TENSOR_MAP_DATA_TYPE_UINT8, CU_TENSOR_MAP_DATA_TYPE_UINT16, CU_TENSOR_MAP_DATA_TYPE_UINT32, CU_TENSOR_MAP_DATA_TYPE_INT32, CU_TENSOR_MAP_DATA_TYPE_UINT64,
          CU_TENSOR_MAP_DATA_TYPE_INT64, CU_TENSOR_MAP_DATA_TYPE_FLOAT16, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, CU_TENSOR_MAP_DATA_TYPE_FLOAT64, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
          CU_TENSOR_MAP_DATA_TYPE_FLOAT32_FTZ, CU_TENSOR_MAP_DATA_TYPE_TFLOAT32, CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ
        } CUtensorMapDataType;
        typedef enum CUtensorMapInterleave_enum { CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_INTERLEAVE_16B, CU_TENSOR_MAP_INTERLEAVE_32B } CUtensorMapInterleave;
        typedef enum CUtensorMapSwizzle_enum { CU_TENSOR_MAP_SWIZZLE_NONE, CU_TENSOR_MAP_SWIZZLE_32B, CU_TENSOR_MAP_SWIZZLE_64B, CU_TENSOR_MAP_SWIZZLE_128B } CUtensorMapSwizzle;
        typedef enum CUtensorMapL2promotion_enum {
          CU_TENSOR_MAP_L2_PROMOTION_NONE, CU_TENSOR_MAP_L2_PROMOTION_L2_64B, CU_TENSOR_MAP_L2_PROMOTION_L2_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_256B
        } CUtensorMapL2promotion;
        typedef enum CUtensorMapFloatOOBfill_enum { CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE, CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA } CUtensorMapFloatOOBfill;
        #endif
        #endif

        """;
}
