// What each form of an arrival, a wait and a fence orders: right kernels that are right by it alone, and planted ones that lack it. As
// planted.cu of Checks: every kernel takes (int* out, int* in, int n), the comment before it gives blocks, threads, dynamic shared bytes
// and n.
#include "common/ptx/bulk.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/memory.cuh"

using ptx::smem_u32;

// launch 1 64 0 64
extern "C" __global__ void good_arrivals_by_count(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 128);
  __syncthreads();
  for (int i = 0; i < 2; ++i) {
    tile[threadIdx.x] = i;
    ptx::mbarrier_wait(smem_u32(&bar), ptx::mbarrier_arrive(smem_u32(&bar), 2));
    out[threadIdx.x] = tile[63 - threadIdx.x];
    ptx::mbarrier_wait(smem_u32(&bar), ptx::mbarrier_arrive(smem_u32(&bar), 2));
  }
}

// The last arrival is another thread's, and comes by a count that orders nothing.
// launch 1 64 0 64
extern "C" __global__ void good_arrival_that_completes_nothing(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[32];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 33);
  __syncthreads();
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = 1;
    ptx::mbarrier_arrive_no_complete(smem_u32(&bar), 1);
    ptx::red_relaxed_add_cta(in, 1);
  } else if (threadIdx.x == 32) {
    while (ptx::ld_relaxed_cta(in) != 32) {
    }
    ptx::mbarrier_arrive(smem_u32(&bar));
  }
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  if (threadIdx.x >= 32) out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void good_tested_by_parity(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  for (int i = 0; i < 4; ++i) {
    tile[threadIdx.x] = i;
    ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_test_wait_parity(smem_u32(&bar), 0)) {
    }
    out[threadIdx.x] = tile[63 - threadIdx.x];
    ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_test_wait_parity(smem_u32(&bar), 1)) {
    }
  }
}

// launch 1 64 0 64
extern "C" __global__ void good_tried_by_state(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  for (int i = 0; i < 4; ++i) {
    tile[threadIdx.x] = i;
    u64 state = ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_try_wait(smem_u32(&bar), state)) {
    }
    out[threadIdx.x] = tile[63 - threadIdx.x];
    state = ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_try_wait(smem_u32(&bar), state)) {
    }
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_tried_by_a_state_of_long_ago(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 1);
  const u64 state = ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_arrive(smem_u32(&bar));
  ptx::mbarrier_arrive(smem_u32(&bar));
  out[0] = ptx::mbarrier_try_wait(smem_u32(&bar), state);  //! sync-misuse
}

// launch 1 64 0 64
extern "C" __global__ void good_tried_by_parity(int* out, int* in, int n) {
  __shared__ u64 bar;
  __shared__ int tile[64];
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 64);
  __syncthreads();
  for (int i = 0; i < 4; ++i) {
    tile[threadIdx.x] = i;
    ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_try_wait_parity(smem_u32(&bar), 0)) {
    }
    out[threadIdx.x] = tile[63 - threadIdx.x];
    ptx::mbarrier_arrive(smem_u32(&bar));
    while (!ptx::mbarrier_try_wait_parity_cluster(smem_u32(&bar), 1)) {
    }
  }
}

// The thread that expects the bytes hands over what it wrote before.
// launch 1 64 0 64
extern "C" __global__ void good_expectation_that_releases(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  __shared__ int word;
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    word = 5;
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 128);
    ptx::bulk_load(smem_u32(tile), in, 128, smem_u32(&bar));
  }
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[threadIdx.x / 2] + word;
}

// launch 1 64 0 64
extern "C" __global__ void good_fence_of_the_block(int* out, int* in, int n) {
  __shared__ int word;
  if (threadIdx.x == 0) {
    word = 7;
    ptx::fence_acq_rel_cta();
    ptx::st_relaxed_cta(in, 1);
  } else if (threadIdx.x == 32) {
    while (ptx::ld_relaxed_cta(in) == 0) {
    }
    ptx::fence_acq_rel_cta();
    out[1] = word;
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_flag_without_fence(int* out, int* in, int n) {
  __shared__ int word;
  if (threadIdx.x == 0) {
    word = 7;
    ptx::st_relaxed_cta(in, 1);
  } else if (threadIdx.x == 32) {
    while (ptx::ld_relaxed_cta(in) == 0) {
    }
    ptx::fence_acq_rel_cta();
    out[1] = word;  //! race
  }
}

// launch 2 32 0 64
extern "C" __global__ void good_fence_of_the_gpu(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 7;
    ptx::fence_acq_rel_gpu();
    ptx::st_relaxed_gpu(in, 1);
  } else {
    while (ptx::ld_relaxed_gpu(in) == 0) {
    }
    ptx::fence_acq_rel_gpu();
    out[1] = out[0];
  }
}

// launch 2 32 0 64
extern "C" __global__ void good_fence_of_the_system(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 7;
    ptx::fence_acq_rel_sys();
    ptx::st_relaxed_sys(in, 1);
  } else {
    while (ptx::ld_relaxed_sys(in) == 0) {
    }
    ptx::fence_acq_rel_sys();
    out[1] = out[0];
  }
}

// launch 2 32 0 64
extern "C" __global__ void good_fence_of_the_cluster(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 7;
    ptx::fence_acq_rel_cluster();
    ptx::st_relaxed_cluster(in, 1);
  } else {
    while (ptx::ld_relaxed_cluster(in) == 0) {
    }
    ptx::fence_acq_rel_cluster();
    out[1] = out[0];
  }
}

// launch 1 32 0 64
extern "C" __global__ void good_proxy_fence_of_global_memory(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 1);
  ptx::fence_mbarrier_init();
  in[0] = 9;
  ptx::fence_proxy_async_global();
  ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
  ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[0] = tile[0];
}

// launch 1 32 0 64
extern "C" __global__ void good_prefetch(int* out, int* in, int n) {
  if (threadIdx.x == 0) ptx::bulk_prefetch(in, 256);
}

// launch 1 32 0 64
extern "C" __global__ void bad_prefetch_size(int* out, int* in, int n) {
  if (threadIdx.x == 0) ptx::bulk_prefetch(in, 8);  //! misaligned
}

// launch 2 32 0 64
extern "C" __global__ void bad_counter_of_the_block(int* out, int* in, int n) {
  ptx::red_relaxed_add_cta(in, 1);  //! race
}

// launch 2 32 0 64
extern "C" __global__ void good_counters_of_the_block(int* out, int* in, int n) {
  ptx::red_relaxed_add_cta(in + blockIdx.x, 1);
  ptx::red_release_add_gpu(in + 2, 1);
}
