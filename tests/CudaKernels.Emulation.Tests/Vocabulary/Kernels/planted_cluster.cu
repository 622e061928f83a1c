// Planted misuse of clusters, and right kernels that look like it. As planted.cu of Checks: every kernel takes (int* out, int* in,
// int n), the comment before it gives blocks, threads, dynamic shared bytes, n, and the blocks of a cluster.
#include <cooperative_groups.h>

#include "common/ptx/bulk.cuh"
#include "common/ptx/cluster.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"

using ptx::smem_u32;

// launch 4 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_exchange(int* out, int* in, int n) {
  __shared__ int mine[32];
  mine[threadIdx.x] = blockIdx.x * 100 + threadIdx.x;
  ptx::cluster_sync();
  int other;
  ptx::ld_cluster(other, ptx::map_shared(smem_u32(&mine[31 - threadIdx.x]), ptx::cluster_rank() ^ 1));
  if (blockIdx.x < 2) out[blockIdx.x * 32 + threadIdx.x] = other;
  ptx::cluster_sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_cooperative_groups(int* out, int* in, int n) {
  __shared__ int mine[32];
  auto cluster = cooperative_groups::this_cluster();
  mine[threadIdx.x] = (int)cluster.block_rank();
  cluster.sync();
  const int* other = cluster.map_shared_rank(mine, (int)cluster.block_rank() ^ 1);
  out[cluster.thread_rank()] = other[threadIdx.x] + (int)cluster.query_shared_rank(other);
  cluster.sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_start_not_awaited(int* out, int* in, int n) {
  __shared__ int mine[32];
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), ptx::cluster_rank() ^ 1), 1);  //! sync-misuse
  ptx::cluster_sync();
  out[blockIdx.x * 32 + threadIdx.x] = mine[threadIdx.x];
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_end_not_awaited(int* out, int* in, int n) {
  __shared__ int mine[32];
  mine[threadIdx.x] = 1;
  ptx::cluster_sync();
  int other;
  ptx::ld_cluster(other, ptx::map_shared(smem_u32(&mine[threadIdx.x]), ptx::cluster_rank() ^ 1));  //! sync-misuse
  out[blockIdx.x * 32 + threadIdx.x] = other;
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_pointer_after_the_end(int* out, int* in, int n) {
  __shared__ int mine[32];
  auto cluster = cooperative_groups::this_cluster();
  mine[threadIdx.x] = 1;
  cluster.sync();
  if (cluster.block_rank() == 0) return;
  out[threadIdx.x] = cluster.map_shared_rank(mine, 0)[threadIdx.x];  //! sync-misuse
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_read_in_no_order(int* out, int* in, int n) {
  __shared__ int mine[32];
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1;
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), other), (int)other);
  __syncthreads();
  const int value = mine[threadIdx.x];  //! race
  ptx::cluster_sync();
  out[blockIdx.x * 32 + threadIdx.x] = value + mine[threadIdx.x];
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_relaxed_arrival(int* out, int* in, int n) {
  __shared__ int mine[32];
  ptx::cluster_sync();
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), ptx::cluster_rank() ^ 1), 1);
  ptx::cluster_arrive_relaxed();
  ptx::cluster_wait();
  out[blockIdx.x * 32 + threadIdx.x] = mine[threadIdx.x];  //! race
  ptx::cluster_sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_work_between_arrive_and_wait(int* out, int* in, int n) {
  __shared__ int mine[32], own[32];
  ptx::cluster_sync();
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), ptx::cluster_rank() ^ 1), 1);
  ptx::cluster_arrive();
  own[threadIdx.x] = in[threadIdx.x];
  ptx::cluster_wait();
  out[blockIdx.x * 32 + threadIdx.x] = mine[threadIdx.x] + own[threadIdx.x];
  ptx::cluster_arrive_relaxed();
  ptx::cluster_wait();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_wait_without_arrival(int* out, int* in, int n) {
  if (blockIdx.x == 0) ptx::cluster_sync();
  else ptx::cluster_wait();  //! sync-misuse
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_second_arrival(int* out, int* in, int n) {
  ptx::cluster_arrive();
  ptx::cluster_arrive();  //! sync-misuse
  ptx::cluster_wait();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_barrier_of_one_block(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 1);
  __syncthreads();
  ptx::cluster_rank() == 0 ? ptx::cluster_sync() : ptx::mbarrier_wait_parity(smem_u32(&bar), 0);  //! deadlock
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_rank(int* out, int* in, int n) {
  __shared__ int mine[32];
  ptx::cluster_sync();
  out[threadIdx.x] = (int)ptx::map_shared(smem_u32(mine), n / 32);  //! sync-misuse
}

// launch 2 32 0 64
extern "C" __global__ void good_without_cluster(int* out, int* in, int n) {
  __shared__ int mine[32];
  mine[threadIdx.x] = (int)threadIdx.x;
  ptx::cluster_sync();
  int value;
  ptx::ld_cluster(value, ptx::map_shared(smem_u32(&mine[31 - threadIdx.x]), ptx::cluster_rank()));
  out[blockIdx.x * 32 + threadIdx.x] = value + (int)ptx::cluster_blocks();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_out_of_the_other_blocks_memory(int* out, int* in, int n) {
  __shared__ int mine[32];
  mine[threadIdx.x] = 1;
  ptx::cluster_sync();
  ptx::st_cluster(ptx::map_shared(smem_u32(mine), ptx::cluster_rank() ^ 1) + 4096, 1);  //! out-of-bounds
  ptx::cluster_sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_wait_for_another_blocks_mbarrier(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 32);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_wait_parity(ptx::map_shared(smem_u32(&bar), ptx::cluster_rank() ^ 1), 0);  //! sync-misuse
  ptx::cluster_sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_remote_arrival_without_init_fence(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 32);
  ptx::cluster_sync();
  ptx::mbarrier_arrive_cluster(ptx::map_shared(smem_u32(&bar), ptx::cluster_rank() ^ 1));  //! sync-misuse
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_remote_arrival(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int mine[32];
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 32);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1;
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), other), 5);
  ptx::mbarrier_arrive_cluster(ptx::map_shared(smem_u32(&bar), other));
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
  out[blockIdx.x * 32 + threadIdx.x] = mine[31 - threadIdx.x];
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_remote_arrival_not_awaited(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 32);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  ptx::mbarrier_arrive_cluster(ptx::map_shared(smem_u32(&bar), ptx::cluster_rank() ^ 1));  //! sync-misuse
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_asynchronous_stores(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ __align__(16) u32 mine[32], sum;
  if (threadIdx.x == 0) {
    sum = 0;
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 32 * 4 + 32 * 4);
  }
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1, bar_there = ptx::map_shared(smem_u32(&bar), other);
  ptx::st_async(ptx::map_shared(smem_u32(&mine[threadIdx.x]), other), threadIdx.x, bar_there);
  ptx::red_async_add(ptx::map_shared(smem_u32(&sum), other), threadIdx.x, bar_there);
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
  out[blockIdx.x * 32 + threadIdx.x] = (int)(mine[31 - threadIdx.x] + sum);
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_asynchronous_store_read_early(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ u32 mine[32];
  mine[threadIdx.x] = 0;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 32 * 4);
  }
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1;
  ptx::st_async(ptx::map_shared(smem_u32(&mine[threadIdx.x]), other), threadIdx.x, ptx::map_shared(smem_u32(&bar), other));
  ptx::cluster_sync();
  out[blockIdx.x * 32 + threadIdx.x] = (int)mine[31 - threadIdx.x];  //! async-wait
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
}

