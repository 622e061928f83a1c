// Prefix sums of one block: Hillis-Steele (inclusive), Blelloch (exclusive), and warp shuffles (inclusive).
#include "cuda_runtime.h"
#include "device_launch_parameters.h"

// Two buffers in turn. Threads: n.
__global__ void scan_hillis_steele(float* g_odata, const float* g_idata, int n) {
  extern __shared__ float temp[];
  int thid = threadIdx.x;
  int pout = 0, pin = 1;
  temp[thid] = g_idata[thid];
  __syncthreads();
  for (int offset = 1; offset < n; offset *= 2) {
    pout = 1 - pout;
    pin = 1 - pout;
    if (thid >= offset) temp[pout * n + thid] = temp[pin * n + thid] + temp[pin * n + thid - offset];
    else temp[pout * n + thid] = temp[pin * n + thid];
    __syncthreads();
  }
  g_odata[thid] = temp[pout * n + thid];
}

// Up-sweep and down-sweep. Threads: n / 2, n a power of two.
__global__ void scan_blelloch(float* g_odata, const float* g_idata, int n) {
  extern __shared__ float temp[];
  int thid = threadIdx.x;
  int offset = 1;
  temp[2 * thid] = g_idata[2 * thid];
  temp[2 * thid + 1] = g_idata[2 * thid + 1];
  for (int d = n >> 1; d > 0; d >>= 1) {
    __syncthreads();
    if (thid < d) {
      int ai = offset * (2 * thid + 1) - 1;
      int bi = offset * (2 * thid + 2) - 1;
      temp[bi] += temp[ai];
    }
    offset *= 2;
  }
  if (thid == 0) temp[n - 1] = 0;
  for (int d = 1; d < n; d *= 2) {
    offset >>= 1;
    __syncthreads();
    if (thid < d) {
      int ai = offset * (2 * thid + 1) - 1;
      int bi = offset * (2 * thid + 2) - 1;
      float t = temp[ai];
      temp[ai] = temp[bi];
      temp[bi] += t;
    }
  }
  __syncthreads();
  g_odata[2 * thid] = temp[2 * thid];
  g_odata[2 * thid + 1] = temp[2 * thid + 1];
}

// Threads: n, whole warps.
__global__ void scan_shuffle(int* data, int n) {
  __shared__ int sums[32];
  int lane_id = threadIdx.x % warpSize;
  int warp_id = threadIdx.x / warpSize;
  int value = data[threadIdx.x];
#pragma unroll
  for (int i = 1; i <= 16; i *= 2) {
    int other = __shfl_up_sync(0xffffffff, value, i);
    if (lane_id >= i) value += other;
  }
  if (lane_id == warpSize - 1) sums[warp_id] = value;
  __syncthreads();
  if (warp_id == 0) {
    int warps = blockDim.x / warpSize;
    int sum = lane_id < warps ? sums[lane_id] : 0;
    for (int i = 1; i <= 16; i *= 2) {
      int other = __shfl_up_sync(0xffffffff, sum, i);
      if (lane_id >= i) sum += other;
    }
    if (lane_id < warps) sums[lane_id] = sum;
  }
  __syncthreads();
  if (warp_id > 0) value += sums[warp_id - 1];
  data[threadIdx.x] = value;
}
