// Planted mistakes for the checking mode, and right kernels that look like them. Every kernel takes (int* out, int* in, int n): n
// initialised elements in `in`, n uninitialised ones in `out`. The comment before a kernel gives blocks, threads, dynamic shared
// bytes and n; `//! rule` marks the line that has to be reported.

// launch 2 64 0 100
extern "C" __global__ void bad_no_guard(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = 1;  //! out-of-bounds
}

// launch 2 64 0 100
extern "C" __global__ void good_guard(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = in[i];
}

// launch 1 64 0 64
extern "C" __global__ void bad_before_start(int* out, int* in, int n) {
  out[threadIdx.x] = in[(int)threadIdx.x - 1];  //! out-of-bounds
}

// launch 1 64 0 64
extern "C" __global__ void bad_static_overrun(int* out, int* in, int n) {
  __shared__ int tile[64];
  int* p = tile;
  p[threadIdx.x + (n - 63)] = 1;  //! out-of-bounds
  __syncthreads();
  out[threadIdx.x] = p[1];
}

// launch 1 64 0 64
extern "C" __global__ void bad_static_far_overrun(int* out, int* in, int n) {
  __shared__ int tile[64];
  int* p = tile;
  p[threadIdx.x + n] = 1;  //! out-of-bounds
  __syncthreads();
  out[threadIdx.x] = p[1];
}

// launch 1 64 256 64
extern "C" __global__ void bad_dynamic_overrun(int* out, int* in, int n) {
  extern __shared__ int buffer[];
  buffer[threadIdx.x + 1] = 1;  //! out-of-bounds
}

// launch 1 64 256 64
extern "C" __global__ void good_dynamic(int* out, int* in, int n) {
  extern __shared__ int buffer[];
  buffer[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = buffer[63 - threadIdx.x];
}

// launch 1 4 0 64
extern "C" __global__ void bad_in_row(int* out, int* in, int n) {
  __shared__ int tile[4][8];
  for (int i = 0; i <= 8; ++i) tile[threadIdx.x][i] = 1;  //! out-of-bounds
}

// launch 1 64 0 64
extern "C" __global__ void bad_uninitialized_global(int* out, int* in, int n) {
  in[threadIdx.x] = out[threadIdx.x];  //! uninitialized
}

// launch 1 64 0 64
extern "C" __global__ void bad_uninitialized_shared(int* out, int* in, int n) {
  __shared__ int tile[64];
  if (threadIdx.x < 32) tile[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x];  //! uninitialized
}

// launch 1 64 0 64
extern "C" __global__ void bad_missing_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}

// launch 1 64 0 64
extern "C" __global__ void bad_missing_trailing_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  int sum = 0;
  for (int round = 0; round < 2; ++round) {
    tile[threadIdx.x] = in[threadIdx.x];  //! race
    __syncthreads();
    sum += tile[63 - threadIdx.x];
  }
  out[threadIdx.x] = sum;
}

// launch 1 64 0 64
extern "C" __global__ void good_barriers(int* out, int* in, int n) {
  __shared__ int tile[64];
  int sum = 0;
  for (int round = 0; round < 2; ++round) {
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    sum += tile[63 - threadIdx.x];
    __syncthreads();
  }
  out[threadIdx.x] = sum;
}

// launch 1 32 0 32
extern "C" __global__ void bad_missing_syncwarp(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = 0;
  __syncwarp();
  tile[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = tile[31 - threadIdx.x];  //! race
}

// launch 1 32 0 32
extern "C" __global__ void good_syncwarp(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  out[threadIdx.x] = tile[31 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_syncwarp_across_warps(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}

// launch 1 32 0 32
extern "C" __global__ void bad_shuffle_as_fence(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = in[threadIdx.x];
  const int other = __shfl_xor_sync(0xffffffffu, 1, 1);
  out[threadIdx.x] = tile[31 - threadIdx.x] + other;  //! race
}

// launch 1 32 0 32
extern "C" __global__ void bad_volatile_warp(int* out, int* in, int n) {
  __shared__ volatile int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  tile[threadIdx.x + 32] = 0;
  tile[threadIdx.x] = tile[threadIdx.x] + tile[threadIdx.x + 1];  //! race
  out[threadIdx.x] = tile[threadIdx.x];
}

// launch 2 32 0 32
extern "C" __global__ void bad_two_blocks(int* out, int* in, int n) {
  if (threadIdx.x == 0) in[0] = blockIdx.x;  //! race
}

// launch 4 32 0 32
extern "C" __global__ void bad_fence_without_flag(int* out, int* in, int n) {
  __threadfence();
  if (threadIdx.x == 0) in[0] += 1;  //! race
}

// launch 2 32 0 32
extern "C" __global__ void bad_plain_and_atomic(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) in[0] = 0;
  } else {
    atomicAdd(&in[0], 1);  //! race
  }
}

// launch 4 32 0 32
extern "C" __global__ void good_atomics(int* out, int* in, int n) {
  atomicAdd(&in[0], 1);
}

// launch 4 32 0 32
extern "C" __global__ void bad_last_block(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
    last = atomicAdd(&in[0], 1) == in[31] + (int)gridDim.x - 1;
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
  __threadfence();
  int sum = 0;
  for (int i = 0; i < gridDim.x; ++i) sum += out[i];  //! race
  out[31] = sum;
}

// launch 4 32 0 32
extern "C" __global__ void good_last_block(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
    __threadfence();
    last = atomicAdd(&in[0], 1) == in[31] + (int)gridDim.x - 1;
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
  __threadfence();
  int sum = 0;
  for (int i = 0; i < gridDim.x; ++i) sum += out[i];
  out[31] = sum;
}

// launch 4 32 0 32
extern "C" __global__ void good_last_block_by_all(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
    __threadfence();
    last = atomicAdd(&in[0], 1) == in[31] + (int)gridDim.x - 1;
    if (last) __threadfence();
  }
  __syncthreads();
  if (last && threadIdx.x < gridDim.x) out[threadIdx.x + 8] = out[threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_last_lane_only_acquires(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    out[0] = 1;
    atomicExch(&flag, 1);
  }
  if (threadIdx.x == 32) {
    while (atomicAdd(&flag, 0) == 0) {
    }
    out[1] = out[0];  //! race
  }
}

// launch 1 64 0 64
extern "C" __global__ void good_flag_between_warps(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    out[0] = 1;
    __threadfence();
    atomicExch(&flag, 1);
  }
  if (threadIdx.x == 32) {
    while (atomicAdd(&flag, 0) == 0) {
    }
    __threadfence();
    out[1] = out[0];
  }
}

