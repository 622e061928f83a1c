// y[i][j] = scale_a * scale_b[j] * sum_k a[i][k] * b[j][k] + bias[j] for 8-bit integers or floats a and b, row-major: a dense layer whose
// weights and inputs are quantised. The sums of integers are exact in 32 bits, those of floats are formed in float; they are scaled in
// float (double for double) and rounded once.
//
// Moves m*k + n*k bytes and m*n elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 64x64 tile of y
// (common/simt_product.cuh); the tiles lie along the grid's x, rows of tiles first.
#include "common/quantized_store.cuh"
#include "common/simt_product.cuh"

template <class T, class Q>
__global__ void __launch_bounds__(kTileThreads) quantized_gemm(
    T* y,                                  // [m, n]
    const Q* a,                            // [m, k]
    const Q* b,                            // [n, k]
    const float* scale_a,                  // [1]
    const float* scale_b, i64 scale_step,  // [n], or [1] with a step of 0
    const T* bias, bool has_bias,          // [n]
    i64 m, i64 n, i64 k) {
  simt_product<false, true>(a, b, quantized_problem(m, n, k), QuantizedStore<T>{y, n, {scale_a, scale_b, scale_step, {bias, has_bias}}});
}
