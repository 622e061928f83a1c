// Vectors: half2 axpy, matrix times vector, gravity in tiles of bodies, and pi without a random number library.
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <stdio.h>

__global__ void haxpy(int n, half a, const half *x, half *y) {
  int start = threadIdx.x + blockDim.x * blockIdx.x;
  int stride = blockDim.x * gridDim.x;
  int n2 = n / 2;
  half2 *x2 = (half2 *)x, *y2 = (half2 *)y;
  for (int i = start; i < n2; i += stride) y2[i] = __hfma2(__halves2half2(a, a), x2[i], y2[i]);
  if (start == 0 && (n % 2)) y[n - 1] = __hfma(a, x[n - 1], y[n - 1]);
}

// A warp per row.
__global__ void matvec(const float *__restrict__ A, const float *__restrict__ x, float *__restrict__ y, int rows, int cols) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  const int lane = threadIdx.x % 32;
  if (row >= rows) return;
  float sum = 0.0f;
  for (int j = lane; j < cols; j += 32) sum = fmaf(__ldg(&A[row * cols + j]), __ldg(&x[j]), sum);
  for (int offset = 16; offset; offset >>= 1) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  if (!lane) y[row] = sum;
}

struct Body {
  float x, y, z;
  __host__ __device__ Body(float x, float y, float z) : x(x), y(y), z(z) {}
  void print() const { printf("%f %f %f\n", x, y, z); }
};

__device__ float3 bodyBodyInteraction(float4 bi, float4 bj, float3 ai) {
  float3 r;
  r.x = bj.x - bi.x;
  r.y = bj.y - bi.y;
  r.z = bj.z - bi.z;
  float distSqr = r.x * r.x + r.y * r.y + r.z * r.z + 0.01f;
  float distSixth = distSqr * distSqr * distSqr;
  float invDistCube = 1.0f / sqrtf(distSixth);
  float s = bj.w * invDistCube;
  ai.x += r.x * s;
  ai.y += r.y * s;
  ai.z += r.z * s;
  return ai;
}

__global__ void calculate_forces(const float *bodies, float *accelerations, int N) {
  extern __shared__ float4 shPosition[];
  const float4 *globalX = (const float4 *)bodies;
  int gtid = blockIdx.x * blockDim.x + threadIdx.x;
  float3 acc = {0.0f, 0.0f, 0.0f};
  float4 myPosition = globalX[gtid];
  for (int i = 0, tile = 0; i < N; i += blockDim.x, tile++) {
    shPosition[threadIdx.x] = globalX[tile * blockDim.x + threadIdx.x];
    __syncthreads();
    for (int j = 0; j < blockDim.x; j++) acc = bodyBodyInteraction(myPosition, shPosition[j], acc);
    __syncthreads();
  }
  ((float4 *)accelerations)[gtid] = make_float4(acc.x, acc.y, acc.z, 0.0f);
}

// A linear congruential generator for each thread.
__device__ __host__ inline unsigned lcg(unsigned &state) { return state = state * 1664525u + 1013904223u; }

__global__ void monte_carlo_pi(unsigned long long *hits, int samples) {
  unsigned state = (blockIdx.x * blockDim.x + threadIdx.x) * 2654435761u + 12345u;
  unsigned inside = 0;
  for (int i = 0; i < samples; i++) {
    float x = (lcg(state) >> 8) * (1.0f / 16777216.0f);
    float y = (lcg(state) >> 8) * (1.0f / 16777216.0f);
    if (x * x + y * y < 1.0f) inside++;
  }
  inside = __reduce_add_sync(0xffffffff, inside);
  if (threadIdx.x % 32 == 0) atomicAdd(hits, (unsigned long long)inside);
}

int main() {
  Body b(1, 2, 3);
  b.print();
  unsigned long long *hits;
  cudaMalloc(&hits, sizeof(*hits));
  monte_carlo_pi<<<4, 128>>>(hits, 100);
  haxpy<<<1, 32>>>(0, __float2half(1.0f), nullptr, nullptr);
  return 0;
}
