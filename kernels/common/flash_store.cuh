// The rows of a result of attention by wgmma, out of the registers of a warp's accumulators, and those of them that ordinary arithmetic has
// to make again.
#pragma once
#include "common/flash_tile.cuh"
#include "common/math.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// Writes the two rows of a lane, lane / 4 and that + 8 of those that there are, times their factors and rounded once, at multiples of 16
// bytes. The four lanes of a row exchange their pairs of columns, so that each has 16 bytes of it, eight columns, to write.
template <class T, int Dim>
__device__ __forceinline__ void store_flash_rows(T* y, i64 pitch, i64 rows, const float (&o)[Dim / 2], const float (&factor)[2]) {
  const int lane = threadIdx.x % 32, part = lane % 4;
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const int row = lane / 4 + 8 * h;
#pragma unroll
    for (int n = 0; n < Dim / 8; n += 4) {
      u32 x[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) x[i] = pack_pair<T>(o[4 * (n + i) + 2 * h] * factor[h], o[4 * (n + i) + 2 * h + 1] * factor[h]);
      // A transposition of 4 x 4: the pair i of lane j becomes the pair j of lane i.
#pragma unroll
      for (int step = 1; step < 4; step *= 2) {
        const bool is_upper = (part & step) != 0;
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          if ((i & step) != 0) continue;
          const u32 low = x[i], high = x[i + step];
          const u32 other = __shfl_xor_sync(kAllLanes, is_upper ? low : high, step);
          x[i] = is_upper ? other : low;
          x[i + step] = is_upper ? high : other;
        }
      }
      if (row < rows) *reinterpret_cast<uint4*>(y + row * pitch + 8 * (n + part)) = uint4{x[0], x[1], x[2], x[3]};
    }
  }
}

// The rows of a warp that are to be made again, by a bit of each of their lanes: those whose sums are not finite. A weight of 0 makes NaN
// of an infinity or NaN in what a row does not see.
template <int Sums> __device__ __forceinline__ bool is_spoilt(const float (&sum)[Sums], int h) {
  float zero = 0.0f;
#pragma unroll
  for (int i = 2 * h; i < Sums; i += 4) zero = math::fma(sum[i], 0.0f, math::fma(sum[i + 1], 0.0f, zero));
  return zero != 0.0f;
}

// Makes the rows again of which a lane says so of its two: make(row), by the whole warp.
template <class Make> __device__ __forceinline__ void make_again(const bool (&is_spoilt)[2], const Make& make) {
  const u32 spoilt[2] = {__ballot_sync(kAllLanes, is_spoilt[0]), __ballot_sync(kAllLanes, is_spoilt[1])};
  if ((spoilt[0] | spoilt[1]) == 0) return;
  __syncwarp();
  for (int row = 0; row < 16; ++row) {
    if (((row < 8 ? spoilt[0] : spoilt[1]) >> row % 8 * 4 & 0xf) != 0) make(row);
  }
}
#endif
