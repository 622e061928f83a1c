// What NVRTC knows without any header, declared for clang's CUDA front end: a kernel that uses anything of the host's headers
// (INFINITY, std::, uint32_t, half) fails against this list, as it would under NVRTC.
#pragma once
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __grid_constant__
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __align__(n) __attribute__((aligned(n)))
#define __noinline__ __attribute__((noinline))

#define CK_VECTOR_TYPES(T, name)                                    \
  struct name##1 { T x; };                                          \
  struct __align__(2 * sizeof(T)) name##2 { T x, y; };              \
  struct name##3 { T x, y, z; };                                    \
  struct __align__(4 * sizeof(T) < 16 ? 4 * sizeof(T) : 16) name##4 { T x, y, z, w; };
CK_VECTOR_TYPES(signed char, char)
CK_VECTOR_TYPES(unsigned char, uchar)
CK_VECTOR_TYPES(int, int)
CK_VECTOR_TYPES(unsigned, uint)
CK_VECTOR_TYPES(float, float)
CK_VECTOR_TYPES(double, double)
#undef CK_VECTOR_TYPES
struct dim3 { unsigned x, y, z; };

extern const __device__ uint3 threadIdx;
extern const __device__ uint3 blockIdx;
extern const __device__ dim3 blockDim;
extern const __device__ dim3 gridDim;
extern const __device__ int warpSize;

__device__ void __syncthreads();
__device__ int __syncthreads_count(int);
__device__ int __syncthreads_and(int);
__device__ int __syncthreads_or(int);
__device__ void __syncwarp(unsigned = 0xffffffffu);
__device__ void __trap();
__device__ void __threadfence();
__device__ void __threadfence_block();
__device__ unsigned __ballot_sync(unsigned, int);
__device__ int __any_sync(unsigned, int);
__device__ int __all_sync(unsigned, int);
__device__ int __clz(int);
__device__ unsigned int __umulhi(unsigned int, unsigned int);
__device__ int __ffs(int);
__device__ int __popc(unsigned);

#define CK_SHUFFLES(T)                                                   \
  __device__ T __shfl_sync(unsigned, T, int, int = 32);                  \
  __device__ T __shfl_xor_sync(unsigned, T, int, int = 32);              \
  __device__ T __shfl_up_sync(unsigned, T, unsigned, int = 32);          \
  __device__ T __shfl_down_sync(unsigned, T, unsigned, int = 32);
CK_SHUFFLES(int)
CK_SHUFFLES(unsigned)
CK_SHUFFLES(long long)
CK_SHUFFLES(unsigned long long)
CK_SHUFFLES(float)
CK_SHUFFLES(double)
#undef CK_SHUFFLES

__device__ int atomicAdd(int*, int);
__device__ unsigned atomicAdd(unsigned*, unsigned);
__device__ unsigned long long atomicAdd(unsigned long long*, unsigned long long);
__device__ float atomicAdd(float*, float);
__device__ double atomicAdd(double*, double);
__device__ int atomicOr(int*, int);

#define CK_MATH(name) __device__ float name##f(float); __device__ double name(double);
CK_MATH(exp) CK_MATH(exp2) CK_MATH(expm1) CK_MATH(log) CK_MATH(log2) CK_MATH(log10) CK_MATH(log1p) CK_MATH(sqrt) CK_MATH(rsqrt) CK_MATH(cbrt)
CK_MATH(sin) CK_MATH(cos) CK_MATH(tan) CK_MATH(sinh) CK_MATH(cosh) CK_MATH(tanh) CK_MATH(erf) CK_MATH(erfc) CK_MATH(fabs) CK_MATH(floor)
CK_MATH(ceil) CK_MATH(trunc) CK_MATH(rint)
#undef CK_MATH
__device__ float powf(float, float);
__device__ double pow(double, double);
__device__ float fmodf(float, float);
__device__ double fmod(double, double);
__device__ float fmaf(float, float, float);
__device__ double fma(double, double, double);
__device__ float fminf(float, float);
__device__ float fmaxf(float, float);
__device__ double fmin(double, double);
__device__ double fmax(double, double);
__device__ float copysignf(float, float);
__device__ double copysign(double, double);
__device__ int __float_as_int(float);
__device__ unsigned __float_as_uint(float);
__device__ float __int_as_float(int);
__device__ float __uint_as_float(unsigned);
__device__ long long __double_as_longlong(double);
__device__ double __longlong_as_double(long long);
