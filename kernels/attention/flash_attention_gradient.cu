// The attention's gradients on tensor cores, for 16-bit floats and heads of 64, 128 or 256 columns: what attention_gradient.cu
// computes, from the delta that it makes. Compute capability 8.0 and above.
//
// A block owns 64 rows of one side, 16 to a warp, and goes over the rows of the other side that they meet, of all heads that
// share them: flash_gradient of queries makes dq, that of keys and values dk and dv, in one kernel up to 128 columns, in two of
// 256 (common/flash_gradient.cuh). The other side comes by cp.async into two buffers, in tiles of 64 rows of 64 columns, of 32
// where they have 128, and of 16 of 256 columns, so that a block fits the 99 KB that every such device has; dv alone, which needs
// no values, has 32. All make the scores anew, keys as rows in those of keys and values, so that the accumulators of weights and
// slopes are the left operands of the sums, which no block shares with another: there are no atomics, and the results are
// deterministic. Together 14 * pairs * Dim operations, 16 of 256 columns.
#include "common/flash_gradient.cuh"

constexpr int kFlashWarps = 4;
constexpr int kFlashBlock = 32 * kFlashWarps;
constexpr int kBlockRows = 16 * kFlashWarps;
template <int Dim, GradientOf Of> constexpr int kTileOthers = Dim == 64 ? 64 : Dim == 128 || Of == GradientOf::values ? 32 : 16;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The rows of a block and two tiles of others: queries with dy on the one side, keys with values on the other.
template <class T, int Dim, GradientOf Of> struct GradientMemory {
  T own[GradientParts<Of>::kHasSlopes ? 2 : 1][kBlockRows][Dim];  // x, then dx where slopes take it; at the end the results
  T other[2][kTileOthers<Dim, Of>][Dim], other_dx[2][kTileOthers<Dim, Of>][Dim];
  float log_sum_exp[2][kTileOthers<Dim, Of>], delta[2][kTileOthers<Dim, Of>];  // of other queries, the first in powers of two
};
#endif

