// C = alpha * op(A) * op(B) + beta * C on tensor cores where C has too few tiles to fill the device and k is long: k is cut into parts
// (split-K), whose sums blocks of their own leave in memory, as floats; a second kernel adds them in their order, so that the result
// is the same at every run; it also adds those of matmul_wgmma.cu. Otherwise as matmul_mma.cu.
//
// Moves 8*parts*m*n bytes more than it does.
#include "common/mma_product.cuh"
#include "common/ptx/fence.cuh"
#include "common/scaled_store.cuh"

template <class T, bool TransposeA, bool TransposeB, int Products>
__global__ void __launch_bounds__(256) matmul_mma_parts(
    float* sums,  // [gridDim.z, batch, m, n]
    const T* a,   // [batch, m, k], or [batch, k, m] when transposed
    const T* b,   // [batch, k, n], or [batch, n, k] when transposed
    MatrixProblem problem,
    i64 depth) {  // steps along k of a part, a whole number of stages
#if __CUDA_ARCH__ >= 800
#if __CUDA_ARCH__ >= 900
  ptx::grid_dependency_launch();  // the kernel that adds may be set up
#endif
  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(a, b, problem, part_store(sums, problem), depth);
#else
  __trap();  // the host refuses it
#endif
}

// Where two elements of a row are that a thread adds.
struct CombinedPair {
  i64 column, row, matrix;
};
template <class Index> __device__ __forceinline__ CombinedPair combined_pair(i64 thread, const MatrixProblem& p) {
  const Index pairs = (Index)((p.n + 1) / 2), row = (Index)thread / pairs, matrix = row / (Index)p.m;
  return {(i64)((Index)thread - row * pairs) * 2, (i64)(row - matrix * (Index)p.m), (i64)matrix};
}

// One thread to two elements of a row. It is set up while the parts are made, where the device can, and waits for them itself.
template <class T>
__global__ void __launch_bounds__(256) matmul_combine(
    T* c,               // [batch, m, n]
    const float* sums,  // [parts, batch, m, n]
    i32 parts, MatrixProblem problem, float alpha, float beta) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  ptx::grid_dependency_wait();
#endif
  const i64 elements = problem.m * problem.n, step = problem.batch * elements, count = (problem.n + 1) / 2 * problem.m * problem.batch;
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (thread >= count) return;
  const auto [column, row, matrix] = count <= 0x7fffffff ? combined_pair<u32>(thread, problem) : combined_pair<i64>(thread, problem);
  const bool has_second = column + 1 < problem.n;
  const float* sum = sums + matrix * elements + row * problem.n + column;
  float first = 0.0f, second = 0.0f;
  if (problem.n % 2 == 0) {
#pragma unroll 4
    for (i32 part = 0; part < parts; ++part, sum += step) {
      const float2 both = *reinterpret_cast<const float2*>(sum);
      first += both.x;
      second += both.y;
    }
  } else {
    for (i32 part = 0; part < parts; ++part, sum += step) {
      first += sum[0];
      if (has_second) second += sum[1];
    }
  }
  const ScaledStore<T> store = ScaledStore<T>(c, problem, alpha, beta).of(matrix);
  if (has_second) {
    store.pair(row, column, first, second);
  } else {
    store.element(row, column, first);
  }
}
