// Planted misuse of asynchronous copies, mbarriers, named barriers and fences, and right kernels that look like it. As planted.cu of
// Checks: every kernel takes (int* out, int* in, int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include "common/ptx/barrier.cuh"
#include "common/ptx/bulk.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/memory.cuh"
#include "common/ptx/setmaxnreg.cuh"

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

// launch 1 64 0 64
extern "C" __global__ void good_bulk_load(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 128, smem_u32(&bar));
    ptx::bulk_load(smem_u32(tile + 32), in + 32, 128, smem_u32(&bar));
  }
  __syncthreads();
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_one_reader_waits(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));
  }
  __syncthreads();
  if (threadIdx.x < 32) ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! async-wait
}

// launch 1 64 0 64
extern "C" __global__ void good_bulk_load_one_waits_for_all(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_proxy_async();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));
    while (!ptx::mbarrier_test_wait_parity(smem_u32(&bar), 0)) {
    }
  }
  __syncthreads();
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_no_init_fence(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) ptx::mbarrier_init(smem_u32(&bar), 1);
  __syncthreads();
  if (threadIdx.x == 32) {
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));  //! sync-misuse
  }
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_nobody_waits(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));  //! async-wait
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_bytes_never_come(int* out, int* in, int n) {
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);  //! sync-misuse
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_not_expected(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));  //! sync-misuse
    ptx::mbarrier_expect_tx(smem_u32(&bar), 240);
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_size(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::bulk_load(smem_u32(tile), in, 24, smem_u32(&bar));  //! misaligned
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_shared_address(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::bulk_load(smem_u32(tile + 2), in, 32, smem_u32(&bar));  //! misaligned
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_global_address(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::bulk_load(smem_u32(tile), in + 1, 32, smem_u32(&bar));  //! misaligned
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_past_the_source(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
    ptx::bulk_load(smem_u32(tile), in + 4, 256, smem_u32(&bar));  //! out-of-bounds
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_load_over_generic_writes(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  tile[threadIdx.x] = 1;
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(smem_u32(&bar), 1);
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
    ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));  //! async-wait
  }
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void good_bulk_store(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait_read<0>();
  }
}

// launch 1 64 0 64
extern "C" __global__ void good_bulk_store_issuer_fences(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::fence_proxy_async();
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_store_fence_before_the_write(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  ptx::fence_proxy_async_shared();
  tile[threadIdx.x] = in[threadIdx.x];  //! async-wait
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_store_of_unwritten(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  if (threadIdx.x < 60) tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);  //! uninitialized
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_store_source_rewritten(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    tile[0] = 5;  //! async-wait
    ptx::bulk_wait_read<0>();
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_store_read_back(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait_read<0>();
    in[0] = out[1];  //! async-wait
  }
}

// launch 1 64 0 64
extern "C" __global__ void good_bulk_store_read_back(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
  __syncthreads();
  in[threadIdx.x] = out[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_bulk_store_not_committed(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(out, smem_u32(tile), 256);  //! async-wait
    ptx::bulk_wait<0>();
  }
}

// launch 2 64 0 64
extern "C" __global__ void good_bulk_reductions_of_blocks(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = 3;
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_reduce_add(in, smem_u32(tile), 256);
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// launch 2 64 0 64
extern "C" __global__ void bad_bulk_stores_of_blocks(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  tile[threadIdx.x] = 3;
  ptx::fence_proxy_async_shared();
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::bulk_store(in, smem_u32(tile), 256);  //! async-wait
    ptx::bulk_commit();
    ptx::bulk_wait<0>();
  }
}

// launch 1 96 0 64
extern "C" __global__ void good_named_barriers(int* out, int* in, int n) {
  __shared__ int tile[32];
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = in[threadIdx.x];
    ptx::barrier_arrive(1, 96);
  } else {
    ptx::barrier_sync(1, 96);
    out[threadIdx.x - 32] = tile[(95 - threadIdx.x) % 32];
  }
  ptx::barrier_sync(0, 96);
  if (threadIdx.x < 32) tile[threadIdx.x] = 0;
}

// launch 1 96 0 64
extern "C" __global__ void bad_named_barrier_other_number(int* out, int* in, int n) {
  __shared__ int tile[32];
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = in[threadIdx.x];
    ptx::barrier_arrive(1, 96);
  } else {
    ptx::barrier_sync(2, 96);  //! deadlock
    out[threadIdx.x - 32] = tile[(95 - threadIdx.x) % 32];
  }
}

// launch 1 96 0 64
extern "C" __global__ void bad_named_barrier_counts_differ(int* out, int* in, int n) {
  ptx::barrier_arrive(1, threadIdx.x < 32 ? 96 : 64);  //! sync-misuse
}

// launch 1 96 0 64
extern "C" __global__ void bad_named_barrier_number(int* out, int* in, int n) {
  ptx::barrier_sync(n - 48, 96);  //! sync-misuse
}

// launch 1 96 0 64
extern "C" __global__ void bad_named_barrier_uneven_count(int* out, int* in, int n) {
  ptx::barrier_sync(1, n + 16);  //! sync-misuse
}

// launch 1 96 0 64
extern "C" __global__ void bad_named_barrier_write_after_arrive(int* out, int* in, int n) {
  __shared__ int tile[32];
  if (threadIdx.x < 32) {
    ptx::barrier_arrive(1, 96);
    tile[threadIdx.x] = in[threadIdx.x];  //! race
  } else {
    ptx::barrier_sync(1, 96);
    out[threadIdx.x - 32] = tile[threadIdx.x % 32];
  }
}

// launch 1 32 0 64
extern "C" __global__ void good_registers(int* out, int* in, int n) {
  ptx::setmaxnreg_dec<40>();
  out[threadIdx.x] = in[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_registers_of_a_part(int* out, int* in, int n) {
  if (threadIdx.x < 16) {
    ptx::setmaxnreg_inc<240>();  //! deadlock
  } else {
    __syncthreads();
  }
}

// launch 2 32 0 64
extern "C" __global__ void good_flag_between_blocks(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 7;
    ptx::st_release_gpu(in, 1);
  } else {
    while (ptx::ld_acquire_gpu(in) == 0) {
    }
    out[1] = out[0];
  }
}

// launch 2 32 0 64
extern "C" __global__ void bad_flag_relaxed(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 7;
    ptx::st_relaxed_gpu(in, 1);
  } else {
    while (ptx::ld_acquire_gpu(in) == 0) {
    }
    out[1] = out[0];  //! race
  }
}

// launch 3 32 0 64
extern "C" __global__ void good_count_of_blocks(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  out[blockIdx.x] = 1;
  if (ptx::atom_acq_rel_add_gpu(in, 1) == 2) out[3] = out[0] + out[1] + out[2];
}

// launch 1 32 0 64
extern "C" __global__ void bad_bulk_load_of_what_was_just_written(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 1);
  ptx::fence_mbarrier_init();
  in[0] = 9;
  ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
  ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));  //! async-wait
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
}

// launch 1 32 0 64
extern "C" __global__ void good_bulk_load_of_what_was_just_written(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ u64 bar;
  if (threadIdx.x != 0) return;
  ptx::mbarrier_init(smem_u32(&bar), 1);
  in[0] = 9;
  ptx::fence_proxy_async();
  ptx::mbarrier_arrive_expect_tx(smem_u32(&bar), 256);
  ptx::bulk_load(smem_u32(tile), in, 256, smem_u32(&bar));
  ptx::mbarrier_wait_parity(smem_u32(&bar), 0);
  out[0] = tile[0];
}
