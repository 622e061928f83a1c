// Scaled dot-product attention on tensor cores, for 16-bit floats and heads of 64, 128 or 256 columns: what attention.cu computes,
// with the same masks and special values. Compute capability 8.0 and above.
//
// A block takes 128 queries of one head, 32 to a warp, or 64 and 16 where a head has 256 columns, and goes over the keys that they
// see in tiles of 64. Keys and values have one buffer each: cp.async brings the values of a tile during its products with the queries,
// and the next keys while the weights are made and multiplied with the values; there is a barrier before either. What ldmatrix
// reads of a tile serves all of a warp's rows: with 16, shared memory would take longer than the tensor cores. The products Q K^T stay in the
// accumulators of mma.sync, whose layout, rounded to 16 bits, is that of the left operand of P V; the maximum and the sum of the
// softmax run along in registers (common/flash_softmax.cuh; Dao 2023, FlashAttention-2). It computes 4 * pairs * Dim operations
// and reads K and V once for the queries of a block. Masks cost only where a tile crosses their border.
//
// Of packed sequences (common/attention.cuh) rows of one head lie apart; blocks beyond the queries of a sequence have no work.
#include "common/flash_softmax.cuh"

constexpr int kFlashWarps = 4;
constexpr int kFlashBlock = 32 * kFlashWarps;
template <int Dim> constexpr int kSets = Dim <= 128 ? 2 : 1;                    // of 16 queries, that a warp has
template <int Dim> constexpr int kQueries = 16 * kSets<Dim> * kFlashWarps;      // of a block
constexpr int kKeys = 64;                                                       // of a tile

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class T, int Dim> struct FlashMemory {
  T q[kQueries<Dim>][Dim];  // at the end the result
  T k[kKeys][Dim], v[kKeys][Dim];
};

// What a block works on.
struct FlashBlock {
  Attention a;  // with the rows of the head's own sequence
  HeadRows at;
  i64 query;    // the first
  int queries;  // 0 and less beyond those of the sequence
};

