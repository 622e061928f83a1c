// One instance per form of mma.sync: every block is a warp that takes its fragments as words from memory, lane after lane, multiplies
// once and stores the words of D. A form is named after the instruction: shape and the types of D, A, B and C.
#include "common/ptx/lane.cuh"
#include "common/ptx/mma.cuh"
#include "common/ptx/mma_double.cuh"
#include "common/ptx/mma_fp8.cuh"
#include "common/ptx/mma_integer.cuh"

template <class T, int N> __device__ __forceinline__ void load(T (&fragment)[N], const u32* words) {
  const T* from = reinterpret_cast<const T*>(words) + (blockIdx.x * 32 + ptx::lane_id()) * N;
  for (int i = 0; i < N; ++i) fragment[i] = from[i];
}

template <class T, int N> __device__ __forceinline__ void store(u32* words, const T (&fragment)[N]) {
  T* to = reinterpret_cast<T*>(words) + (blockIdx.x * 32 + ptx::lane_id()) * N;
  for (int i = 0; i < N; ++i) to[i] = fragment[i];
}

#define FORM(name, product, Sum, kSums, Element, kElementsA, kElementsB)                                                              \
  struct name {                                                                                                                      \
    using D = Sum;                                                                                                                   \
    using O = Element;                                                                                                               \
    static constexpr int kD = kSums, kA = kElementsA, kB = kElementsB;                                                               \
    static __device__ __forceinline__ void multiply(D (&d)[kD], const O (&a)[kA], const O (&b)[kB], const D (&c)[kD]) { product(d, a, b, c); } \
  };

FORM(m16n8k8_f32_f16_f16_f32, ptx::mma_m16n8k8<f16>, float, 4, u32, 2, 1)
FORM(m16n8k8_f16_f16_f16_f16, ptx::mma_m16n8k8<f16>, u32, 2, u32, 2, 1)
FORM(m16n8k8_f32_bf16_bf16_f32, ptx::mma_m16n8k8<bf16>, float, 4, u32, 2, 1)
FORM(m16n8k16_f32_f16_f16_f32, ptx::mma_m16n8k16<f16>, float, 4, u32, 4, 2)
FORM(m16n8k16_f16_f16_f16_f16, ptx::mma_m16n8k16<f16>, u32, 2, u32, 4, 2)
FORM(m16n8k16_f32_bf16_bf16_f32, ptx::mma_m16n8k16<bf16>, float, 4, u32, 4, 2)
FORM(m16n8k4_f32_tf32_tf32_f32, ptx::mma_m16n8k4<tf32>, float, 4, u32, 2, 1)
FORM(m16n8k8_f32_tf32_tf32_f32, ptx::mma_m16n8k8<tf32>, float, 4, u32, 4, 2)

#define BYTES(A, B, types)                                                                         \
  FORM(m8n8k16_s32_##types##_s32, (ptx::mma_m8n8k16<A, B>), i32, 2, u32, 1, 1)                     \
  FORM(m16n8k16_s32_##types##_s32, (ptx::mma_m16n8k16<A, B>), i32, 4, u32, 2, 1)                   \
  FORM(m16n8k32_s32_##types##_s32, (ptx::mma_m16n8k32<A, B>), i32, 4, u32, 4, 2)
BYTES(i8, i8, s8_s8)
BYTES(i8, u8, s8_u8)
BYTES(u8, i8, u8_s8)
BYTES(u8, u8, u8_u8)

#define FLOAT8(A, B)                                                                               \
  FORM(m16n8k32_f32_##A##_##B##_f32, (ptx::mma_m16n8k32<A, B>), float, 4, u32, 4, 2)               \
  FORM(m16n8k32_f16_##A##_##B##_f16, (ptx::mma_m16n8k32<A, B>), u32, 2, u32, 4, 2)
FLOAT8(e4m3, e4m3)
FLOAT8(e4m3, e5m2)
FLOAT8(e5m2, e4m3)
FLOAT8(e5m2, e5m2)

FORM(m8n8k4_f64_f64_f64_f64, ptx::mma_m8n8k4, double, 2, double, 1, 1)
FORM(m16n8k4_f64_f64_f64_f64, ptx::mma_m16n8k4, double, 4, double, 2, 1)
FORM(m16n8k8_f64_f64_f64_f64, ptx::mma_m16n8k8, double, 4, double, 4, 2)
FORM(m16n8k16_f64_f64_f64_f64, ptx::mma_m16n8k16, double, 4, double, 8, 4)

template <class Form> __global__ void multiply(const u32* a, const u32* b, const u32* c, u32* d) {
  typename Form::O fa[Form::kA], fb[Form::kB];
  typename Form::D fc[Form::kD], fd[Form::kD];
  load(fa, a);
  load(fb, b);
  load(fc, c);
  Form::multiply(fd, fa, fb, fc);
  store(d, fd);
}
