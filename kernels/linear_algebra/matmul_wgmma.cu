// C = alpha * op(A) * op(B) + beta * C by wgmma, sm_90a: the product of matmul.cu for operands that tensor maps take, whose rows start at
// multiples of 16 bytes. Of 16-bit floats, or of floats that are rounded to tf32 (8 bits of exponent, 10 of mantissa), of which wgmma
// takes A as [m, k] and B as [n, k] alone, or of floats that a kernel of their own splits into sums of two tf32 first, of which three
// products are taken: any layout becomes such rows of k then. Any m and n, k above 0.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations, or three times as many, by blocks that walk over all tiles
// (common/wgmma_product.cuh), 128 rows by Columns columns, in clusters of Blocks blocks; two warpgroups of a block make each tile
// together, or with Pingpong tiles of their own in turn. C is written by TMA (common/tensor_store.cuh) or from registers. Where the
// tiles are too few to fill the device and k is long, k is cut into parts, whose sums are left in memory as floats and added by
// matmul_split.cu: 8*parts*m*n bytes more. Splitting floats moves three times the bytes of an operand more, and the parts are twice as
// large as it. Sums are formed in float and rounded once. Floats are rounded by TMA, to the nearest as by matmul_mma.cu, but from
// halfway between two tf32 to the even one.
#include "common/scaled_store.cuh"
#include "common/tf32_parts.cuh"
#include "common/wgmma_product.cuh"

template <class T, bool TransposeA, bool TransposeB, int Products, int Columns, int Blocks, bool Pingpong>
__global__ void __launch_bounds__(384, 1) matmul_wgmma(
    void* to,                                      // C, [batch, m, n], or of several parts their sums (common/part_sums.cuh)
    const __grid_constant__ ptx::TensorMap map_a,  // [batch or 1, m, k], or [.., k, m] when transposed; of parts [2 * .., m, k]
    const __grid_constant__ ptx::TensorMap map_b,  // [batch or 1, k, n], or [.., n, k] when transposed; of parts [2 * .., n, k]
    const __grid_constant__ ptx::TensorMap map_c,  // of C as one part, 16 bits, beta = 0, where a map takes it, [batch, m, n]
    bool has_map_c, MatrixProblem problem, float alpha, float beta, i32 parts, i32 part_stages) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  if (parts > 1) ptx::grid_dependency_launch();  // the kernel that adds them may be set up
  using Whole = TensorStores<ScaledStore<T>>;
  const WholeOrParts<Whole, PartSums> stores{Whole{ScaledStore<T>((T*)to, problem, alpha, beta), &map_c, has_map_c}, part_sums((float*)to, problem), parts == 1};
  using Math = typename WgmmaMathOf<T, Products, Columns>::type;
  wgmma_product<Math, Blocks, TransposeA, TransposeB, typename WgmmaScheduleOf<Pingpong>::type>(map_a, map_b, problem, stores, parts, part_stages);
#else
  __trap();  // the host refuses it
#endif
}

// One block of 256 threads to each tile of each matrix, through shared memory: a warp reads along the rows of x and writes along k.
template <bool Transposed>
__global__ void __launch_bounds__(256) split_tf32(
    float* parts,    // [2, batch, rows, pitch], the small parts and then the big ones
    const float* x,  // [batch, rows, k], or [batch, k, rows] when transposed
    i64 rows, i64 k, i64 leading, i64 step, i64 batch, i64 pitch) {
#if __CUDA_ARCH__ >= 800
  constexpr int kSplitTile = 32;  // rows and steps along k of a block
  __shared__ float tile[kSplitTile][kSplitTile + 1];
  const i64 down = (rows + kSplitTile - 1) / kSplitTile, across = (k + kSplitTile - 1) / kSplitTile;
  const i64 first_row = blockIdx.x % down * kSplitTile, first_k = blockIdx.x / down % across * kSplitTile, matrix = blockIdx.x / (down * across);
  const int lane = threadIdx.x % 32, warp = (int)threadIdx.x / 32;
  x += matrix * step;
  for (int i = warp; i < kSplitTile; i += 8) {
    const int r = Transposed ? lane : i, c = Transposed ? i : lane;
    const i64 row = first_row + r, column = first_k + c;
    if (row < rows && column < k) tile[r][c] = x[Transposed ? column * leading + row : row * leading + column];
  }
  __syncthreads();
  for (int i = warp; i < kSplitTile; i += 8) {
    const i64 row = first_row + i, column = first_k + lane;
    if (row < rows && column < k) {
      const Tf32Parts split = tf32_parts(tile[i][lane]);
      float* to = parts + (matrix * rows + row) * pitch + column;
      to[0] = __uint_as_float(split.small);
      to[batch * rows * pitch] = __uint_as_float(split.big);
    }
  }
#else
  __trap();  // the host refuses it
#endif
}
