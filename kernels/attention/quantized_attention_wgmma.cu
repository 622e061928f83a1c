// Scaled dot-product attention of 8-bit floats by wgmma and TMA, sm_90a, for heads of 64, 128 or 256 columns: what
// quantized_attention.cu computes, with the same masks and special values. Rows start at multiples of 16 bytes.
//
// Blocks as many as the device has multiprocessors take items of work in turn: 128 queries of one head (common/flash_wgmma.cuh). In each
// the first warpgroup gives its registers away: a thread of it brings the queries and tiles of 128 keys and values through rings of two
// places each, and three warps transpose the values (common/flash_transpose.cuh). The other warpgroups multiply, weigh and sum
// (common/flash_forward.cuh). It computes 4 * pairs * Dim operations and reads K and V once for as many queries as an item has.
//
// Weights are rounded to e4m3, 2^8 times as large as they are to the largest of the tiles so far: to 4 bits, and what is up to 2^-18 of
// it to 0. Their own sum is of the unrounded ones, in float. Of their products the tensor cores keep about 14 bits in a score, and in the
// sums of a tile of values; the tiles are summed in float, but those of 256 columns by the tensor cores, too.
//
// The result's type changes nothing but the stores: one kernel has those of all, which a number chooses between, in place of three kernels.
#include "common/attention_scales.cuh"
#include "common/flash_forward.cuh"

enum class ResultType : i32 { f32, f16, bf16 };  // FlashWgmma.cs

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// Four numbers that follow each other, rounded and written at once.
template <class Y> __device__ __forceinline__ void store_four(Y* to, float x, float y, float z, float w) {
  *reinterpret_cast<uint2*>(to) = uint2{pack_pair<Y>(x, y), pack_pair<Y>(z, w)};
}
__device__ __forceinline__ void store_four(float* to, float x, float y, float z, float w) { *reinterpret_cast<float4*>(to) = float4{x, y, z, w}; }

// What flash_forward makes of an item's sums.
template <int Dim> struct QuantizedFlashResult {
  void* y;
  ResultType type;
  const e4m3* q;
  const e4m3* k;
  const e4m3* v;
  AttentionScales scales;
  float factor_of_scores;

  // With NaN as with infinity no score of a key that is seen is finite, but only infinity leaves one that is not seen without weight.
  __device__ __forceinline__ float scale(const FlashWork& work) const {
    const float factor = scales.of_scores(factor_of_scores, work.head, work.a.group);
    return factor == factor ? factor : infinity<float>();
  }
  __device__ __forceinline__ float factor(const FlashWork& work, float normal) const {
    return normal == 0.0f ? 0.0f : normal * scales.of_values(work.head, work.a.group);
  }

  __device__ __forceinline__ void store(const FlashWork& work, i64 query, const float (&o)[Dim / 2], const float (&factor)[2]) const {
    if (type == ResultType::f32) store_rows(static_cast<float*>(y), work, query, o, factor);
    else if (type == ResultType::f16) store_rows(static_cast<f16*>(y), work, query, o, factor);
    else store_rows(static_cast<bf16*>(y), work, query, o, factor);
  }

  __device__ __forceinline__ void remake(const FlashWork& work, i64 query) const {
    if (type == ResultType::f32) remake_row(static_cast<float*>(y), work, query);
    else if (type == ResultType::f16) remake_row(static_cast<f16*>(y), work, query);
    else remake_row(static_cast<bf16*>(y), work, query);
  }

 private:
  template <class Y> __device__ __forceinline__ void remake_row(Y* y, const FlashWork& work, i64 query) const {
    attend_row<e4m3>(y, nullptr, q, k, v, scale(work), work.a, work.at, query, scales.of_values(work.head, work.a.group));
  }

  // The two rows of a lane. Of 16 columns it has four in a row: two even ones and two odd ones, which the transposed values have apart.
  template <class Y> __device__ __forceinline__ static void store_rows(Y* y, const FlashWork& work, i64 query, const float (&o)[Dim / 2], const float (&factor)[2]) {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const i64 row = query + lane / 4 + 8 * h;
      if (row >= work.a.queries) continue;
      Y* to = y + (work.at.query + row * work.at.query_step) * Dim + lane % 4 * 4;
#pragma unroll
      for (int n = 0; n < Dim / 16; ++n) {
        const int even = 8 * n + 2 * h, odd = even + 4;
        store_four(to + 16 * n, o[even] * factor[h], o[odd] * factor[h], o[even + 1] * factor[h], o[odd + 1] * factor[h]);
      }
    }
  }
};
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(FlashShapeOf<T, Dim>::kThreads, 1) quantized_attention_wgmma(
    void* y, float* log_sum_exp /* as y, without Dim */, bool has_log_sum_exp, const T* q, const T* k, const T* v,
    const float* scale_q /* [heads of one entry], or [1] with a step of 0 */, i64 step_q, const float* scale_k, i64 step_k,
    const float* scale_v, i64 step_v, float scale, i64 heads, Attention a,
    const __grid_constant__ ptx::TensorMap map_q,  // [heads, Dim / 128, queries, 128], or 64 twice; boxes of all columns of an item's queries
    const __grid_constant__ ptx::TensorMap map_k,  // [heads / group, Dim / 128, keys, 128], boxes of all columns of a tile
    const __grid_constant__ ptx::TensorMap map_v, int heads_at_once, ResultType type) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashShapeOf<T, Dim>;
  static_assert(Shape::kThreads == 384 && Shape::kSharedBytes == (Dim == 64 ? 57'456 : Dim == 128 ? 114'800 : 229'488),
                "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  const AttentionScales scales{scale_q, step_q, scale_k, step_k, scale_v, step_v, heads};
  a.packed_heads = 0;  // as it is; the compiler, which knows it now, leaves out the numbers of packed sequences and their registers
  flash_forward<T, Dim>(QuantizedFlashResult<Dim>{y, type, q, k, v, scales, scale}, ptx::smem_u32(shared), has_log_sum_exp ? log_sum_exp : nullptr, map_q, map_k, map_v,
                        nullptr, nullptr, heads_at_once, a);
#else
  __trap();  // the host refuses it
#endif
}
