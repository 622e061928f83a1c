// y[i][j] = scale_a * scale_b[j] * sum_k a[i][k] * b[j][k] + bias[j] for 8-bit integers a and b on tensor cores by mma.sync, sm_80 and
// above: what quantized_gemm.cu computes, in the same bits.
//
// Moves m*k + n*k bytes and m*n elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 128x128 tile of y
// (common/mma_tile.cuh); the tiles lie along the grid's x in the order of common/tile_order.cuh. Operands whose rows start at
// multiples of 16 bytes are loaded by cp.async, others byte by byte, which is slower.
#include "common/mma_product.cuh"
#include "common/quantization.cuh"

template <class T> struct QuantizedStore {
  T* y;
  i64 pitch;
  ProductScale<T> scale;

  __device__ __forceinline__ const QuantizedStore& of(i64) const { return *this; }
  __device__ __forceinline__ void element(i64 row, i64 column, i32 sum) const { y[row * pitch + column] = scale((u32)sum, column); }
  __device__ __forceinline__ void pair(i64 row, i64 column, i32 first, i32 second) const {
    element(row, column, first);
    element(row, column + 1, second);
  }
};

template <class T>
__global__ void __launch_bounds__(256) quantized_gemm_mma(
    T* y,                                  // [m, n]
    const i8* a,                           // [m, k]
    const i8* b,                           // [n, k]
    const float* scale_a,                  // [1]
    const float* scale_b, i64 scale_step,  // [n], or [1] with a step of 0
    const T* bias, bool has_bias,          // [n]
    i64 m, i64 n, i64 k) {
#if __CUDA_ARCH__ >= 800
  const MatrixProblem problem{m, n, k, k, k, n, 1, 0, 0, 0};
  mma_product<Int8Math, false, true>(a, b, problem, QuantizedStore<T>{y, n, {scale_a, scale_b, scale_step, bias, has_bias}}, k);
#else
  __trap();  // the host refuses it
#endif
}
