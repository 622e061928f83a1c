// out[i] = 3 in[i] + 1 for whole tiles of 256 integers: a producer warp brings tiles by bulk copies through a ring of three stages,
// 64 consumer threads work on them and store them by bulk copies. Cut takes one line away, or spoils it: that of its number.
#include "common/ptx/barrier.cuh"
#include "common/ptx/bulk.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"

#define KEEP(number, ...)        \
  if constexpr (Cut != number) { \
    __VA_ARGS__;                 \
  }

constexpr int kStages = 3, kTile = 256, kBytes = kTile * 4;

template <int Cut> __global__ void bulk_ring(int* out, const int* in, int n) {
  __shared__ __align__(128) int stage[kStages][kTile];
  __shared__ __align__(128) int result[kTile];
  __shared__ u64 full[kStages], empty[kStages];
  const int thread = threadIdx.x, tiles = n / kTile;
  if (thread == 0) {
    for (int s = 0; s < kStages; ++s) {
      KEEP(1, ptx::mbarrier_init(ptx::smem_u32(&full[s]), 1))
      KEEP(2, ptx::mbarrier_init(ptx::smem_u32(&empty[s]), Cut == 3 ? 63 : 64))
    }
    KEEP(4, ptx::fence_mbarrier_init())
  }
  KEEP(5, __syncthreads())
  if (thread >= 64) {
    if (thread == 64) {
      for (int tile = 0; tile < tiles; ++tile) {
        const int s = tile % kStages;
        KEEP(6, ptx::mbarrier_wait_parity(ptx::smem_u32(&empty[s]), (tile / kStages & 1) ^ 1))
        KEEP(7, ptx::mbarrier_arrive_expect_tx(ptx::smem_u32(&full[s]), Cut == 8 ? kBytes + 16 : Cut == 9 ? kBytes - 16 : kBytes))
        KEEP(10, ptx::bulk_load(ptx::smem_u32(stage[s]), in + tile * kTile, kBytes, ptx::smem_u32(&full[s])))
      }
    }
    return;
  }
  for (int tile = 0; tile < tiles; ++tile) {
    const int s = tile % kStages;
    KEEP(11, ptx::mbarrier_wait_parity(ptx::smem_u32(&full[s]), Cut == 12 ? 0 : tile / kStages & 1))
    int values[4];
    for (int i = 0; i < 4; ++i) values[i] = 3 * stage[s][thread + 64 * i] + 1;
    KEEP(13, ptx::mbarrier_arrive(ptx::smem_u32(&empty[s])))
    // The store of the tile before still reads the result.
    if (thread == 0) {
      KEEP(14, ptx::bulk_wait_read<0>())
    }
    KEEP(15, ptx::barrier_sync(1, 64))
    for (int i = 0; i < 4; ++i) result[thread + 64 * i] = values[i];
    KEEP(16, ptx::fence_proxy_async_shared())
    KEEP(17, ptx::barrier_sync(1, 64))
    if (thread == 0) {
      ptx::bulk_store(out + tile * kTile, ptx::smem_u32(result), kBytes);
      KEEP(18, ptx::bulk_commit())
    }
  }
  if (thread == 0) {
    KEEP(19, ptx::bulk_wait_read<0>())
  }
}
