// The sum of n integers by clusters of two blocks: block 0 brings each tile of 256 to both by one multicast copy, each sums the half
// that is its own, and block 0 reads the other's sum from its shared memory. Cut takes one line away, or spoils it: that of its number.
#include "common/ptx/bulk.cuh"
#include "common/ptx/cluster.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"

#define KEEP(number, ...)        \
  if constexpr (Cut != number) { \
    __VA_ARGS__;                 \
  }

constexpr int kTile = 256, kBytes = kTile * 4;

template <int Cut> __global__ void cluster_sum(int* out, const int* in, int n) {
  __shared__ __align__(128) int tile[kTile];
  __shared__ u64 full, empty;
  __shared__ int sum;
  const u32 rank = ptx::cluster_rank(), full_address = ptx::smem_u32(&full), empty_address = ptx::smem_u32(&empty);
  const int thread = threadIdx.x, tiles = n / kTile, clusters = gridDim.x / 2;
  if (thread == 0) {
    sum = 0;
    KEEP(1, ptx::mbarrier_init(full_address, 1))
    KEEP(2, ptx::mbarrier_init(empty_address, 2))
    KEEP(3, ptx::fence_mbarrier_init())
  }
  KEEP(4, ptx::cluster_sync())
  for (int i = blockIdx.x / 2, turn = 0; i < tiles; i += clusters, ++turn) {
    if (thread == 0) {
      KEEP(5, ptx::mbarrier_arrive_expect_tx(full_address, Cut == 6 ? kBytes - 16 : kBytes))
      if (rank == 0) {
        KEEP(7, ptx::mbarrier_wait_parity_cluster(empty_address, (turn & 1) ^ 1))
        ptx::bulk_load_multicast(ptx::smem_u32(tile), in + i * kTile, kBytes, full_address, Cut == 8 ? 1 : 3);
      }
    }
    KEEP(9, ptx::mbarrier_wait_parity(full_address, turn & 1))
    atomicAdd(&sum, tile[2 * thread + (int)rank]);
    KEEP(10, __syncthreads())
    if (thread == 0) {
      KEEP(11, ptx::mbarrier_arrive_cluster(ptx::map_shared(empty_address, 0)))
    }
  }
  KEEP(12, ptx::cluster_sync())
  if (rank == 0 && thread == 0) {
    int other;
    ptx::ld_cluster(other, ptx::map_shared(ptx::smem_u32(&sum), 1));
    out[blockIdx.x / 2] = sum + other;
  }
  KEEP(13, ptx::cluster_sync())
}
