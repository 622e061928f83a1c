// Calls every function of the asynchronous PTX wrappers once, so that each body is read by the compiler that reads this file.
#include "common/ptx/barrier.cuh"
#include "common/ptx/bulk.cuh"
#include "common/ptx/cluster.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/memory.cuh"
#include "common/ptx/setmaxnreg.cuh"

__device__ void barriers_and_fences() {
  ptx::barrier_sync(1, 64);
  ptx::barrier_arrive(1, 64);
  ptx::fence_acq_rel_cta();
  ptx::fence_acq_rel_gpu();
  ptx::fence_acq_rel_sys();
#if __CUDA_ARCH__ >= 900
  ptx::fence_acq_rel_cluster();
  ptx::fence_proxy_async();
  ptx::fence_proxy_async_shared();
  ptx::fence_proxy_async_shared_cluster();
  ptx::fence_proxy_async_global();
  ptx::fence_mbarrier_init();
  ptx::grid_dependency_wait();
  ptx::grid_dependency_launch();
#endif
#if defined(CK_EMU) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#if __CUDA_ARCH__ >= 900
  ptx::setmaxnreg_inc<240>();
  ptx::setmaxnreg_dec<40>();
#endif
#endif
}

template <class T> __device__ void loads_and_stores(T* address, T value) {
  ptx::st_release_cta(address, ptx::ld_acquire_cta(address));
  ptx::st_release_gpu(address, ptx::ld_acquire_gpu(address));
  ptx::st_release_sys(address, ptx::ld_acquire_sys(address));
  ptx::st_relaxed_cta(address, ptx::ld_relaxed_cta(address));
  ptx::st_relaxed_gpu(address, ptx::ld_relaxed_gpu(address));
  ptx::st_relaxed_sys(address, ptx::ld_relaxed_sys(address));
#if __CUDA_ARCH__ >= 900
  ptx::st_release_cluster(address, ptx::ld_acquire_cluster(address));
  ptx::st_relaxed_cluster(address, ptx::ld_relaxed_cluster(address));
#endif
  ptx::st_relaxed_gpu(address, value);
}

template <class T> __device__ void additions(T* address, T value) {
  ptx::red_release_add_cta(address, value);
  ptx::red_release_add_gpu(address, value);
  ptx::red_release_add_sys(address, value);
  ptx::red_relaxed_add_cta(address, value);
  ptx::red_relaxed_add_gpu(address, value);
  ptx::red_relaxed_add_sys(address, value);
  *address = ptx::atom_acq_rel_add_cta(address, value) + ptx::atom_acq_rel_add_gpu(address, value) + ptx::atom_acq_rel_add_sys(address, value);
#if __CUDA_ARCH__ >= 900
  ptx::red_release_add_cluster(address, value);
  ptx::red_relaxed_add_cluster(address, value);
  *address = ptx::atom_acq_rel_add_cluster(address, value);
#endif
}

template <class T> __device__ void exchanges(T* address, T expected, T value) {
  *address = ptx::atom_acq_rel_cas_cta(address, expected, value) + ptx::atom_acq_rel_cas_gpu(address, expected, value) + ptx::atom_acq_rel_cas_sys(address, expected, value);
#if __CUDA_ARCH__ >= 900
  *address = ptx::atom_acq_rel_cas_cluster(address, expected, value);
#endif
}

#if __CUDA_ARCH__ >= 800
__device__ void copies(u32 to, const void* from, u32 bytes, u32 barrier) {
  ptx::cp_async_ca<4>(to, from);
  ptx::cp_async_ca<8>(to, from);
  ptx::cp_async_ca<16>(to, from);
  ptx::cp_async_ca<4>(to, from, bytes);
  ptx::cp_async_ca<8>(to, from, bytes);
  ptx::cp_async_ca<16>(to, from, bytes);
  ptx::cp_async_cg(to, from);
  ptx::cp_async_cg(to, from, bytes);
  ptx::cp_async_commit();
  ptx::cp_async_wait<0>();
  ptx::cp_async_wait<3>();
  ptx::cp_async_wait_all();
  ptx::cp_async_arrive_noinc(barrier);
}

__device__ void mbarriers(u64* out, u32 barrier) {
  ptx::mbarrier_init(barrier, 5);
  out[0] = ptx::mbarrier_arrive(barrier);
  out[1] = ptx::mbarrier_arrive_no_complete(barrier, 1);
  out[2] = ptx::mbarrier_test_wait(barrier, out[0]);
  out[3] = ptx::mbarrier_test_wait_parity(barrier, 0);
#if __CUDA_ARCH__ >= 900
  out[4] = ptx::mbarrier_arrive(barrier, 1);
  ptx::mbarrier_expect_tx(barrier, 16);
  out[5] = ptx::mbarrier_arrive_expect_tx(barrier, 16);
  ptx::mbarrier_complete_tx_cluster(barrier, 32);
  out[6] = ptx::mbarrier_try_wait(barrier, out[5]) + ptx::mbarrier_try_wait_parity(barrier, 0) + ptx::mbarrier_try_wait_parity_cluster(barrier, 0);
  ptx::mbarrier_arrive_cluster(barrier);
  ptx::mbarrier_arrive_cluster(barrier, 2);
  ptx::mbarrier_arrive_expect_tx_cluster(barrier, 16);
  ptx::mbarrier_wait(barrier, out[5]);
  ptx::mbarrier_wait_parity(barrier, 0);
  ptx::mbarrier_wait_parity_cluster(barrier, 0);
#endif
  ptx::mbarrier_inval(barrier);
}
#endif

