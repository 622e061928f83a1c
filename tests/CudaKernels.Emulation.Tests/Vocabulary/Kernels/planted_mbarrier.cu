// Planted misuse of mbarriers, and right kernels that look like it. As planted.cu of Checks: every kernel takes (int* out, int* in,
// int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include "common/ptx/mbarrier.cuh"

using ptx::smem_u32;

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_without_init(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_arrive(smem_u32(&bar));  //! sync-misuse
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_init_twice(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 32);
    ptx::mbarrier_init(smem_u32(&bar), 32);  //! sync-misuse
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_count_of_zero(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), n - 64);  //! sync-misuse
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_unaligned(int* out, int* in, int n) {
  __shared__ u64 bar[2];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(bar) + 4, 32);  //! misaligned
}

// launch 1 64 0 64
extern "C" __global__ void bad_mbarrier_no_barrier_after_init(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  if (threadIdx.x == 0) __threadfence_block();
  const u64 state = ptx::mbarrier_arrive(smem_u32(&bar));  //! sync-misuse
  ptx::mbarrier_wait(smem_u32(&bar), state);
}

// launch 1 64 0 64
extern "C" __global__ void good_mbarrier_by_state(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  for (int i = 0; i < 5; ++i) {
    tile[threadIdx.x] = i;
    u64 state = ptx::mbarrier_arrive(smem_u32(&bar));
    ptx::mbarrier_wait(smem_u32(&bar), state);
    out[threadIdx.x] = tile[63 - threadIdx.x];
    state = ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_test_wait(smem_u32(&bar), state)) {
    }
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_mbarrier_no_wait(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  tile[threadIdx.x] = 1;  //! race
  ptx::mbarrier_arrive(smem_u32(&bar));
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_mbarrier_write_after_arrival(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  const u64 state = ptx::mbarrier_arrive(smem_u32(&bar));
  tile[threadIdx.x] = 1;  //! race
  ptx::mbarrier_wait(smem_u32(&bar), state);
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_too_many_arrivals(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 2);
    ptx::mbarrier_arrive(smem_u32(&bar), 3);  //! sync-misuse
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_too_many_bytes(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 2);
    ptx::mbarrier_expect_tx(smem_u32(&bar), 1 << 19);
    ptx::mbarrier_expect_tx(smem_u32(&bar), 1 << 19);  //! sync-misuse
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_no_complete_completes(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 2);
    ptx::mbarrier_arrive_no_complete(smem_u32(&bar), 1);
    ptx::mbarrier_arrive_no_complete(smem_u32(&bar), 1);  //! sync-misuse
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_never_completed(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 33);
  __syncthreads();
  ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);  //! deadlock
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_wrong_parity(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 32);
  __syncthreads();
  ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  ptx::mbarrier_wait_parity(smem_u32(&bar), 1);  //! deadlock
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_tried_for_ever(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 33);
  __syncthreads();
  while (!ptx::mbarrier_try_wait_parity(smem_u32(&bar), 0)) out[threadIdx.x] = 1;  //! deadlock
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_tested_for_ever(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 2);
  bool over = false;
  while (!over) over = ptx::mbarrier_test_wait_parity(smem_u32(&bar), 0);  //! deadlock
}

// launch 1 32 0 64
extern "C" __global__ void bad_mbarrier_state_of_long_ago(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 1);
  const u64 first = ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_arrive(smem_u32(&bar));
  out[0] = ptx::mbarrier_test_wait(smem_u32(&bar), first);  //! sync-misuse
}

// launch 1 64 0 64
extern "C" __global__ void bad_mbarrier_inval_while_waited_for(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 1);
  __syncthreads();
  if (threadIdx.x >= 32) ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  for (int i = 0; i < 200 && threadIdx.x == 0; ++i) atomicAdd(out, 0);
  if (threadIdx.x == 0) ptx::mbarrier_inval(smem_u32(&bar));  //! sync-misuse
}

// launch 1 64 0 64
extern "C" __global__ void good_mbarrier_memory_reused(int* out, int* in, int n) {
  __shared__ u64 bar;
  for (int i = 0; i < 3; ++i) {
    if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
    __syncthreads();
    ptx::mbarrier_wait(smem_u32(&bar), ptx::mbarrier_arrive(smem_u32(&bar)));
    __syncthreads();
    if (threadIdx.x == 0) ptx::mbarrier_inval(smem_u32(&bar));
    __syncthreads();
    if (threadIdx.x == 0) bar = 5;
    __syncthreads();
    out[threadIdx.x] = (int)bar;
    __syncthreads();
  }
}
