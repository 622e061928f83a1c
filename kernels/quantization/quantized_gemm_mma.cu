// y[i][j] = scale_a * scale_b[j] * sum_k a[i][k] * b[j][k] + bias[j] for 8-bit integers or floats a and b on tensor cores by mma.sync:
// what quantized_gemm.cu computes, of integers in the same bits. Compute capability 8.0 and above, for floats 8.9.
//
// Moves m*k + n*k bytes and m*n elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 128x128 tile of y
// (common/mma_product.cuh). Operands whose rows start at multiples of 16 bytes are loaded by cp.async, others byte by byte, which is
// slower.
#include "common/mma_product.cuh"
#include "common/quantized_store.cuh"

template <class T, class Q>
__global__ void __launch_bounds__(256) quantized_gemm_mma(
    T* y,                                  // [m, n]
    const Q* a,                            // [m, k]
    const Q* b,                            // [n, k]
    const float* scale_a,                  // [1]
    const float* scale_b, i64 scale_step,  // [n], or [1] with a step of 0
    const T* bias, bool has_bias,          // [n]
    i64 m, i64 n, i64 k) {
#if __CUDA_ARCH__ >= 800
  if constexpr (QuantizedMathOf<Q>::exists) {
    mma_product<QuantizedMathOf<Q>, false, true>(a, b, quantized_problem(m, n, k), QuantizedStore<T>{y, n, {scale_a, scale_b, scale_step, {bias, has_bias}}}, k);
  } else {
    __trap();  // the host refuses it
  }
#else
  __trap();
#endif
}
