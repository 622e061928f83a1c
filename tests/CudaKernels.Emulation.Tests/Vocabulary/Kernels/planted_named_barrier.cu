// Planted misuse of named barriers, register counts and flags between blocks, and right kernels that look like it. As planted.cu of
// Checks: every kernel takes (int* out, int* in, int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include "common/ptx/barrier.cuh"
#include "common/ptx/memory.cuh"
#include "common/ptx/setmaxnreg.cuh"

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
