// C = A * B^T on tensor cores: half operands, float sums; a warp per 16 x 16 tile of C.
#include <cuda_fp16.h>
#include <mma.h>

using namespace nvcuda;

const int WMMA_M = 16;
const int WMMA_N = 16;
const int WMMA_K = 16;

__global__ void wmma_example(const half *a, const half *b, float *c, int M, int N, int K, float alpha, float beta) {
  int lda = K, ldb = K, ldc = N;
  int warpM = (blockIdx.x * blockDim.x + threadIdx.x) / warpSize;
  int warpN = (blockIdx.y * blockDim.y + threadIdx.y);
  wmma::fragment<wmma::matrix_a, WMMA_M, WMMA_N, WMMA_K, half, wmma::row_major> a_frag;
  wmma::fragment<wmma::matrix_b, WMMA_M, WMMA_N, WMMA_K, half, wmma::col_major> b_frag;
  wmma::fragment<wmma::accumulator, WMMA_M, WMMA_N, WMMA_K, float> acc_frag;
  wmma::fragment<wmma::accumulator, WMMA_M, WMMA_N, WMMA_K, float> c_frag;
  wmma::fill_fragment(acc_frag, 0.0f);
  int aRow = warpM * WMMA_M, bCol = warpN * WMMA_N;
  if (aRow >= M || bCol >= N) return;
  for (int i = 0; i < K; i += WMMA_K) {
    wmma::load_matrix_sync(a_frag, a + aRow * lda + i, lda);
    wmma::load_matrix_sync(b_frag, b + bCol * ldb + i, ldb);
    wmma::mma_sync(acc_frag, a_frag, b_frag, acc_frag);
  }
  wmma::load_matrix_sync(c_frag, c + aRow * ldc + bCol, ldc, wmma::mem_row_major);
#pragma unroll
  for (int i = 0; i < c_frag.num_elements; i++) c_frag.x[i] = alpha * acc_frag.x[i] + beta * c_frag.x[i];
  wmma::store_matrix_sync(c + aRow * ldc + bCol, c_frag, ldc, wmma::mem_row_major);
}

// Bytes: c = a * b with row-major a, column-major b and 32-bit sums.
__global__ void wmma_bytes(const signed char *a, const signed char *b, int *c, int k) {
  wmma::fragment<wmma::matrix_a, 16, 16, 16, signed char, wmma::row_major> fa;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, signed char, wmma::col_major> fb;
  wmma::fragment<wmma::accumulator, 16, 16, 16, int> fc;
  wmma::fill_fragment(fc, 0);
  for (int i = 0; i < k; i += 16) {
    wmma::load_matrix_sync(fa, a + i, k);
    wmma::load_matrix_sync(fb, b + i, k);
    wmma::mma_sync(fc, fa, fb, fc);
  }
  wmma::store_matrix_sync(c, fc, 16, wmma::mem_row_major);
}

// Takes element 2 * lane + 1 of the sums for the second pair of a row, as one architecture stores them: CUDA promises no such order.
__global__ void wmma_assumes_layout(const half *a, const half *b, float *c) {
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> fa;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> fb;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> fc;
  wmma::fill_fragment(fc, 0.0f);
  wmma::load_matrix_sync(fa, a, 16);
  wmma::load_matrix_sync(fb, b, 16);
  wmma::mma_sync(fc, fa, fb, fc);
  for (int i = 0; i < 8; i++) {
    int row = threadIdx.x / 4 + (i / 2 % 2) * 8, col = threadIdx.x % 4 * 2 + i % 2 + i / 4 * 8;
    c[row * 16 + col] = fc.x[i];
  }
}
