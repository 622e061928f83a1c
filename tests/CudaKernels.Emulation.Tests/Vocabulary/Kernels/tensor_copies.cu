// Single tensor copies: a tile to shared memory and from there, as it lies, to `out`; words of `in` to shared memory and from there into
// a tensor. One block of one warp, its tile at the start of dynamic shared memory unless told otherwise.
#include "common/ptx/bulk.cuh"
#include "common/ptx/cluster.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/tma_im2col.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ptx/tma_store.cuh"

__device__ __forceinline__ u32 start_barrier(u64* word) {
  const u32 barrier = ptx::smem_u32(word);
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(barrier, 1);
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  return barrier;
}

// `expected` is the tile's bytes; `offset` moves the tile.
template <int Rank> __global__ void load_tile(const __grid_constant__ ptx::TensorMap map, u32* out, int bytes, int expected, int offset, int x, int y, int z, int v, int w) {
  extern __shared__ __align__(1024) unsigned char shared[];
  __shared__ u64 word;
  const u32 barrier = start_barrier(&word), to = ptx::smem_u32(shared) + offset;
  if (threadIdx.x == 0) {
    ptx::prefetch_tensor_map(&map);
    ptx::mbarrier_arrive_expect_tx(barrier, expected);
    if constexpr (Rank == 1) ptx::tma_prefetch_1d(&map, x), ptx::tma_load_1d(to, &map, x, barrier);
    if constexpr (Rank == 2) ptx::tma_prefetch_2d(&map, x, y), ptx::tma_load_2d(to, &map, x, y, barrier);
    if constexpr (Rank == 3) ptx::tma_prefetch_3d(&map, x, y, z), ptx::tma_load_3d(to, &map, x, y, z, barrier);
    if constexpr (Rank == 4) ptx::tma_prefetch_4d(&map, x, y, z, v), ptx::tma_load_4d(to, &map, x, y, z, v, barrier, 0x12F0000000000000ull);
    if constexpr (Rank == 5) ptx::tma_prefetch_5d(&map, x, y, z, v, w), ptx::tma_load_5d(to, &map, x, y, z, v, w, barrier);
  }
  ptx::mbarrier_wait_parity(barrier, 0);
  for (int i = threadIdx.x; i < bytes / 4; i += blockDim.x) out[i] = ((u32*)shared)[i];
}

// The window of an im2col map.
template <int Rank> __global__ void load_window(const __grid_constant__ ptx::TensorMap map, u32* out, int bytes, int c, int w, int h, int d, int n, int offset_w, int offset_h, int offset_d) {
  extern __shared__ __align__(1024) unsigned char shared[];
  __shared__ u64 word;
  const u32 barrier = start_barrier(&word), to = ptx::smem_u32(shared);
  if (threadIdx.x == 0) {
    ptx::mbarrier_arrive_expect_tx(barrier, bytes);
    if constexpr (Rank == 3) ptx::tma_load_im2col_3d(to, &map, c, w, n, barrier, (u16)offset_w);
    if constexpr (Rank == 4) ptx::tma_load_im2col_4d(to, &map, c, w, h, n, barrier, (u16)offset_w, (u16)offset_h);
    if constexpr (Rank == 5) ptx::tma_load_im2col_5d(to, &map, c, w, h, d, n, barrier, (u16)offset_w, (u16)offset_h, (u16)offset_d);
  }
  ptx::mbarrier_wait_parity(barrier, 0);
  for (int i = threadIdx.x; i < bytes / 4; i += blockDim.x) out[i] = ((u32*)shared)[i];
}

// Operation 0 stores; 1 to 8 are add, min, max, inc, dec, and, or, xor.
template <int Rank, int Operation> __global__ void store_tile(const __grid_constant__ ptx::TensorMap map, const u32* in, int bytes, int x, int y, int z, int v, int w) {
  extern __shared__ __align__(1024) unsigned char shared[];
  const u32 from = ptx::smem_u32(shared);
  for (int i = threadIdx.x; i < bytes / 4; i += blockDim.x) ((u32*)shared)[i] = in[i];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    if constexpr (Operation == 0 && Rank == 1) ptx::tma_store_1d(&map, x, from);
    if constexpr (Operation == 0 && Rank == 2) ptx::tma_store_2d(&map, x, y, from);
    if constexpr (Operation == 0 && Rank == 3) ptx::tma_store_3d(&map, x, y, z, from);
    if constexpr (Operation == 0 && Rank == 4) ptx::tma_store_4d(&map, x, y, z, v, from, 0x12F0000000000000ull);
    if constexpr (Operation == 0 && Rank == 5) ptx::tma_store_5d(&map, x, y, z, v, w, from);
    if constexpr (Operation == 1) ptx::tma_reduce_add_2d(&map, x, y, from);
    if constexpr (Operation == 2) ptx::tma_reduce_min_2d(&map, x, y, from);
    if constexpr (Operation == 3) ptx::tma_reduce_max_2d(&map, x, y, from);
    if constexpr (Operation == 4) ptx::tma_reduce_inc_2d(&map, x, y, from);
    if constexpr (Operation == 5) ptx::tma_reduce_dec_2d(&map, x, y, from);
    if constexpr (Operation == 6) ptx::tma_reduce_and_2d(&map, x, y, from);
    if constexpr (Operation == 7) ptx::tma_reduce_or_2d(&map, x, y, from);
    if constexpr (Operation == 8) ptx::tma_reduce_xor_2d(&map, x, y, from);
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// Two blocks of a cluster: each brings half of the rows to both.
extern "C" __global__ void __cluster_dims__(2, 1, 1) load_multicast(const __grid_constant__ ptx::TensorMap map, u32* out, int half, int x, int y) {
  extern __shared__ __align__(1024) unsigned char shared[];
  __shared__ u64 word;
  const u32 barrier = start_barrier(&word), rank = ptx::cluster_rank();
  if (threadIdx.x == 0) ptx::mbarrier_arrive_expect_tx(barrier, 2 * half);
  ptx::cluster_sync();
  if (threadIdx.x == 0) ptx::tma_load_multicast_2d(ptx::smem_u32(shared) + rank * half, &map, x, y + rank * (half / 128), barrier, (u16)3);
  ptx::mbarrier_wait_parity_cluster(barrier, 0);
  for (int i = threadIdx.x; i < half / 2; i += blockDim.x) out[rank * (half / 2) + i] = ((u32*)shared)[i];
  ptx::cluster_sync();
}

// 128 bytes that are no tensor map.
extern "C" __global__ void load_by_nothing(const __grid_constant__ ptx::TensorMap map, u32* out) {
  extern __shared__ __align__(1024) unsigned char shared[];
  __shared__ u64 word;
  const u32 barrier = start_barrier(&word);
  ptx::TensorMap copy = map;
  copy.opaque[2] += 1;
  if (threadIdx.x == 0) ptx::tma_load_2d(ptx::smem_u32(shared), &copy, 0, 0, barrier);
  ptx::mbarrier_wait_parity(barrier, 1);
}
