// Six single-precision matrix multiplications, C = alpha * A * B + beta * C, row-major, from naive to warp-tiled.
#include <cstdio>
#include <cstdlib>
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <iostream>
#include <random>
#include <vector>

#define CEIL_DIV(m, n) (((m) + (n) - 1) / (n))
#define CUDA_CHECK(call)                                                                      \
  do {                                                                                        \
    cudaError_t status = (call);                                                              \
    if (status != cudaSuccess) {                                                              \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status));         \
      exit(EXIT_FAILURE);                                                                     \
    }                                                                                         \
  } while (0)

const int WARPSIZE = 32;

// 1: one thread per element, consecutive threads in consecutive rows (uncoalesced).
__global__ void sgemm_naive(int M, int N, int K, float alpha, const float *A, const float *B, float beta, float *C) {
  const uint x = blockIdx.x * blockDim.x + threadIdx.x;
  const uint y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < M && y < N) {
    float tmp = 0.0;
    for (int i = 0; i < K; ++i) tmp += A[x * K + i] * B[i * N + y];
    C[x * N + y] = alpha * tmp + beta * C[x * N + y];
  }
}

// 2: consecutive threads in consecutive columns.
template <const uint BLOCKSIZE>
__global__ void sgemm_coalesced(int M, int N, int K, float alpha, const float *A, const float *B, float beta, float *C) {
  const int cRow = blockIdx.x * BLOCKSIZE + (threadIdx.x / BLOCKSIZE);
  const int cCol = blockIdx.y * BLOCKSIZE + (threadIdx.x % BLOCKSIZE);
  if (cRow < M && cCol < N) {
    float tmp = 0.0;
    for (int i = 0; i < K; ++i) tmp += A[cRow * K + i] * B[i * N + cCol];
    C[cRow * N + cCol] = alpha * tmp + beta * C[cRow * N + cCol];
  }
}

// 3: tiles in shared memory. M, N and K are multiples of the tile.
template <const int BLOCKSIZE>
__global__ void sgemm_shared(int M, int N, int K, float alpha, const float *A, const float *B, float beta, float *C) {
  __shared__ float As[BLOCKSIZE * BLOCKSIZE];
  __shared__ float Bs[BLOCKSIZE * BLOCKSIZE];
  const uint threadCol = threadIdx.x % BLOCKSIZE;
  const uint threadRow = threadIdx.x / BLOCKSIZE;
  A += blockIdx.x * BLOCKSIZE * K;
  B += blockIdx.y * BLOCKSIZE;
  C += blockIdx.x * BLOCKSIZE * N + blockIdx.y * BLOCKSIZE;
  float tmp = 0.0;
  for (int bkIdx = 0; bkIdx < K; bkIdx += BLOCKSIZE) {
    As[threadRow * BLOCKSIZE + threadCol] = A[threadRow * K + threadCol];
    Bs[threadRow * BLOCKSIZE + threadCol] = B[threadRow * N + threadCol];
    __syncthreads();
    A += BLOCKSIZE;
    B += BLOCKSIZE * N;
    for (int dotIdx = 0; dotIdx < BLOCKSIZE; ++dotIdx) tmp += As[threadRow * BLOCKSIZE + dotIdx] * Bs[dotIdx * BLOCKSIZE + threadCol];
    __syncthreads();
  }
  C[threadRow * N + threadCol] = alpha * tmp + beta * C[threadRow * N + threadCol];
}

