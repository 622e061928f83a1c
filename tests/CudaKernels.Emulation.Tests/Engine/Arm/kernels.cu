// What the engine's processor-specific parts have to carry: switches between many threads, static and dynamic shared memory,
// warp operations, atomics, floating-point registers that live across a barrier, and faults.
extern "C" __global__ void block_sum(float* y, const float* x, int n) {
  extern __shared__ float partial[];
  __shared__ float scale;
  if (threadIdx.x == 0) scale = 2.0f;
  float mine = 0.0f;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) mine += x[i];
  partial[threadIdx.x] = mine;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) atomicAdd(y, scale * partial[0]);
}

extern "C" __global__ void kept_across_switches(double* y, int n) {
  double a = threadIdx.x + 0.25, b = threadIdx.x * 3.0, c = 1.0 / (threadIdx.x + 1.0);
  int k = threadIdx.x * 7 + 1;
  for (int i = 0; i < n; ++i) {
    __syncthreads();
    a += 1.0;
    b -= c;
    k += __shfl_xor_sync(0xffffffffu, k, 1) & 1;
    __syncthreads();
  }
  y[threadIdx.x] = a + b + c * k;
}

extern "C" __global__ void races(int* y) {
  __shared__ int tile[64];
  tile[threadIdx.x] = threadIdx.x;
  y[threadIdx.x] = tile[63 - threadIdx.x];
}

__device__ int depth(int n) {
  volatile char frame[4096];
  frame[0] = (char)n;
  return n == 0 ? 0 : depth(n - 1) + frame[0];
}
extern "C" __global__ void overflows(int* y, int n) { y[threadIdx.x] = depth(n); }
extern "C" __global__ void wild(int* y, unsigned long long address) { y[0] = *(int*)address; }
extern "C" __global__ void deadlocks(int* y) {
  if (threadIdx.x < 16) __syncwarp(0xffffffffu);
  else __syncthreads();
  y[threadIdx.x] = 1;
}
extern "C" __global__ void spins(int* y) {
  while (*(volatile int*)y == 0) {
  }
}

CK_ENTRY(0, (block_sum), (0), ())
CK_ENTRY(1, (kept_across_switches), (0), ())
CK_ENTRY(2, (races), (0), ())
CK_ENTRY(3, (overflows), (0), ())
CK_ENTRY(4, (wild), (0), ())
CK_ENTRY(5, (deadlocks), (0), ())
CK_ENTRY(6, (spins), (0), ())
