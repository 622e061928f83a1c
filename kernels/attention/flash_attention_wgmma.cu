// Scaled dot-product attention by wgmma and TMA, sm_90a, for 16-bit floats and heads of 64, 128 or 256 columns: what attention.cu
// computes, with the same masks and special values. Rows start at multiples of 16 bytes.
//
// Blocks as many as the device has multiprocessors take items of work in turn: 128 queries of one head, or 192 of 64 columns
// (common/flash_wgmma.cuh). In each the first warpgroup gives its registers away and brings the queries and tiles of 128 or 80 keys and
// values through rings of two places each; the others multiply, weigh and sum (common/flash_forward.cuh). It computes
// 4 * pairs * Dim operations and reads K and V once for as many queries as an item has.
#include "common/flash_forward.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// What flash_forward makes of an item's sums.
template <class T, int Dim> struct FlashResult {
  T* y;
  const T* q;
  const T* k;
  const T* v;
  float factor_of_scores;

  __device__ __forceinline__ float scale(const FlashWork&) const { return factor_of_scores; }
  __device__ __forceinline__ float factor(const FlashWork&, float normal) const { return normal; }
  __device__ __forceinline__ void store(const FlashWork& work, i64 query, const float (&o)[Dim / 2], const float (&factor)[2]) const {
    const i64 pitch = work.at.query_step * Dim;
    store_flash_rows<T, Dim>(y + work.at.query * Dim + query * pitch, pitch, work.a.queries - query, o, factor);
  }
  __device__ __forceinline__ void remake(const FlashWork& work, i64 query) const { attend_row<T>(y, nullptr, q, k, v, factor_of_scores, work.a, work.at, query); }
};
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(FlashShape<Dim>::kThreads, 1) flash_attention_wgmma(
    T* y, float* log_sum_exp /* as y, without Dim */, bool has_log_sum_exp, const T* q, const T* k, const T* v,
    const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale, Attention a,
    const __grid_constant__ ptx::TensorMap map_q,  // [heads, Dim / 64, queries, 64], boxes of all columns of an item's queries
    const __grid_constant__ ptx::TensorMap map_k,  // [heads / group, Dim / 64, keys, 64], boxes of all columns of a tile
    const __grid_constant__ ptx::TensorMap map_v, int heads_at_once) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashShape<Dim>;
  static_assert(Shape::kThreads == (Dim == 64 ? 512 : 384) && Shape::kSharedBytes == (Dim == 64 ? 90'192 : Dim == 128 ? 163'920 : 229'456),
                "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  flash_forward<T, Dim>(FlashResult<T, Dim>{y, q, k, v, scale}, ptx::smem_u32(shared), has_log_sum_exp ? log_sum_exp : nullptr, map_q, map_k, map_v,
                        query_offsets, key_offsets, heads_at_once, a);
#else
  __trap();  // the host refuses it
#endif
}
