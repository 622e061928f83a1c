// Planted misuse of bulk copies, their mbarriers, groups and fences, and right kernels that look like it. As planted.cu of Checks:
// every kernel takes (int* out, int* in, int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include "common/ptx/bulk.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"

using ptx::smem_u32;

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
