// y[i][j] = sum_s scale_a[i][s] * scale_b[j / 128][s] * (sum over k of stage s of a[i][k] * b[j][k]) + bias[j] for 8-bit floats a and
// b by wgmma, sm_90a: what block_scaled_gemm.cu computes, for operands that tensor maps take, whose rows start at multiples of
// 16 bytes. Any m and n, k above 0.
//
// Moves m*k + n*k bytes, m*n elements and (m + n/128) * k/128 scales at least and computes 2*m*n*k operations, by blocks that walk over
// all tiles (common/wgmma_product.cuh). Tensor cores keep about 14 bits of the sums of 8-bit floats; those of a stage, 128 steps of k,
// leave them to be scaled and added in float. A thread's sums stand in two rows and in one block of b: it reads three scales for a
// stage straight from memory while the stage is multiplied (common/block_scales.cuh). y is written by TMA
// (common/tensor_store.cuh) or from registers.
#include "common/quantized_store.cuh"
#include "common/wgmma_product.cuh"

template <class T, class A, class B>
__global__ void __launch_bounds__(384, 1) block_scaled_gemm_wgmma(
    T* y,                                          // [m, n]
    const __grid_constant__ ptx::TensorMap map_a,  // [1, m, k]
    const __grid_constant__ ptx::TensorMap map_b,  // [1, n, k]
    const __grid_constant__ ptx::TensorMap map_y,  // of y in 16 bits, where a map takes it, [1, m, n]
    bool has_map_y,
    const float* scale_a,                          // [m, ceil(k / 128)]
    const float* scale_b,                          // [ceil(n / 128), ceil(k / 128)]
    const T* bias, bool has_bias,                  // [n]
    i64 m, i64 n, i64 k) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Math = WgmmaFloat8<A, B, kWgmmaColumns<A>>;
  const MatrixProblem problem = quantized_problem(m, n, k);
  const int stages = wgmma_stages<Math>(problem);
  using Store = QuantizedStore<T, ProductBias<T>>;
  const TensorStores<Store> stores{Store{y, n, {bias, has_bias}}, &map_y, has_map_y};
  wgmma_product<Math, 1, false, true>(map_a, map_b, problem, stores, 1, stages, BlockScales{scale_a, scale_b, m, stages});
#else
  __trap();  // the host refuses it
#endif
}