// 4: every thread computes TM x TN elements from registers.
template <const int BM, const int BN, const int BK, const int TM, const int TN>
__global__ void __launch_bounds__((BM * BN) / (TM * TN), 1)
    sgemm_register_tiled(int M, int N, int K, float alpha, const float *A, const float *B, float beta, float *C) {
  constexpr uint numThreads = (BM * BN) / (TM * TN);
  __shared__ float As[BM * BK];
  __shared__ float Bs[BK * BN];
  const int threadCol = threadIdx.x % (BN / TN);
  const int threadRow = threadIdx.x / (BN / TN);
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float threadResults[TM * TN] = {0.0};
  float regM[TM], regN[TN];
  for (uint bkIdx = 0; bkIdx < K; bkIdx += BK) {
    for (uint i = threadIdx.x; i < BM * BK; i += numThreads) As[i] = A[(i / BK) * K + i % BK];
    for (uint i = threadIdx.x; i < BK * BN; i += numThreads) Bs[i] = B[(i / BN) * N + i % BN];
    __syncthreads();
    A += BK;
    B += BK * N;
    for (uint dotIdx = 0; dotIdx < BK; ++dotIdx) {
#pragma unroll
      for (uint i = 0; i < TM; ++i) regM[i] = As[(threadRow * TM + i) * BK + dotIdx];
#pragma unroll
      for (uint i = 0; i < TN; ++i) regN[i] = Bs[dotIdx * BN + threadCol * TN + i];
      for (uint m = 0; m < TM; ++m)
        for (uint n = 0; n < TN; ++n) threadResults[m * TN + n] += regM[m] * regN[n];
    }
    __syncthreads();
  }
  for (uint m = 0; m < TM; ++m)
    for (uint n = 0; n < TN; ++n) {
      float &out = C[(threadRow * TM + m) * N + threadCol * TN + n];
      out = alpha * threadResults[m * TN + n] + beta * out;
    }
}

// 5: the same with 16-byte loads and stores; A is transposed on its way into shared memory.
template <const int BM, const int BN, const int BK, const int TM, const int TN>
__global__ void sgemm_vectorized(int M, int N, int K, float alpha, float *A, float *B, float beta, float *C) {
  static_assert(TN == 4, "a row of the thread's tile is one float4");
  __shared__ float As[BM * BK];
  __shared__ __align__(16) float Bs[BK * BN];
  const uint numThreads = (BM * BN) / (TM * TN);
  const int threadCol = threadIdx.x % (BN / TN);
  const int threadRow = threadIdx.x / (BN / TN);
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float threadResults[TM * TN] = {0.0};
  for (uint bkIdx = 0; bkIdx < K; bkIdx += BK) {
    for (uint i = threadIdx.x; i < BM * BK / 4; i += numThreads) {
      const uint row = i / (BK / 4), col = i % (BK / 4);
      float4 tmp = reinterpret_cast<float4 *>(&A[row * K + col * 4])[0];
      As[(col * 4 + 0) * BM + row] = tmp.x;
      As[(col * 4 + 1) * BM + row] = tmp.y;
      As[(col * 4 + 2) * BM + row] = tmp.z;
      As[(col * 4 + 3) * BM + row] = tmp.w;
    }
    for (uint i = threadIdx.x; i < BK * BN / 4; i += numThreads)
      reinterpret_cast<float4 *>(Bs)[i] = reinterpret_cast<float4 *>(&B[i / (BN / 4) * N + i % (BN / 4) * 4])[0];
    __syncthreads();
    A += BK;
    B += BK * N;
    for (uint dotIdx = 0; dotIdx < BK; ++dotIdx) {
      const float4 b = reinterpret_cast<float4 *>(&Bs[dotIdx * BN + threadCol * TN])[0];
      for (uint m = 0; m < TM; ++m) {
        const float a = As[dotIdx * BM + threadRow * TM + m];
        threadResults[m * TN + 0] += a * b.x;
        threadResults[m * TN + 1] += a * b.y;
        threadResults[m * TN + 2] += a * b.z;
        threadResults[m * TN + 3] += a * b.w;
      }
    }
    __syncthreads();
  }
  for (uint m = 0; m < TM; ++m) {
    float4 *out = reinterpret_cast<float4 *>(&C[(threadRow * TM + m) * N + threadCol * TN]);
    float4 tmp = *out;
    tmp.x = alpha * threadResults[m * TN + 0] + beta * tmp.x;
    tmp.y = alpha * threadResults[m * TN + 1] + beta * tmp.y;
    tmp.z = alpha * threadResults[m * TN + 2] + beta * tmp.z;
    tmp.w = alpha * threadResults[m * TN + 3] + beta * tmp.w;
    *out = tmp;
  }
}

namespace wt {
template <int BM, int BN, int BK>
__device__ void loadFromGmem(int N, int K, const float *A, const float *B, float *As, float *Bs, int threads) {
  for (int i = threadIdx.x; i < BM * BK; i += threads) As[(i % BK) * BM + i / BK] = A[(i / BK) * K + i % BK];
  for (int i = threadIdx.x; i < BK * BN; i += threads) Bs[i] = B[(i / BN) * N + i % BN];
}
}  // namespace wt

