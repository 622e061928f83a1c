// C = alpha * op(A) * op(B) + beta * C by wgmma, sm_90a: the product of matmul.cu for operands that tensor maps take, whose rows start at
// multiples of 16 bytes. Of 16-bit floats, or of floats that are rounded to tf32 (8 bits of exponent, 10 of mantissa), of which wgmma
// takes A as [m, k] and B as [n, k] alone. Any m and n, k above 0.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations, by blocks that walk over all tiles
// (common/wgmma_product.cuh). Sums are formed in float and rounded once. Floats are rounded by TMA, to the nearest as by matmul_mma.cu,
// but from halfway between two tf32 to the even one.
#include "common/scaled_store.cuh"
#include "common/wgmma_product.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(384, 1) matmul_wgmma(
    T* c,                                          // [batch, m, n]
    const __grid_constant__ ptx::TensorMap map_a,  // [batch or 1, m, k], or [.., k, m] when transposed
    const __grid_constant__ ptx::TensorMap map_b,  // [batch or 1, k, n], or [.., n, k] when transposed
    MatrixProblem problem, float alpha, float beta) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  wgmma_product<WgmmaMath<T>, TransposeA, TransposeB>(map_a, map_b, problem, ScaledStore<T>(c, problem, alpha, beta));
#else
  __trap();  // the host refuses it
#endif
}
