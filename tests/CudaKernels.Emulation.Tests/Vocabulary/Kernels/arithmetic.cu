// Packed arithmetic and approximations over arrays of words, one thread for each; an operation is named by its number.
#include "common/ptx/approx.cuh"
#include "common/ptx/packed.cuh"

__device__ __forceinline__ u32 index() { return blockIdx.x * blockDim.x + threadIdx.x; }

template <class P> __device__ __forceinline__ void all_operations(P a, P b, P c, u32* out) {
  out[0] = ptx::pack(ptx::add(a, b));
  out[1] = ptx::pack(ptx::mul(a, b));
  out[2] = ptx::pack(ptx::fma(a, b, c));
  out[3] = ptx::pack(ptx::max(a, b));
  out[4] = ptx::pack(ptx::min(a, b));
  out[5] = ptx::pack(ptx::neg(a));
  out[6] = ptx::pack(ptx::ex2_approx(a));
  out[7] = ptx::pack(ptx::tanh_approx(a));
}

extern "C" __global__ void on_f16x2(const u32* a, const u32* b, const u32* c, u32* out) {
  const u32 i = index();
  all_operations(ptx::unpack_f16x2(a[i]), ptx::unpack_f16x2(b[i]), ptx::unpack_f16x2(c[i]), out + 8 * i);
}

extern "C" __global__ void on_bf16x2(const u32* a, const u32* b, const u32* c, u32* out) {
  const u32 i = index();
  all_operations(ptx::unpack_bf16x2(a[i]), ptx::unpack_bf16x2(b[i]), ptx::unpack_bf16x2(c[i]), out + 8 * i);
}

extern "C" __global__ void on_f32(const u32* in, u32* out) {
  const float x = __uint_as_float(in[index()]);
  u32* group = out + 5 * index();
  group[0] = __float_as_uint(ptx::ex2_approx(x));
  group[1] = __float_as_uint(ptx::lg2_approx(x));
  group[2] = __float_as_uint(ptx::rcp_approx(x));
  group[3] = __float_as_uint(ptx::rsqrt_approx(x));
  group[4] = __float_as_uint(ptx::tanh_approx(x));
}
