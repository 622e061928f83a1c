// C = alpha * op(A) * op(B) + beta * C on tensor cores by mma.sync, sm_80 and above: the product of matmul.cu, any m, n, k, leading
// dimensions and transpositions. Of 16-bit floats, or of floats that are rounded to tf32 (8 bits of exponent, 10 of mantissa), or split
// into the sum of two tf32, of which three products are taken: the fourth is below float's own rounding.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations, or three times as many. One block of 256 threads makes a
// 128x128 tile of C (common/mma_product.cuh). An operand whose rows start at multiples of 16 bytes is loaded by cp.async; another one
// element by element, which is slower. Sums are formed in float and rounded once. A float above tf32's largest, 3.4011e38, becomes
// infinite where it rounds up; an infinite element makes what it is multiplied with NaN where operands are split.
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"

template <class T, bool TransposeA, bool TransposeB, int Products>
__global__ void __launch_bounds__(256) matmul_mma(
    T* c,        // [gridDim.y, m, n]
    const T* a,  // [gridDim.y, m, k], or [gridDim.y, k, m] when transposed
    const T* b,  // [gridDim.y, k, n], or [gridDim.y, n, k] when transposed
    MatrixProblem problem, float alpha, float beta) {
#if __CUDA_ARCH__ >= 800
  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(a, b, problem, ScaledStore<T>(c, problem, alpha, beta), problem.k);
#else
  __trap();  // the host refuses it
#endif
}