#if __CUDA_ARCH__ >= 900
template <class T> __device__ void sums_and_bounds(T* to, u32 from) {
  ptx::bulk_reduce_add(to, from, 16);
  ptx::bulk_reduce_min(to, from, 16);
  ptx::bulk_reduce_max(to, from, 16);
}
template <class T> __device__ void bits(T* to, u32 from) {
  ptx::bulk_reduce_and(to, from, 16);
  ptx::bulk_reduce_or(to, from, 16);
  ptx::bulk_reduce_xor(to, from, 16);
}

__device__ void bulk_copies(void* global, u32 shared, u32 other, u32 barrier, u64 policy) {
  ptx::bulk_load(shared, global, 16, barrier);
  ptx::bulk_load(shared, global, 16, barrier, policy);
  ptx::bulk_load_multicast(shared, global, 16, barrier, 3);
  ptx::bulk_copy_cluster(other, shared, 16, barrier);
  ptx::bulk_store(global, shared, 16);
  ptx::bulk_store(global, shared, 16, policy);
  ptx::bulk_prefetch(global, 16);
  ptx::bulk_commit();
  ptx::bulk_wait_read<1>();
  ptx::bulk_wait<0>();
  ptx::bulk_reduce_add((float*)global, shared, 16);
  ptx::bulk_reduce_add((double*)global, shared, 16);
  sums_and_bounds((f16*)global, shared);
  sums_and_bounds((bf16*)global, shared);
  sums_and_bounds((u32*)global, shared);
  sums_and_bounds((i32*)global, shared);
  sums_and_bounds((u64*)global, shared);
  ptx::bulk_reduce_min((i64*)global, shared, 16);
  ptx::bulk_reduce_max((i64*)global, shared, 16);
  bits((u32*)global, shared);
  bits((u64*)global, shared);
  ptx::bulk_reduce_add_u32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_add_i32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_add_u64_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_min_u32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_min_i32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_max_u32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_max_i32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_and_b32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_or_b32_cluster(other, shared, 16, barrier);
  ptx::bulk_reduce_xor_b32_cluster(other, shared, 16, barrier);
}

template <class T> __device__ void remote(u32 address) {
  T value;
  ptx::ld_cluster(value, address);
  ptx::st_cluster(address, value);
}

__device__ void clusters(u32* out, u32 shared, u32 barrier) {
  out[0] = ptx::cluster_rank() + ptx::cluster_blocks() + ptx::cluster_block_index().x + ptx::cluster_size().y + ptx::cluster_index().z + ptx::cluster_count().x;
  ptx::cluster_arrive();
  ptx::cluster_wait();
  ptx::cluster_arrive_relaxed();
  ptx::cluster_wait();
  ptx::cluster_sync();
  const u32 other = ptx::map_shared(shared, 1);
  out[1] = ptx::shared_rank(other);
  remote<u32>(other);
  remote<i32>(other);
  remote<u64>(other);
  remote<float>(other);
  remote<double>(other);
  out[2] = ptx::atom_add_cluster(other, 1u) + ptx::atom_min_cluster(other, 1u) + ptx::atom_max_cluster(other, 1u) + ptx::atom_exch_cluster(other, 1u);
  out[3] = (u32)(ptx::atom_add_cluster(other, 1) + ptx::atom_min_cluster(other, 1) + ptx::atom_max_cluster(other, 1));
  out[4] = (u32)ptx::atom_add_cluster(other, (u64)1) + (u32)ptx::atom_add_cluster(other, 1.0f);
  ptx::st_async(other, 1u, barrier);
  ptx::st_async(other, (u64)1, barrier);
  const u32 four[4] = {1, 2, 3, 4};
  ptx::st_async(other, four, barrier);
  ptx::red_async_add(other, 1u, barrier);
}
#endif

extern "C" __global__ void every_asynchronous_function(u32* words, u64* longs, float* floats, u32 shared, u32 other, u32 barrier) {
  barriers_and_fences();
  loads_and_stores(words, 1u);
  loads_and_stores((i32*)words, 1);
  loads_and_stores(longs, (u64)1);
  loads_and_stores(floats, 1.0f);
  additions(words, 1u);
  additions((i32*)words, 1);
  additions(longs, (u64)1);
  exchanges(words, 1u, 2u);
  exchanges(longs, (u64)1, (u64)2);
#if __CUDA_ARCH__ >= 800
  copies(shared, words, 4, barrier);
  mbarriers(longs, barrier);
#endif
#if __CUDA_ARCH__ >= 900
  bulk_copies(floats, shared, other, barrier, longs[0]);
  clusters(words, shared, barrier);
#endif
}
