// y[i][j] = scale_a * scale_b[j] * sum_k a[i][k] * b[j][k] + bias[j] for 8-bit integers or floats a and b by wgmma, sm_90a: what
// quantized_gemm.cu computes, of integers in the same bits, for operands that tensor maps take, whose rows start at multiples of
// 16 bytes. Any m and n, k above 0.
//
// Moves m*k + n*k bytes and m*n elements at least and computes 2*m*n*k operations, by blocks that walk over all tiles
// (common/wgmma_product.cuh). y is written by TMA (common/tensor_store.cuh) or from registers. Tensor cores keep about 14 bits of the
// sums of 8-bit floats; each 128 steps of k are summed there, and the rest in float.
#include "common/quantized_store.cuh"
#include "common/wgmma_product.cuh"

template <class T, class Q>
__global__ void __launch_bounds__(384, 1) quantized_gemm_wgmma(
    T* y,                                          // [m, n]
    const __grid_constant__ ptx::TensorMap map_a,  // [1, m, k]
    const __grid_constant__ ptx::TensorMap map_b,  // [1, n, k]
    const __grid_constant__ ptx::TensorMap map_y,  // of y in 16 bits, where a map takes it, [1, m, n]
    bool has_map_y,
    const float* scale_a,                          // [1]
    const float* scale_b, i64 scale_step,          // [n], or [1] with a step of 0
    const T* bias, bool has_bias,                  // [n]
    i64 m, i64 n, i64 k) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Store = QuantizedStore<T>;
  const TensorStores<Store> stores{Store{y, n, {scale_a, scale_b, scale_step, {bias, has_bias}}}, &map_y, has_map_y};
  wgmma_product<WgmmaMath<Q>, 1, false, true>(map_a, map_b, quantized_problem(m, n, k), stores);
#else
  __trap();  // the host refuses it
#endif
}