template <class T, int Dim, GradientOf Of>
__global__ void __launch_bounds__(kFlashBlock)
    flash_gradient(T* dq, T* dk, T* dv /* those that are made */, const T* q, const T* k, const T* v, const T* dy,
                   const float* log_sum_exp /* [heads, queries] */, const float* delta,
                   const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale,
                   Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  using Parts = GradientParts<Of>;
  constexpr bool kOfKeys = Parts::kOfKeys;
  constexpr int kTile = kTileOthers<Dim, Of>;
  static_assert(sizeof(GradientMemory<T, Dim, Of>) <= 99 * 1024, "devices of compute capability 8.6 give a block no more");
  extern __shared__ __align__(16) unsigned char memory[];
  auto& shared = *reinterpret_cast<GradientMemory<T, Dim, Of>*>(memory);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * 16;
  const i64 blocks = ((kOfKeys ? a.keys : a.queries) + kBlockRows - 1) / kBlockRows;
  const i64 number = blockIdx.x % blocks;
  // The last queries of a causal attention see the most keys, its first keys are seen by the most queries: they begin first.
  const i64 block_first = (kOfKeys ? number : blocks - 1 - number) * kBlockRows;
  const HeadRows at = rows_of_head(a, blockIdx.x / blocks * (kOfKeys ? a.group : 1), query_offsets, key_offsets);
  const i64 left = (kOfKeys ? a.keys : a.queries) - block_first;
  if (left <= 0) return;
  const i64 rows = left < kBlockRows ? left : kBlockRows;
  const i64 begin = Parts::others_of(a, block_first).begin, end = Parts::others_of(a, block_first + rows - 1).end;
  const i64 heads = kOfKeys ? a.group : 1;  // of the other side
  const i64 step = kOfKeys ? at.key_step : at.query_step, other_step = kOfKeys ? at.query_step : at.key_step;
  const i64 block_row = (kOfKeys ? at.key : at.query) + block_first * step;
  const T *x = kOfKeys ? k : q, *dx = kOfKeys ? v : dy, *other = kOfKeys ? q : k, *other_dx = kOfKeys ? dy : v;

  // The others that meet one of the warp's rows, and those that meet all of them.
  const i64 first_row = block_first + warp_row;
  const bool has_rows = warp_row < rows;
  const Rows any{Parts::others_of(a, first_row).begin, Parts::others_of(a, first_row + 15).end};
  const Rows all{Parts::others_of(a, first_row + 15).begin, Parts::others_of(a, first_row).end};
  const auto fill = [&](int buffer, i64 head, i64 first) {
    const i64 row = (kOfKeys ? at.query + head * at.head_step : at.key) + first * other_step;
    fill_tile<kFlashBlock>(shared.other[buffer], other + row * Dim, end - first, other_step * Dim);
    fill_tile<kFlashBlock>(shared.other_dx[buffer], other_dx + row * Dim, end - first, other_step * Dim);
    if (kOfKeys && threadIdx.x < kTile) {
      const bool is_there = threadIdx.x < end - first;
      const i64 place = row + threadIdx.x * other_step;
      shared.log_sum_exp[buffer][threadIdx.x] = is_there ? log_sum_exp[place] * kLog2E : 0.0f;
      if constexpr (Parts::kHasSlopes) shared.delta[buffer][threadIdx.x] = is_there ? delta[place] : 0.0f;
    }
  };
  const auto arrive = [] {
    ptx::cp_async_wait_all();
    __syncthreads();
  };
  float x_sum[Parts::kHasSlopes ? Dim / 8 : 1][4] = {}, dx_sum[Parts::kHasWeights ? Dim / 8 : 1][4] = {};
  float2 statistics[2] = {};  // of the lane's two queries
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const i64 row = warp_row + lane / 4 + 8 * h;
    const i64 place = block_row + row * step;
    if (!kOfKeys && row < rows) statistics[h] = {log_sum_exp[place] * kLog2E, delta[place]};
  }
  fill_tile<kFlashBlock>(shared.own[0], x + block_row * Dim, rows, step * Dim);
  if constexpr (Parts::kHasSlopes) fill_tile<kFlashBlock>(shared.own[1], dx + block_row * Dim, rows, step * Dim);
  fill(0, 0, begin);
  arrive();
  int buffer = 0;
  i64 head = 0;
  for (i64 first = begin; first < end; buffer ^= 1) {
    const bool is_last = first + kTile >= end;
    const i64 next_head = is_last ? head + 1 : head, next = is_last ? begin : first + kTile;
    if (next_head < heads) fill(buffer ^ 1, next_head, next);
    if (has_rows && first < any.end && first + kTile > any.begin) {
      const bool is_border = first < all.begin || first + kTile > all.end;
      const auto met_by = [&](int row) { return seen_within(Parts::others_of(a, first_row + row), first, kTile); };
      float s[kTile / 8][4] = {}, g[kTile / 8][4] = {};
      multiply_tile(s, shared.other[buffer], [&](u32(&fragment)[4], int k_step) { load_rows(fragment, shared.own[0], warp_row, k_step); });
      make_weights(s, scale * kLog2E, [&](int i) {
        const float of_row = statistics[i / 2 % 2].x;
        return kOfKeys ? pair_of(shared.log_sum_exp[buffer], i) : float2{of_row, of_row};
      });
      if (is_border) clear_unmet(s, met_by);
      if constexpr (Parts::kHasSlopes) {
        multiply_tile(g, shared.other_dx[buffer], [&](u32(&fragment)[4], int k_step) { load_rows(fragment, shared.own[1], warp_row, k_step); });
        make_slopes(g, s, [&](int i) {
          const float of_row = statistics[i / 2 % 2].y;
          return kOfKeys ? pair_of(shared.delta[buffer], i) : float2{of_row, of_row};
        });
        // A weight of 0 makes NaN of an infinity or NaN.
        if (is_border) clear_unmet(g, met_by);
      }
      if constexpr (Parts::kHasWeights) {
        raise_weights<T>(s);
        add_tile(dx_sum, s, shared.other_dx[buffer], is_border, met_by);
      }
      if constexpr (Parts::kHasSlopes) add_tile(x_sum, g, shared.other[buffer], is_border, met_by);
    }
    // The next tile is there for everyone, and no one reads this one any more.
    arrive();
    if (next_head == heads) break;
    head = next_head;
    first = next;
  }
  if (!has_rows) return;
  const i64 offset = (block_row + warp_row * step) * Dim;
  if constexpr (Parts::kHasSlopes) {
    const float normal = slope_normal(at, scale), factor[2] = {normal, normal};
    store_rows((kOfKeys ? dk : dq) + offset, shared.own[0], warp_row, rows - warp_row, x_sum, factor, step * Dim);
  }
  if constexpr (Parts::kHasWeights) {
    const float normal = weight_normal<T>(at), factor[2] = {normal, normal};
    store_rows(dv + offset, shared.own[Parts::kHasSlopes ? 1 : 0], warp_row, rows - warp_row, dx_sum, factor, step * Dim);
  }
#endif
}
