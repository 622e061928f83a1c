// Planted misuse of cp.async, counted by groups or by an mbarrier, and right kernels that look like it. As planted.cu of Checks:
// every kernel takes (int* out, int* in, int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include "common/ptx/cp_async.cuh"
#include "common/ptx/mbarrier.cuh"

using ptx::smem_u32;

// launch 1 32 0 64
extern "C" __global__ void good_cp_async(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  ptx::cp_async_ca<8>(smem_u32(&tile[2 * threadIdx.x]), in + 2 * threadIdx.x);
  ptx::cp_async_commit();
  ptx::cp_async_wait<0>();
  __syncthreads();
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_no_wait(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  ptx::cp_async_ca<8>(smem_u32(&tile[2 * threadIdx.x]), in + 2 * threadIdx.x);
  ptx::cp_async_commit();
  __syncthreads();
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! async-wait
  ptx::cp_async_wait_all();
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_waits_for_one_less(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[2][32];
  for (int i = 0; i < 2; ++i) {
    ptx::cp_async_ca<4>(smem_u32(&tile[i][threadIdx.x]), in + 32 * i + threadIdx.x);
    ptx::cp_async_commit();
  }
  ptx::cp_async_wait<1>();
  __syncthreads();
  out[threadIdx.x] = tile[0][31 - threadIdx.x];
  out[32 + threadIdx.x] = tile[1][31 - threadIdx.x];  //! async-wait
  ptx::cp_async_wait<0>();
}

// launch 1 64 0 64
extern "C" __global__ void bad_cp_async_no_barrier(int* out, int* in, int n) {
  __shared__ int tile[32];
  if (threadIdx.x < 32) {
    ptx::cp_async_ca<4>(smem_u32(&tile[threadIdx.x]), in + threadIdx.x);
    ptx::cp_async_commit();
    ptx::cp_async_wait<0>();
    atomicAdd(in + 40, 1);
  } else {
    // The count says that the copies are done, but orders nothing.
    while (atomicAdd(in + 40, 0) < 32) {
    }
    out[threadIdx.x] = tile[63 - threadIdx.x];  //! async-wait
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_left_pending(int* out, int* in, int n) {
  __shared__ int tile[32];
  ptx::cp_async_ca<4>(smem_u32(&tile[threadIdx.x]), in + threadIdx.x);  //! async-wait
  ptx::cp_async_commit();
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_source_misaligned(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  if (threadIdx.x == 0) ptx::cp_async_cg(smem_u32(tile), in + 1);  //! misaligned
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_target_misaligned(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  if (threadIdx.x == 0) ptx::cp_async_cg(smem_u32(tile + 1), in);  //! misaligned
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_past_the_source(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  if (threadIdx.x == 0) ptx::cp_async_cg(smem_u32(tile), in + n);  //! out-of-bounds
}

// launch 1 32 0 66
extern "C" __global__ void good_cp_async_zero_fill(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[128];
  const int left = n - 4 * (int)threadIdx.x;
  ptx::cp_async_cg(smem_u32(&tile[4 * threadIdx.x]), left > 0 ? in + 4 * threadIdx.x : in, left <= 0 ? 0 : left >= 4 ? 16 : 4 * left);
  ptx::cp_async_wait_all();
  __syncthreads();
  out[threadIdx.x] = tile[127 - threadIdx.x] + tile[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_cp_async_reads_more_than_it_copies(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  if (threadIdx.x == 0) ptx::cp_async_ca<4>(smem_u32(tile), in, 8);  //! sync-misuse
}

// launch 1 64 0 64
extern "C" __global__ void good_cp_async_counted_by_mbarrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  for (int i = 0; i < 3; ++i) {
    ptx::cp_async_ca<4>(smem_u32(&tile[threadIdx.x]), in + threadIdx.x);
    ptx::cp_async_arrive_noinc(smem_u32(&bar));
    ptx::mbarrier_wait_parity(smem_u32(&bar), i & 1);
    out[threadIdx.x] = tile[63 - threadIdx.x];
    __syncthreads();
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_cp_async_after_its_arrival(int* out, int* in, int n) {
  __shared__ int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  ptx::cp_async_arrive_noinc(smem_u32(&bar));
  ptx::cp_async_ca<4>(smem_u32(&tile[threadIdx.x]), in + threadIdx.x);
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[threadIdx.x];  //! async-wait
  ptx::cp_async_wait_all();
}