// launch 1 64 0 64
extern "C" __global__ void good_same_value(int* out, int* in, int n) {
  out[0] = 7;
}

// launch 1 64 0 64
extern "C" __global__ void bad_bytes_of_a_word(int* out, int* in, int n) {
  __shared__ short tile[64];
  tile[threadIdx.x] = (short)threadIdx.x;
  __syncthreads();
  tile[threadIdx.x] = 1;
  out[threadIdx.x] = tile[threadIdx.x ^ 1];  //! race
}

// launch 1 64 0 64
extern "C" __global__ void good_bytes_of_a_word(int* out, int* in, int n) {
  __shared__ short tile[64];
  tile[threadIdx.x] = (short)threadIdx.x;
  out[threadIdx.x] = tile[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_misaligned(int* out, int* in, int n) {
  const int2 pair = *reinterpret_cast<const int2*>(in + threadIdx.x);  //! misaligned
  out[threadIdx.x] = pair.x + pair.y;
}

// launch 1 32 0 32
extern "C" __global__ void bad_host_pointer(int* out, int* in, int n) {
  int* p = in[0] == 12345 ? in : nullptr;
  out[threadIdx.x] = p[threadIdx.x];  //! not-device-memory
}

// launch 1 32 0 32
extern "C" __global__ void bad_shift(int* out, int* in, int n) {
  out[threadIdx.x] = 1 << (n + threadIdx.x);  //! undefined
}

// launch 1 32 0 32
extern "C" __global__ void bad_overflow(int* out, int* in, int n) {
  const int x = in[threadIdx.x] + n;
  out[threadIdx.x] = x * 100000000;  //! undefined
}

// launch 1 32 0 32
extern "C" __global__ void bad_division(int* out, int* in, int n) {
  out[threadIdx.x] = n / (int)(threadIdx.x - threadIdx.x);  //! undefined
}

// launch 1 64 0 64
extern "C" __global__ void bad_diverged_barrier(int* out, int* in, int n) {
  if (threadIdx.x % 2 == 0) {
    __syncthreads();
  } else {
    __syncthreads();  //! barrier
  }
}

// launch 1 64 0 64
extern "C" __global__ void bad_partial_barrier(int* out, int* in, int n) {
  if (threadIdx.x == 5) return;
  __syncthreads();  //! barrier
}

// launch 1 64 0 64
extern "C" __global__ void good_warp_left_early(int* out, int* in, int n) {
  if (threadIdx.x >= 32) return;
  __syncthreads();
}

// launch 1 32 0 32
extern "C" __global__ void bad_partial_shuffle(int* out, int* in, int n) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_xor_sync(0xffffffffu, in[threadIdx.x], 1);  //! deadlock
  else __syncthreads();
}

// launch 1 32 0 32
extern "C" __global__ void bad_lane_outside_mask(int* out, int* in, int n) {
  out[threadIdx.x] = __shfl_sync(0x0000ffffu, in[threadIdx.x], 0);  //! sync-misuse
}

__constant__ int table[4];

// launch 1 1 0 32
extern "C" __global__ void bad_write_to_constant(int* out, int* in, int n) {
  int* p = const_cast<int*>(table);
  p[n & 3] = 1;  //! const-write
}

__device__ int counter;

// launch 2 32 0 32
extern "C" __global__ void bad_module_variable(int* out, int* in, int n) {
  if (threadIdx.x == 0) counter = blockIdx.x + n;  //! race
}

// launch 1 2 0 32
extern "C" __global__ void bad_others_local_memory(int* out, int* in, int n) {
  __shared__ int* leaked;
  int mine[4] = {n, n, n, n};
  if (threadIdx.x == 0) leaked = mine;
  __syncthreads();
  if (threadIdx.x == 1) out[0] = leaked[n & 3];  //! out-of-bounds
  __syncthreads();
  out[1 + threadIdx.x] = mine[n & 1];
}