// launch 2 64 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_copies_between_blocks(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ __align__(16) u32 from[64], to[64], sum[64];
  from[threadIdx.x] = ptx::cluster_rank() * 64 + threadIdx.x;
  sum[threadIdx.x] = 1;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  ptx::fence_proxy_async_shared_cluster();
  ptx::cluster_sync();
  if (threadIdx.x == 0) {
    const u32 other = ptx::cluster_rank() ^ 1, bar_there = ptx::map_shared(smem_u32(&bar), other);
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 512);
    ptx::bulk_copy_cluster(ptx::map_shared(smem_u32(to), other), smem_u32(from), 256, bar_there);
    ptx::bulk_reduce_add_u32_cluster(ptx::map_shared(smem_u32(sum), other), smem_u32(from), 256, bar_there);
  }
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
  if (blockIdx.x == 0) out[threadIdx.x] = (int)(to[threadIdx.x] + sum[63 - threadIdx.x]);
  ptx::cluster_sync();
}

// launch 2 64 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_multicast_to_a_block_that_is_not_there(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ __align__(16) int tile[64];
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  if (threadIdx.x == 0 && blockIdx.x == 0) ptx::bulk_load_multicast(smem_u32(tile), in, 256, smem_u32(&bar), 4);  //! sync-misuse
  ptx::cluster_sync();
}

