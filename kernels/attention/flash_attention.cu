// Scaled dot-product attention on tensor cores, for 16-bit floats and heads of 64, 128 or 256 columns: what attention.cu computes,
// with the same masks and special values. Compute capability 8.0 and above.
//
// A block takes 64 queries of one head, 16 to a warp, and goes over the keys that they see in tiles of 64, or of 32 where a
// head has 256 columns. While a tile is worked on, cp.async brings the next one into the other of two buffers. The products
// Q K^T stay in the accumulators of mma.sync, whose layout, rounded to 16 bits, is that of the left operand of P V; the maximum
// and the sum of the softmax run along in registers (common/flash_softmax.cuh; Dao 2023, FlashAttention-2). It computes
// 4 * pairs * Dim operations and reads K and V once for 64 queries. Masks cost only where a tile crosses their border.
//
// Of packed sequences (common/attention.cuh) rows of one head lie apart; blocks beyond the queries of a sequence have no work.
#include "common/flash_softmax.cuh"

constexpr int kFlashWarps = 4;
constexpr int kFlashBlock = 32 * kFlashWarps;
constexpr int kQueries = 16 * kFlashWarps;                      // of a block
template <int Dim> constexpr int kKeys = Dim <= 128 ? 64 : 32;  // of a tile

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class T, int Dim> struct FlashMemory {
  T q[kQueries][Dim];  // at the end the result
  T k[2][kKeys<Dim>][Dim], v[2][kKeys<Dim>][Dim];
};
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(kFlashBlock)
    flash_attention(T* y, float* log_sum_exp /* as y, without Dim */, bool has_log_sum_exp, const T* q, const T* k,
                    const T* v, const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets,
                    float scale, Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int kTile = kKeys<Dim>;
  constexpr int kSteps = Dim / 16;
  constexpr bool kHoldsQueries = Dim <= 128;  // in registers, all of which wider heads need for O
  extern __shared__ __align__(16) unsigned char memory[];
  auto& shared = *reinterpret_cast<FlashMemory<T, Dim>*>(memory);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * 16;
  const i64 tiles = (a.queries + kQueries - 1) / kQueries;
  const i64 head = blockIdx.x / tiles;
  // The last queries of a causal attention see the most keys: they begin first.
  const i64 block_query = (tiles - 1 - blockIdx.x % tiles) * kQueries;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (block_query >= a.queries) return;
  const i64 query_pitch = at.query_step * Dim, key_pitch = at.key_step * Dim;
  const i64 queries = a.queries - block_query < kQueries ? a.queries - block_query : kQueries;
  const Rows seen{keys_of(a, block_query).begin, keys_of(a, block_query + queries - 1).end};
  q += at.query * Dim + block_query * query_pitch;
  k += at.key * Dim;
  v += at.key * Dim;

  // The keys that one of the warp's queries sees, and those that all of them see.
  const i64 query = block_query + warp_row;
  const bool has_queries = warp_row < queries;
  const Rows any{keys_of(a, query).begin, keys_of(a, query + 15).end};
  const Rows all{keys_of(a, query + 15).begin, keys_of(a, query).end};
  const float factor = flash_factor(scale);
  u32 held[kHoldsQueries ? kSteps : 1][4];
  FlashSoftmax<T> rows;
  float o[Dim / 8][4] = {};
  fill_tile<kFlashBlock>(shared.q, q, queries, query_pitch);
  fill_tile<kFlashBlock>(shared.k[0], k + seen.begin * key_pitch, seen.end - seen.begin, key_pitch);
  fill_tile<kFlashBlock>(shared.v[0], v + seen.begin * key_pitch, seen.end - seen.begin, key_pitch);
  ptx::cp_async_wait_all();
  __syncthreads();
  if constexpr (kHoldsQueries) {
#pragma unroll
    for (int step = 0; step < kSteps; ++step) load_queries(held[step], shared.q, warp_row, step, scale < 0.0f);
  }
  int buffer = 0;
  for (i64 first = seen.begin; first < seen.end; first += kTile, buffer ^= 1) {
    const i64 next = first + kTile;
    if (next < seen.end) {
      fill_tile<kFlashBlock>(shared.k[buffer ^ 1], k + next * key_pitch, seen.end - next, key_pitch);
      fill_tile<kFlashBlock>(shared.v[buffer ^ 1], v + next * key_pitch, seen.end - next, key_pitch);
    }
    if (has_queries && first < any.end && next > any.begin) {
      float s[kTile / 8][4] = {};
      multiply_tile(s, shared.k[buffer], [&](u32(&fragment)[4], int step) {
        if constexpr (!kHoldsQueries) return load_queries(fragment, shared.q, warp_row, step, scale < 0.0f);
#pragma unroll
        for (int i = 0; i < 4; ++i) fragment[i] = held[kHoldsQueries ? step : 0][i];
      });
      // Products of the scale 0 become 0 before they meet the -inf of keys that are not seen.
      if (scale == 0.0f) {
#pragma unroll
        for (int i = 0; i < kTile / 2; ++i) s[i / 4][i % 4] *= 0.0f;
      }
      const bool is_border = first < all.begin || next > all.end;
      const auto seen_of = [&](int row) { return seen_within(keys_of(a, query + row), first, kTile); };
      if (is_border) hide_unseen(s, seen_of);
      float shrink[2];
      rows.weigh(s, shrink, factor);
#pragma unroll
      for (int i = 0; i < Dim / 2; ++i) o[i / 4][i % 4] *= shrink[i / 2 % 2];
      add_tile(o, s, shared.v[buffer], is_border, seen_of);
    }
    // The next tile is there for everyone, and no one reads this one any more.
    ptx::cp_async_wait_all();
    __syncthreads();
  }

  float normal[2];
#pragma unroll
  for (int h = 0; h < 2; ++h) normal[h] = rows.finish(h, scale, a, at, query + lane / 4 + 8 * h, has_log_sum_exp ? log_sum_exp : nullptr);
  y += at.query * Dim + query * query_pitch;
  if (has_queries) store_rows(y, shared.q, warp_row, queries - warp_row, o, normal, query_pitch);
#endif
}
