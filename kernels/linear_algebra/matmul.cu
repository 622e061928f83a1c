// C = alpha * op(A) * op(B) + beta * C, row-major, batched, where op transposes or not. Any m, n, k; any leading dimensions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 64x64 tile of C:
// it steps along k in slices of 16 that it stages in shared memory, and each thread keeps a 4x4 piece of the tile in registers,
// so that a value read from shared memory is used four times. The tiles of one matrix lie along the grid's x (rows of tiles
// first), the matrices of a batch along y. Sums are formed in sum_t: float for 16-bit floats, rounded once at the end.
// Invariant of the loop: between the two barriers the whole slice [k0, k0 + 16) of both operands lies in shared memory, zero
// beyond the edges, so that the inner loop needs no guard.
#include "common/compute.cuh"

constexpr int kTile = 64;     // rows and columns of C per block
constexpr int kSlice = 16;    // steps along k per round
constexpr int kPiece = 4;     // rows and columns of C per thread
constexpr int kThreads = (kTile / kPiece) * (kTile / kPiece);
static_assert(kThreads == 256, "the launcher starts 256 threads");
static_assert((kTile * kSlice) % kThreads == 0, "the threads load a slice in whole rounds");

// Loads the slice `rows x [k0, k0 + 16)` of an operand whose element (row, k) stands at row * row_step + k * k_step. Neighbouring
// threads take neighbouring elements along the dimension that is dense in memory.
template <bool RowsAreDense, class T>
__device__ __forceinline__ void load_slice(sum_t<T> (&slice)[kSlice][kTile + 1], const T* x, i64 first_row, i64 rows, i64 k0, i64 k, i64 row_step, i64 k_step) {
  for (int i = threadIdx.x; i < kTile * kSlice; i += kThreads) {
    const int r = RowsAreDense ? i % kTile : i / kSlice;
    const int s = RowsAreDense ? i / kTile : i % kSlice;
    const bool inside = first_row + r < rows && k0 + s < k;
    slice[s][r] = inside ? (sum_t<T>)up(x[(first_row + r) * row_step + (k0 + s) * k_step]) : sum_t<T>(0);
  }
}

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(kThreads) matmul_simt(
    T* c,            // [batch, m, n], rows ldc apart
    const T* a,      // [batch, m, k], or [batch, k, m] when transposed; rows lda apart
    const T* b,      // [batch, k, n], or [batch, n, k] when transposed; rows ldb apart
    i64 m, i64 n, i64 k, i64 lda, i64 ldb, i64 ldc,
    i64 batch, i64 batch_a, i64 batch_b, i64 batch_c,  // matrices, and the steps between them
    compute_t<T> alpha, compute_t<T> beta) {
  __shared__ sum_t<T> slice_a[kSlice][kTile + 1];  // one column of padding: the transposing store hits 16 different banks
  __shared__ sum_t<T> slice_b[kSlice][kTile + 1];

  const i64 tiles_across = (n + kTile - 1) / kTile;
  const i64 first_row = blockIdx.x / tiles_across * kTile;
  const i64 first_column = blockIdx.x % tiles_across * kTile;
  const int piece_row = threadIdx.x / (kTile / kPiece) * kPiece;
  const int piece_column = threadIdx.x % (kTile / kPiece) * kPiece;

  for (i64 matrix = blockIdx.y; matrix < batch; matrix += gridDim.y) {
    const T* a_matrix = a + matrix * batch_a;
    const T* b_matrix = b + matrix * batch_b;
    sum_t<T> sum[kPiece][kPiece] = {};
    for (i64 k0 = 0; k0 < k; k0 += kSlice) {
      load_slice<TransposeA>(slice_a, a_matrix, first_row, m, k0, k, TransposeA ? 1 : lda, TransposeA ? lda : 1);
      load_slice<!TransposeB>(slice_b, b_matrix, first_column, n, k0, k, TransposeB ? ldb : 1, TransposeB ? 1 : ldb);
      __syncthreads();
#pragma unroll
      for (int s = 0; s < kSlice; ++s) {
        sum_t<T> left[kPiece], right[kPiece];
#pragma unroll
        for (int i = 0; i < kPiece; ++i) {
          left[i] = slice_a[s][piece_row + i];
          right[i] = slice_b[s][piece_column + i];
        }
#pragma unroll
        for (int i = 0; i < kPiece; ++i) {
#pragma unroll
          for (int j = 0; j < kPiece; ++j) sum[i][j] += left[i] * right[j];
        }
      }
      __syncthreads();  // the next round overwrites the slices
    }

#pragma unroll
    for (int i = 0; i < kPiece; ++i) {
#pragma unroll
      for (int j = 0; j < kPiece; ++j) {
        const i64 row = first_row + piece_row + i, column = first_column + piece_column + j;
        if (row >= m || column >= n) continue;
        T* out = c + matrix * batch_c + row * ldc + column;
        // beta = 0 must not read C: it may hold anything, NaN included.
        const sum_t<T> scaled = (sum_t<T>)alpha * sum[i][j];
        *out = down<T>((compute_t<T>)(beta == compute_t<T>(0) ? scaled : scaled + (sum_t<T>)beta * (sum_t<T>)up(*out)));
      }
    }
  }
}