// 6: the block's tile is divided among warps, a warp's tile among its lanes.
template <const int BM, const int BN, const int BK, const int WM, const int WN, const int TM, const int TN, const int NUM_THREADS>
__global__ void __launch_bounds__(NUM_THREADS)
    sgemm_warp_tiled(int M, int N, int K, float alpha, const float *A, const float *B, float beta, float *C) {
  static_assert((BM / WM) * (BN / WN) == NUM_THREADS / WARPSIZE, "a tile for each warp");
  static_assert((WM / TM) * (WN / TN) == WARPSIZE, "a tile for each lane");
  __shared__ float As[BM * BK];
  __shared__ float Bs[BK * BN];
  const uint warpIdx = threadIdx.x / WARPSIZE, lane = threadIdx.x % WARPSIZE;
  const uint warpCol = warpIdx % (BN / WN), warpRow = warpIdx / (BN / WN);
  const uint laneCol = lane % (WN / TN), laneRow = lane / (WN / TN);
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += (blockIdx.y * BM + warpRow * WM) * N + blockIdx.x * BN + warpCol * WN;
  float threadResults[TM * TN] = {0.0};
  for (int bkIdx = 0; bkIdx < K; bkIdx += BK) {
    wt::loadFromGmem<BM, BN, BK>(N, K, A, B, As, Bs, NUM_THREADS);
    __syncthreads();
    for (uint dotIdx = 0; dotIdx < BK; ++dotIdx)
      for (uint m = 0; m < TM; ++m)
        for (uint n = 0; n < TN; ++n)
          threadResults[m * TN + n] += As[dotIdx * BM + warpRow * WM + laneRow * TM + m] * Bs[dotIdx * BN + warpCol * WN + laneCol * TN + n];
    A += BK;
    B += BK * N;
    __syncthreads();
  }
  for (uint m = 0; m < TM; ++m)
    for (uint n = 0; n < TN; ++n) {
      const uint at = (laneRow * TM + m) * N + laneCol * TN + n;
      C[at] = alpha * threadResults[m * TN + n] + beta * C[at];
    }
}

void run_sgemm_naive(int M, int N, int K, float alpha, float *A, float *B, float beta, float *C) {
  dim3 gridDim(CEIL_DIV(M, 32), CEIL_DIV(N, 32));
  dim3 blockDim(32, 32);
  sgemm_naive<<<gridDim, blockDim>>>(M, N, K, alpha, A, B, beta, C);
}

void run_sgemm_warp_tiled(int M, int N, int K, float alpha, float *A, float *B, float beta, float *C) {
  const uint BM = 64, BN = 64, BK = 8;
  dim3 gridDim(CEIL_DIV(N, BN), CEIL_DIV(M, BM));
  sgemm_warp_tiled<BM, BN, BK, 32, 32, 8, 4, 128><<<gridDim, 128>>>(M, N, K, alpha, A, B, beta, C);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    std::cerr << "usage: sgemm KERNEL" << std::endl;
    return 1;
  }
  cublasHandle_t handle;
  if (cublasCreate(&handle)) return 1;
  const int size = 256;
  std::vector<float> host(size * size);
  std::mt19937 engine(1);
  for (auto &value : host) value = std::uniform_real_distribution<float>(-1, 1)(engine);
  float *A = nullptr, *B = nullptr, *C = nullptr;
  CUDA_CHECK(cudaMalloc((void **)&A, sizeof(float) * size * size));
  CUDA_CHECK(cudaMalloc((void **)&B, sizeof(float) * size * size));
  CUDA_CHECK(cudaMalloc((void **)&C, sizeof(float) * size * size));
  CUDA_CHECK(cudaMemcpy(A, host.data(), sizeof(float) * size * size, cudaMemcpyHostToDevice));
  cudaEvent_t beg, end;
  cudaEventCreate(&beg);
  cudaEventCreate(&end);
  cudaEventRecord(beg);
  run_sgemm_naive(size, size, size, 1.0f, A, B, 0.0f, C);
  run_sgemm_warp_tiled(size, size, size, 1.0f, A, B, 0.0f, C);
  cudaEventRecord(end);
  CUDA_CHECK(cudaDeviceSynchronize());
  CUDA_CHECK(cudaGetLastError());
  printf("done\n");
  cudaFree(A);
  cudaFree(B);
  cudaFree(C);
  cublasDestroy(handle);
  return 0;
}
