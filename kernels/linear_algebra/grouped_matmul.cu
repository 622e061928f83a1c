// C[r, n] = sum over k of A[r, k] * B[g][k, n] for the rows r of each group g, from offsets[g] to before offsets[g + 1]: many products
// of different heights in one launch (a mixture of experts), when only the device knows the heights. Rows of no group are not written.
//
// Moves (rows * (k + n) + groups * k * n) elements at least and computes 2 * rows * k * n operations. A block makes a tile of one group
// (common/group_tile.cuh), so that a group's last tile may be mostly empty; it finds its group by a bisection of the offsets.
//
// grouped_matmul_simt makes tiles of 64x64 on the ordinary arithmetic units (common/tile_product.cuh), grouped_matmul_staged, of float and
// double from sm_80 on, those of common/staged_product.cuh, where k has four slices, grouped_matmul_mma, of 16-bit floats from sm_80 on,
// tiles of 128x128 on tensor cores by mma.sync (common/mma_product.cuh), and grouped_matmul_wgmma on sm_90a tiles of 128x256 by wgmma
// (common/wgmma_product.cuh), where rows start at multiples of 16 bytes: TMA brings the rows after a group's last one too, and nothing of
// them is stored. Sums are formed in sum_t and rounded once.
#include "common/group_tile.cuh"
#include "common/matrix_rows.cuh"
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"
#include "common/staged_product.cuh"
#include "common/tile_product.cuh"
#include "common/wgmma_product.cuh"

template <class T, bool TransposeB>
__global__ void __launch_bounds__(kTileThreads) grouped_matmul_simt(
    T* c,                // [rows, n]
    const T* a,          // [rows, k]
    const T* b,          // [groups, k, n], or [groups, n, k] when transposed
    const int* offsets,  // [groups + 1]
    MatrixProblem p) {
  const GroupTile tile = group_tile<kTile, kTile>(offsets, p);
  if (tile.rows == 0) return;  // the whole block
  sum_t<T> sum[kPiece][kPiece] = {};
  const MatrixRows<false, T> left{a + tile.first * p.lda, tile.rows, p.k, p.lda, 1};
  const MatrixRows<!TransposeB, T> right{b + tile.group * p.batch_b, p.n, p.k, TransposeB ? p.ldb : 1, TransposeB ? 1 : p.ldb};
  multiply_tile(sum, left, right, tile.first_row, tile.first_column, 0, p.k);
  const ScaledStore<T> store(c + tile.first * p.ldc, p.ldc, 0, compute_t<T>(1), compute_t<T>(0));
  store_tile(sum, tile.first_row, tile.first_column, tile.rows, p.n, [&](i64 row, i64 column, sum_t<T> value) { store.element(row, column, value); });
}

template <class T, bool TransposeB>
__global__ void __launch_bounds__(128, 2) grouped_matmul_staged(
    T* c,                // [rows, n]
    const T* a,          // [rows, k]
    const T* b,          // [groups, k, n], or [groups, n, k] when transposed
    const int* offsets,  // [groups + 1]
    MatrixProblem p) {
#if __CUDA_ARCH__ >= 800
  using Tile = StagedTile<T>;
  __shared__ typename Tile::Stage stages[kSliceStages];
  const GroupTile tile = group_tile<Tile::kRows, Tile::kColumns>(offsets, p);
  if (tile.rows == 0) return;  // the whole block
  const StagedLeft<T, false> left{a + tile.first * p.lda, tile.rows, p.lda};
  const StagedRight<T, TransposeB> right{b + tile.group * p.batch_b, p.n, p.ldb};
  T sum[Tile::kPieceRows][Tile::kPieceColumns];
  multiply_staged_tile<T>(sum, stages, left, right, tile.first_row, tile.first_column, p.k);
  store_staged_tile<T>(sum, tile.first_row, tile.first_column, tile.rows, p.n, ScaledStore<T, false>(c + tile.first * p.ldc, p.ldc, 0, T(1), T(0)));
#else
  __trap();  // the host refuses it
#endif
}

template <class T, bool TransposeB>
__global__ void __launch_bounds__(256) grouped_matmul_mma(
    T* c,                // [rows, n]
    const T* a,          // [rows, k]
    const T* b,          // [groups, k, n], or [groups, n, k] when transposed
    const int* offsets,  // [groups + 1]
    MatrixProblem p) {
#if __CUDA_ARCH__ >= 800
  const GroupTile tile = group_tile<kMmaTile, kMmaTile>(offsets, p);
  if (tile.rows == 0) return;  // the whole block
  const auto left = matrix_operand<false>(a + tile.first * p.lda, tile.rows, p.k, p.lda, tile.first_row);
  const auto right = matrix_operand<!TransposeB>(b + tile.group * p.batch_b, p.n, p.k, p.ldb, tile.first_column);
  mma_tile_product<HalfMath<T>>(left, right, tile.first_row, tile.first_column, tile.rows, p.n, 0, p.k, ScaledStore<T>(c + tile.first * p.ldc, p.ldc, 0, 1.0f, 0.0f));
#else
  __trap();  // the host refuses it
#endif
}

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// The tiles of the groups to walk over.
template <int Columns> struct WgmmaGroupItems {
  const int* offsets;
  const MatrixProblem& p;
  int stages;
  i64 columns, down, across, count;

  __device__ __forceinline__ WgmmaGroupItems(const int* offsets, const MatrixProblem& p, int stages)
      : offsets(offsets), p(p), stages(stages), columns(p.n), down(group_tile_rows<kWgmmaRows>(p)), across((p.n + Columns - 1) / Columns), count(down * across) {}

  __device__ __forceinline__ WgmmaItem item(i64 index) const {
    const GroupTile tile = group_tile<kWgmmaRows, Columns>(offsets, p, tile_place(index, down, across));
    return {tile.first + tile.first_row, tile.first_column, tile.first + tile.rows, tile.group, 0, 0, tile.rows == 0 ? 0 : stages};
  }
};
#endif

template <class T, bool TransposeB>
__global__ void __launch_bounds__(384, 1) grouped_matmul_wgmma(
    T* c,                                          // [rows, n]
    const __grid_constant__ ptx::TensorMap map_a,  // [1, rows, k]
    const __grid_constant__ ptx::TensorMap map_b,  // [groups or 1, k, n], or [.., n, k] when transposed
    const int* offsets,                            // [groups + 1]
    MatrixProblem p) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Math = WgmmaMath<T>;
  const int stages = wgmma_stages<Math>(p);
  const WgmmaMatrices<Math, false, kWgmmaRows, 0, 1> a{&map_a, 1, stages};
  const WgmmaMatrices<Math, !TransposeB, Math::kColumns, 1, 1> b{&map_b, p.batch_b == 0 ? 1 : p.batch, stages};
  wgmma_walk<Math, 1>(a, b, WgmmaGroupItems<Math::kColumns>(offsets, p, stages), ScaledStore<T>(c, p.ldc, 0, 1.0f, 0.0f));
#else
  __trap();  // the host refuses it
#endif
}
