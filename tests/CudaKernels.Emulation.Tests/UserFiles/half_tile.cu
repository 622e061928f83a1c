// Shared arrays of a type with constructors in a template, for which g++ makes variables of its own beside them, and sums of halves
// by wmma.
#include <cuda_fp16.h>
#include <mma.h>

template <int N>
__device__ half total(half value) {
  static __shared__ half parts[N];
  parts[threadIdx.x] = value;
  __syncthreads();
  half sum = __float2half(0.0f);
  for (int i = 0; i < N; ++i) sum += parts[i];
  return sum;
}

template <int N>
__global__ void reversed(const half* in, half* out) {
  __shared__ half tile[2][N], all[N];
  tile[threadIdx.x & 1][threadIdx.x] = in[threadIdx.x];
  all[threadIdx.x] = total<N>(in[threadIdx.x]);
  __syncthreads();
  const int other = N - 1 - threadIdx.x;
  out[threadIdx.x] = tile[other & 1][other] + all[other];
}

__global__ void product_of_halves(const half* a, const half* b, half* c) {
  using namespace nvcuda;
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> left;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> right;
  wmma::fragment<wmma::accumulator, 16, 16, 16, half> sum;
  wmma::fill_fragment(sum, __float2half(1.0f));
  wmma::load_matrix_sync(left, a, 16);
  wmma::load_matrix_sync(right, b, 16);
  wmma::mma_sync(sum, left, right, sum);
  wmma::store_matrix_sync(c, sum, 16, wmma::mem_row_major);
}