template <int Dim> __device__ __forceinline__ FlashBlock flash_block(int number, const Attention& of_all, const i32* query_offsets, const i32* key_offsets) {
  FlashBlock block{of_all};
  const i64 tiles = (of_all.queries + kQueries<Dim> - 1) / kQueries<Dim>;
  // The last queries of a causal attention see the most keys: they begin first.
  block.query = (tiles - 1 - number % tiles) * kQueries<Dim>;
  block.at = rows_of_head(block.a, number / tiles, query_offsets, key_offsets);
  const i64 left = block.a.queries - block.query;
  block.queries = left < 0 ? 0 : left < kQueries<Dim> ? (int)left : kQueries<Dim>;
  return block;
}
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(kFlashBlock, 2)
    flash_attention(T* y, float* log_sum_exp /* as y, without Dim */, bool has_log_sum_exp, const T* q, const T* k,
                    const T* v, const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets,
                    float scale, Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int kSteps = Dim / 16, kOwn = 16 * kSets<Dim>;
  constexpr bool kHoldsQueries = Dim <= 64;  // in registers, which wider heads need for O and the products
  extern __shared__ __align__(128) unsigned char memory[];
  auto& shared = *reinterpret_cast<FlashMemory<T, Dim>*>(memory);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * kOwn;
  FlashSoftmax<T> rows[kSets<Dim>];
  float o[kSets<Dim>][Dim / 8][4] = {};
  int number = (int)blockIdx.x;
  const FlashBlock block = flash_block<Dim>(number, a, query_offsets, key_offsets);
  if (block.queries <= 0) return;
  const i64 query_pitch = block.at.query_step * Dim, key_pitch = block.at.key_step * Dim;
  const Rows of_block{keys_of(block.a, block.query).begin, keys_of(block.a, block.query + block.queries - 1).end};
  const int keys = (int)(of_block.end - of_block.begin);
  i64 offset = block.at.key * Dim + of_block.begin * key_pitch;  // of a tile's keys and values
  const bool has_queries = warp_row < block.queries;
  const WarpSeen seen(keys_around(block.a, block.query + warp_row), of_block.begin, (int)(block.a.keys - of_block.begin));
  const float factor = flash_factor(scale);
  fill_tile<kFlashBlock>(shared.q, q + block.at.query * Dim + block.query * query_pitch, block.queries, query_pitch);
  fill_tile<kFlashBlock>(shared.k, k + offset, keys, key_pitch);
  const auto arrive = [] {
    ptx::cp_async_wait_all();
    __syncthreads();
  };
  arrive();
  const auto load_queries = [&](u32(&fragments)[kSets<Dim>][4], int step) {
    u32 own = rows_at(shared.q, warp_row);
    ptx::forget(own);
#pragma unroll
    for (int r = 0; r < kSets<Dim>; ++r) ptx::ldmatrix(fragments[r], fragment_at<Dim>(own, 16 * r, step));
  };
  u32 held[kHoldsQueries ? kSteps : 1][kSets<Dim>][4];
  if constexpr (kHoldsQueries) {
#pragma unroll
    for (int step = 0; step < kSteps; ++step) load_queries(held[step], step);
  }
  for (int first = 0; first < keys; first += kKeys) {
    // No one reads the values before these any more.
    fill_tile<kFlashBlock>(shared.v, v + offset, keys - first, key_pitch);
    offset += kKeys * key_pitch;
    const bool has_part = has_queries && seen.any_sees<kOwn>(first, kKeys);
    float s[kSets<Dim>][kKeys / 8][4] = {};
    if (has_part) {
      multiply_tile(s, shared.k, [&](u32(&fragments)[kSets<Dim>][4], int step) {
        if constexpr (!kHoldsQueries) return load_queries(fragments, step);
#pragma unroll
        for (int i = 0; i < kSets<Dim> * 4; ++i) fragments[i / 4][i % 4] = held[kHoldsQueries ? step : 0][i / 4][i % 4];
      });
    }
    // The values are there for everyone, and no one reads these keys any more.
    arrive();
    if (first + kKeys < keys) fill_tile<kFlashBlock>(shared.k, k + offset, keys - first - kKeys, key_pitch);
    if (has_part) {
      const bool is_border = !seen.all_see<kOwn>(first, kKeys);
      const auto seen_of = [&](int row) { return seen.of(row, first); };
#pragma unroll
      for (int r = 0; r < kSets<Dim>; ++r) {
        turn_products(s[r], scale);
        if (is_border) hide_unseen(s[r], [&](int row) { return seen_of(16 * r + row); });
        float shrink[2];
        rows[r].weigh(s[r], shrink, factor);
#pragma unroll
        for (int i = 0; i < Dim / 2; ++i) o[r][i / 4][i % 4] *= shrink[i / 2 % 2];
      }
      add_tile(o, s, shared.v, is_border, seen_of);
    }
    arrive();
  }

  if (!has_queries) return;
  // Computed anew: what lived through the tiles would take registers from them.
  ptx::forget(number);
  const FlashBlock done = flash_block<Dim>(number, a, query_offsets, key_offsets);
  const i64 query = done.query + warp_row, pitch = done.at.query_step * Dim;
#pragma unroll
  for (int r = 0; r < kSets<Dim>; ++r) {
    float normal[2];
#pragma unroll
    for (int h = 0; h < 2; ++h) normal[h] = rows[r].finish(h, scale, done.a, done.at, query + 16 * r + lane / 4 + 8 * h, has_log_sum_exp ? log_sum_exp : nullptr);
    store_rows(y + done.at.query * Dim + (query + 16 * r) * pitch, shared.q, warp_row + 16 * r, done.queries - warp_row - 16 * r, o[r], normal, pitch);
  }
#endif
}
