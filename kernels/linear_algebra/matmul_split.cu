// C = alpha * op(A) * op(B) + beta * C on tensor cores where C has too few tiles to fill the device and k is long: k is cut into parts
// (split-K), whose sums blocks of their own leave in memory, as floats; a second kernel adds them in their order, so that the result
// is the same at every run; it also adds those of matmul_wgmma.cu. Otherwise as matmul_mma.cu.
//
// Moves 8*parts*m*n bytes more than it does.
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"

template <class T, bool TransposeA, bool TransposeB, int Products>
__global__ void __launch_bounds__(256) matmul_mma_parts(
    float* sums,  // [gridDim.z, batch, m, n]
    const T* a,   // [batch, m, k], or [batch, k, m] when transposed
    const T* b,   // [batch, k, n], or [batch, n, k] when transposed
    MatrixProblem problem,
    i64 depth) {  // steps along k of a part, a whole number of stages
#if __CUDA_ARCH__ >= 800
  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(a, b, problem, part_store(sums, problem), depth);
#else
  __trap();  // the host refuses it
#endif
}

// One thread to two elements of a row.
template <class T>
__global__ void __launch_bounds__(256) matmul_combine(
    T* c,               // [batch, m, n]
    const float* sums,  // [parts, batch, m, n]
    i32 parts, MatrixProblem problem, float alpha, float beta) {
  const i64 pairs = (problem.n + 1) / 2, elements = problem.m * problem.n;
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  const i64 column = thread % pairs * 2, row = thread / pairs % problem.m, matrix = thread / pairs / problem.m;
  if (matrix >= problem.batch) return;
  const bool has_second = column + 1 < problem.n;
  float first = 0.0f, second = 0.0f;
  for (i32 part = 0; part < parts; ++part) {
    const float* sum = sums + (part * problem.batch + matrix) * elements + row * problem.n + column;
    first += sum[0];
    if (has_second) second += sum[1];
  }
  const ScaledStore<T> store = ScaledStore<T>(c, problem, alpha, beta).of(matrix);
  if (has_second) {
    store.pair(row, column, first, second);
  } else {
    store.element(row, column, first);
  }
}
