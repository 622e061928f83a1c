// C = alpha * op(A) * op(B) + beta * C of floats on tensor cores by mma.sync, sm_80 and above: the product of matmul.cu with operands
// rounded to tf32 (8 bits of exponent, 10 of mantissa), or split into the sum of two tf32, of which three products are taken: the
// fourth is below float's own rounding. Any m, n, k, leading dimensions and transpositions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations, or three times as many. One block of 256 threads makes a
// 128x128 tile of C (common/mma_product.cuh). Sums are formed in float. A number above tf32's largest, 3.4011e38, becomes infinite
// where it rounds up; an infinite element makes what it is multiplied with NaN where operands are split.
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"

template <bool TransposeA, bool TransposeB, int Products>
__global__ void __launch_bounds__(256) matmul_tf32(
    float* c,        // [gridDim.y, m, n]
    const float* a,  // [gridDim.y, m, k], or [gridDim.y, k, m] when transposed
    const float* b,  // [gridDim.y, k, n], or [gridDim.y, n, k] when transposed
    MatrixProblem problem, float alpha, float beta) {
#if __CUDA_ARCH__ >= 800
  mma_product<Tf32Math<Products>, TransposeA, TransposeB>(a, b, problem, ScaledStore<float>(c, problem, alpha, beta), problem.k);
#else
  __trap();  // the host refuses it
#endif
}
