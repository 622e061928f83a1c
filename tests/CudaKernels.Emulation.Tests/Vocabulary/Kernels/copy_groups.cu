// Sums n integers tile by tile: while one tile is summed, cp.async brings the next. Cut takes one line away, or spoils it: that of its number.
#include "common/ptx/cp_async.cuh"

#define KEEP(number, ...)        \
  if constexpr (Cut != number) { \
    __VA_ARGS__;                 \
  }

constexpr int kTile = 256;  // integers of a tile: four a thread

template <int Cut> __global__ void copy_groups(int* out, const int* in, int n) {
  __shared__ __align__(16) int tiles[2][kTile];
  __shared__ int sums[64];
  const int thread = threadIdx.x, tile_count = (n + kTile - 1) / kTile;
  const auto load = [&](int tile) {
    const int first = tile * kTile + thread * 4, left = n - first;
    const int bytes = left <= 0 ? 0 : left >= 4 ? 16 : left * 4;
    ptx::cp_async_cg(ptx::smem_u32(&tiles[tile % 2][thread * 4]), bytes == 0 ? in : in + first, bytes);
    KEEP(1, ptx::cp_async_commit())
  };
  int sum = 0;
  load(0);
  for (int tile = 0; tile < tile_count; ++tile) {
    if (tile + 1 < tile_count) {
      load(tile + 1);
      KEEP(2, ptx::cp_async_wait<1>())
    } else {
      KEEP(3, ptx::cp_async_wait<0>())
    }
    KEEP(4, __syncthreads())
    // Other threads' elements, so that the barriers matter.
    for (int i = 0; i < 4; ++i) sum += tiles[tile % 2][(thread * 4 + i * 67 + 5) % kTile];
    KEEP(5, __syncthreads())
  }
  sums[thread] = sum;
  __syncthreads();
  if (thread == 0) {
    int total = 0;
    for (int i = 0; i < 64; ++i) total += sums[i];
    out[0] = total;
  }
}
