// The conversions of common/ptx/convert.cuh over arrays of words; 256 threads a block, as many as the output has groups.
#include "common/ptx/convert.cuh"

__device__ __forceinline__ u32 index() { return blockIdx.x * blockDim.x + threadIdx.x; }

// Two f32 -> f16x2, bf16x2, e4m3x2 in the low half and e5m2x2 in the high one, and two tf32.
extern "C" __global__ void narrow(const u32* in, u32* out) {
  const float x = __uint_as_float(in[2 * index()]), y = __uint_as_float(in[2 * index() + 1]);
  u32* group = out + 5 * index();
  group[0] = ptx::pack(ptx::to_f16x2(x, y));
  group[1] = ptx::pack(ptx::to_bf16x2(x, y));
  group[2] = ptx::pack(ptx::to_e4m3x2(x, y)) | (u32)ptx::pack(ptx::to_e5m2x2(x, y)) << 16;
  group[3] = ptx::to_tf32(x).bits;
  group[4] = ptx::to_tf32(y).bits;
}

// Two 8-bit codes as e4m3 and as e5m2 -> two f16x2.
extern "C" __global__ void widen(const u32* in, u32* out) {
  const u16 codes = (u16)in[index()];
  out[2 * index()] = ptx::pack(ptx::to_f16x2(ptx::unpack_e4m3x2(codes)));
  out[2 * index() + 1] = ptx::pack(ptx::to_f16x2(ptx::unpack_e5m2x2(codes)));
}

// f16x2 -> e4m3x2 in the low half and e5m2x2 in the high one.
extern "C" __global__ void narrow_halves(const u32* in, u32* out) {
  const f16x2 v = ptx::unpack_f16x2(in[index()]);
  out[index()] = ptx::pack(ptx::to_e4m3x2(v)) | (u32)ptx::pack(ptx::to_e5m2x2(v)) << 16;
}
