// C = alpha * op(A) * op(B) + beta * C of 16-bit floats on tensor cores by mma.sync, sm_80 and above: the product of matmul.cu, any
// m, n, k, leading dimensions and transpositions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 128x128 tile of C
// (common/mma_product.cuh). An operand whose rows start at multiples of 16 bytes is loaded by cp.async; another one element by
// element, which is slower. Sums are formed in float and rounded once.
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(256) matmul_mma(
    T* c,        // [gridDim.y, m, n]
    const T* a,  // [gridDim.y, m, k], or [gridDim.y, k, m] when transposed
    const T* b,  // [gridDim.y, k, n], or [gridDim.y, n, k] when transposed
    MatrixProblem problem, float alpha, float beta) {
#if __CUDA_ARCH__ >= 800
  mma_product<HalfMath<T>, TransposeA, TransposeB>(a, b, problem, ScaledStore<T>(c, problem, alpha, beta), problem.k);
#else
  __trap();  // the host refuses it
#endif
}
