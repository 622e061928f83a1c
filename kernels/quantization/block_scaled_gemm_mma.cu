// y[i][j] = sum_s scale_a[i][s] * scale_b[j / 128][s] * (sum over k of stage s of a[i][k] * b[j][k]) + bias[j] for 8-bit floats a and
// b on tensor cores by mma.sync: what block_scaled_gemm.cu computes. Compute capability 8.9 and above.
//
// Moves m*k + n*k bytes, m*n elements and (m + n/128) * k/128 scales at least and computes 2*m*n*k operations. One block of 256 threads
// makes a 128x128 tile of y (common/mma_product.cuh), whose stages are 128 steps of k: the tensor cores sum the products of one, the
// ordinary units add the stages with their scales (common/block_scales.cuh). Operands whose rows start at multiples of 16 bytes are
// loaded by cp.async, others byte by byte, which is slower.
#include "common/mma_product.cuh"
#include "common/quantized_store.cuh"

template <class T, class A, class B>
__global__ void __launch_bounds__(256) block_scaled_gemm_mma(
    T* y,                          // [m, n]
    const A* a,                    // [m, k]
    const B* b,                    // [n, k]
    const float* scale_a,          // [m, ceil(k / 128)]
    const float* scale_b,          // [ceil(n / 128), ceil(k / 128)]
    const T* bias, bool has_bias,  // [n]
    i64 m, i64 n, i64 k) {
#if __CUDA_ARCH__ >= 890
  const QuantizedStore<T, ProductBias<T>> store{y, n, {bias, has_bias}};
  mma_product<Float8Math<A, B>, false, true>(a, b, quantized_problem(m, n, k), store, k, BlockScales{scale_a, scale_b, m, (k + kScaleBlock - 1) / kScaleBlock});
#else
  __trap();  // the host refuses it
#endif
}
