// What the asynchronous instructions compute. Every kernel takes (u32* out, const u32* in).
#include "common/ptx/barrier.cuh"
#include "common/ptx/bulk.cuh"
#include "common/ptx/cluster.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/memory.cuh"

using ptx::smem_u32;

// 13 words in copies of 4, 8 and 16 bytes; what lies beyond becomes zero.
extern "C" __global__ void zero_fill(u32* out, const u32* in) {
  __shared__ __align__(16) u32 by4[32], by8[64], by16[128];
  const u32 t = threadIdx.x;
  const auto bytes = [](u32 first, u32 most) { return first >= 13 ? 0 : (13 - first) * 4 < most ? (13 - first) * 4 : most; };
  ptx::cp_async_ca<4>(smem_u32(&by4[t]), t < 13 ? in + t : in, bytes(t, 4));
  ptx::cp_async_ca<8>(smem_u32(&by8[2 * t]), 2 * t < 13 ? in + 2 * t : in, bytes(2 * t, 8));
  ptx::cp_async_cg(smem_u32(&by16[4 * t]), 4 * t < 13 ? in + 4 * t : in, bytes(4 * t, 16));
  ptx::cp_async_wait_all();
  __syncthreads();
  out[t] = by4[t];
  for (u32 i = t; i < 64; i += 32) out[32 + i] = by8[i];
  for (u32 i = t; i < 128; i += 32) out[96 + i] = by16[i];
}

template <class T, class F> __device__ void reduce_once(T* to, const T* from, F issue) {
  if (threadIdx.x == 0) {
    issue(to, smem_u32(from));
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// in: 16 words to start from, 16 words to combine with. out: sum, minimum, maximum, and, or, xor as u32; minimum, maximum as i32; 16 each.
extern "C" __global__ void reductions(u32* out, const u32* in) {
  __shared__ __align__(16) u32 from[16];
  if (threadIdx.x < 16) {
    from[threadIdx.x] = in[16 + threadIdx.x];
    for (int i = 0; i < 8; ++i) out[16 * i + threadIdx.x] = in[threadIdx.x];
  }
  ptx::fence_proxy_async();
  __syncthreads();
  reduce_once(out, from, [](u32* to, u32 source) { ptx::bulk_reduce_add(to, source, 64); });
  reduce_once(out + 16, from, [](u32* to, u32 source) { ptx::bulk_reduce_min(to, source, 64); });
  reduce_once(out + 32, from, [](u32* to, u32 source) { ptx::bulk_reduce_max(to, source, 64); });
  reduce_once(out + 48, from, [](u32* to, u32 source) { ptx::bulk_reduce_and(to, source, 64); });
  reduce_once(out + 64, from, [](u32* to, u32 source) { ptx::bulk_reduce_or(to, source, 64); });
  reduce_once(out + 80, from, [](u32* to, u32 source) { ptx::bulk_reduce_xor(to, source, 64); });
  reduce_once(out + 96, from, [](u32* to, u32 source) { ptx::bulk_reduce_min((i32*)to, source, 64); });
  reduce_once(out + 112, from, [](u32* to, u32 source) { ptx::bulk_reduce_max((i32*)to, source, 64); });
}

// Sums of floats and of pairs of bf16 and f16 by four blocks: every word is reduced into once by each.
extern "C" __global__ void sums_of_blocks(u32* out, const u32* in) {
  __shared__ __align__(16) float singles[16];
  __shared__ __align__(16) bf16 halves[16];
  __shared__ __align__(16) f16 others[16];
  if (threadIdx.x < 16) {
    singles[threadIdx.x] = (float)in[threadIdx.x];
    halves[threadIdx.x] = to_bf16((float)in[threadIdx.x]);
    others[threadIdx.x] = to_f16((float)in[threadIdx.x]);
  }
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_reduce_add((float*)out, smem_u32(singles), 64);
    ptx::bulk_reduce_add((bf16*)(out + 16), smem_u32(halves), 32);
    ptx::bulk_reduce_add((f16*)(out + 24), smem_u32(others), 32);
    ptx::bulk_commit();
    ptx::bulk_wait_read<0>();
  }
}

// Where the threads of clusters of (2, 2, 1) blocks in a grid of (4, 4, 2) believe to be: ten words a block.
extern "C" __global__ void positions(u32* out, const u32*) {
  const u32 block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  if (threadIdx.x != 0) return;
  const uint3 inside = ptx::cluster_block_index(), size = ptx::cluster_size(), cluster = ptx::cluster_index(), count = ptx::cluster_count();
  const u32 values[] = {ptx::cluster_rank(), ptx::cluster_blocks(), inside.x, inside.y, size.x, size.y, cluster.x, cluster.y, cluster.z, count.x * 100 + count.y * 10 + count.z};
  for (int i = 0; i < 10; ++i) out[10 * block + i] = values[i];
}

// Each of four blocks tells the next its rank by a plain, an asynchronous and an atomic store; all add to the first one's sum.
extern "C" __global__ void ring_of_blocks(u32* out, const u32*) {
  __shared__ u32 plain, sum;
  __shared__ __align__(16) u32 four[4];
  __shared__ u64 arrived;
  const u32 rank = ptx::cluster_rank(), next = (rank + 1) % 4;
  if (threadIdx.x == 0) {
    sum = 0;
    ptx::mbarrier_init(smem_u32(&arrived), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&arrived), 16);
  }
  ptx::cluster_sync();
  if (threadIdx.x == 0) {
    ptx::st_cluster(ptx::map_shared(smem_u32(&plain), next), rank);
    const u32 values[4] = {rank, rank + 10, rank + 20, rank + 30};
    ptx::st_async(ptx::map_shared(smem_u32(four), next), values, ptx::map_shared(smem_u32(&arrived), next));
  }
  ptx::atom_add_cluster(ptx::map_shared(smem_u32(&sum), 0), 1u);
  ptx::mbarrier_wait_parity_cluster(smem_u32(&arrived), 0);
  ptx::cluster_sync();
  if (threadIdx.x == 0) {
    u32 total;
    ptx::ld_cluster(total, ptx::map_shared(smem_u32(&sum), 0));
    const u32 values[] = {plain, four[0], four[3], total, ptx::shared_rank(ptx::map_shared(smem_u32(&sum), next))};
    for (int i = 0; i < 5; ++i) out[5 * rank + i] = values[i];
  }
  ptx::cluster_sync();
}

// Two groups of two warps take turns by named barriers: each word tells whose turn it was.
extern "C" __global__ void turns(u32* out, const u32*) {
  __shared__ u32 turn;
  const u32 group = threadIdx.x / 64;
  if (threadIdx.x == 0) turn = 0;
  __syncthreads();
  for (u32 i = 0; i < 4; ++i) {
    if (group == 1 || i > 0) ptx::barrier_sync(1 + group, 128);
    if (threadIdx.x % 64 == 0) out[turn++] = group;
    ptx::barrier_arrive(2 - group, 128);
  }
  // The last arrival of group 1 has nobody who waits: it is taken up here.
  if (group == 0) ptx::barrier_sync(1, 128);
}