// launch 2 64 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_cluster_atomics(int* out, int* in, int n) {
  __shared__ u32 count;
  if (threadIdx.x == 0) count = 0;
  ptx::cluster_sync();
  ptx::atom_add_cluster(ptx::map_shared(smem_u32(&count), 0), 1u);
  ptx::cluster_sync();
  if (blockIdx.x == 0) out[threadIdx.x] = (int)count;
}

// launch 2 64 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_plain_write_beside_cluster_atomics(int* out, int* in, int n) {
  __shared__ u32 count;
  if (threadIdx.x == 0) count = 0;
  ptx::cluster_sync();
  if (blockIdx.x == 0 && threadIdx.x == 0) count = 5;  //! race
  else ptx::atom_add_cluster(ptx::map_shared(smem_u32(&count), 0), 1u);
  ptx::cluster_sync();
  if (blockIdx.x == 0) out[threadIdx.x] = (int)count;
}

// launch 4 32 1024 64 2
extern "C" __cluster_dims__(2) __global__ void good_dynamic_memory(int* out, int* in, int n) {
  CK_DYNAMIC_SHARED(int, mine);
  mine[threadIdx.x] = (int)threadIdx.x;
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1;
  int value;
  ptx::ld_cluster(value, ptx::map_shared(smem_u32(&mine[31 - threadIdx.x]), other));
  if (blockIdx.x < 2) out[blockIdx.x * 32 + threadIdx.x] = value + *cooperative_groups::this_cluster().map_shared_rank(mine, (int)other);
  ptx::cluster_sync();
}

// launch 2 32 1024 64 2
extern "C" __cluster_dims__(2) __global__ void bad_beyond_dynamic_memory(int* out, int* in, int n) {
  CK_DYNAMIC_SHARED(int, mine);
  mine[threadIdx.x] = (int)threadIdx.x;
  ptx::cluster_sync();
  int value;
  ptx::ld_cluster(value, ptx::map_shared(smem_u32(mine), ptx::cluster_rank() ^ 1) + n * 16);  //! out-of-bounds
  out[blockIdx.x * 32 + threadIdx.x] = value;
  ptx::cluster_sync();
}

// Another block's expectation of bytes hands over what was written before; the bytes are then counted without a copy.
// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_remote_expectation(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int mine;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1, bar_there = ptx::map_shared(smem_u32(&bar), other);
  if (threadIdx.x == 0) {
    ptx::st_cluster(ptx::map_shared(smem_u32(&mine), other), 5);
    ptx::mbarrier_arrive_expect_tx_cluster(bar_there, 16);
    ptx::mbarrier_complete_tx_cluster(bar_there, 16);
  }
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
  out[blockIdx.x * 32 + threadIdx.x] = mine;
  ptx::cluster_sync();
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void bad_remote_bytes_never_come(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  const u32 bar_there = ptx::map_shared(smem_u32(&bar), ptx::cluster_rank() ^ 1);
  if (threadIdx.x == 0) ptx::mbarrier_arrive_expect_tx_cluster(bar_there, 16);
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);  //! deadlock
}

// launch 2 32 0 64 2
extern "C" __cluster_dims__(2) __global__ void good_remote_arrivals_by_count(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int mine[32];
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 64);
    ptx::fence_mbarrier_init();
  }
  ptx::cluster_sync();
  const u32 other = ptx::cluster_rank() ^ 1;
  ptx::st_cluster(ptx::map_shared(smem_u32(&mine[threadIdx.x]), other), 5);
  ptx::mbarrier_arrive_cluster(ptx::map_shared(smem_u32(&bar), other), 2);
  ptx::mbarrier_wait_parity_cluster(smem_u32(&bar), 0);
  out[blockIdx.x * 32 + threadIdx.x] = mine[31 - threadIdx.x];
}
