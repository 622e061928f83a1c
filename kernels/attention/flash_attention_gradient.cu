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
  float log_sum_exp[2][kTileOthers<Dim, Of>], delta[2][kTileOthers<Dim, Of>];  // of other queries
};

// What a block works on.
struct GradientBlock {
  Attention a;  // with the rows of the head's own sequence
  HeadRows at;
  i64 first, rows;  // its own: 0 and less beyond those of the sequence
  i64 step, row;    // where they lie, counted in rows of the tensors
};

template <bool OfKeys> __device__ __forceinline__ GradientBlock gradient_block(int number, const Attention& of_all, const i32* query_offsets, const i32* key_offsets) {
  GradientBlock block{of_all};
  const i64 blocks = ((OfKeys ? of_all.keys : of_all.queries) + kBlockRows - 1) / kBlockRows, place = number % blocks;
  // The last queries of a causal attention see the most keys, its first keys are seen by the most queries: they begin first.
  block.first = (OfKeys ? place : blocks - 1 - place) * kBlockRows;
  block.at = rows_of_head(block.a, number / blocks * (OfKeys ? of_all.group : 1), query_offsets, key_offsets);
  const i64 left = (OfKeys ? block.a.keys : block.a.queries) - block.first;
  block.rows = left < kBlockRows ? left : kBlockRows;
  block.step = OfKeys ? block.at.key_step : block.at.query_step;
  block.row = (OfKeys ? block.at.key : block.at.query) + block.first * block.step;
  return block;
}
#endif

template <class T, int Dim, GradientOf Of>
__global__ void __launch_bounds__(kFlashBlock, 2)
    flash_gradient(T* dq, T* dk, T* dv /* those that are made */, const T* q, const T* k, const T* v, const T* dy,
                   const float* log_sum_exp /* [heads, queries] */, const float* delta,
                   const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale,
                   Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  using Parts = GradientParts<Of>;
  constexpr bool kOfKeys = Parts::kOfKeys;
  constexpr int kTile = kTileOthers<Dim, Of>, kSteps = Dim / 16;
  constexpr bool kHoldsRows = Dim == 64 || (Dim == 128 && !kOfKeys);  // the block's in registers, where the sums leave room
  constexpr bool kHoldsGradients = Parts::kHasSlopes && kHoldsRows;
  static_assert(sizeof(GradientMemory<T, Dim, Of>) <= 99 * 1024, "devices of compute capability 8.6 give a block no more");
  extern __shared__ __align__(128) unsigned char memory[];
  auto& shared = *reinterpret_cast<GradientMemory<T, Dim, Of>*>(memory);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * 16;
  int number = (int)blockIdx.x;
  const GradientBlock block = gradient_block<kOfKeys>(number, a, query_offsets, key_offsets);
  if (block.rows <= 0) return;
  const HeadRows& at = block.at;
  const i64 begin = Parts::others_of(block.a, block.first).begin;
  const int others = (int)(Parts::others_of(block.a, block.first + block.rows - 1).end - begin);
  const int heads = kOfKeys ? (int)a.group : 1;  // of the other side
  const i64 other_step = kOfKeys ? at.query_step : at.key_step;
  const T *x = kOfKeys ? k : q, *dx = kOfKeys ? v : dy, *other = kOfKeys ? q : k, *other_dx = kOfKeys ? dy : v;

  const bool has_rows = warp_row < block.rows;
  const WarpSeen met(Parts::others_around(block.a, block.first + warp_row), begin, (int)((kOfKeys ? block.a.queries : block.a.keys) - begin));
  const i64 other_begin = (kOfKeys ? at.query : at.key) + begin * other_step;
  const auto fill = [&](int buffer, int head, int first) {
    const i64 row = other_begin + (kOfKeys ? head * at.head_step : 0) + first * other_step;
    fill_tile<kFlashBlock>(shared.other[buffer], other + row * Dim, others - first, other_step * Dim);
    fill_tile<kFlashBlock>(shared.other_dx[buffer], other_dx + row * Dim, others - first, other_step * Dim);
    if (kOfKeys && threadIdx.x < kTile) {
      const bool is_there = (int)threadIdx.x < others - first;
      const i64 place = is_there ? row + threadIdx.x * other_step : row;
      ptx::cp_async_ca<4>(ptx::smem_u32(shared.log_sum_exp[buffer] + threadIdx.x), log_sum_exp + place, is_there ? 4 : 0);
      if constexpr (Parts::kHasSlopes) ptx::cp_async_ca<4>(ptx::smem_u32(shared.delta[buffer] + threadIdx.x), delta + place, is_there ? 4 : 0);
    }
  };
  const auto arrive = [] {
    ptx::cp_async_wait_all();
    __syncthreads();
  };
  float x_sum[1][Parts::kHasSlopes ? Dim / 8 : 1][4] = {}, dx_sum[1][Parts::kHasWeights ? Dim / 8 : 1][4] = {};
  float2 statistics[2] = {};  // of the lane's two queries
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const i64 row = warp_row + lane / 4 + 8 * h;
    const i64 place = block.row + row * block.step;
    if (!kOfKeys && row < block.rows) statistics[h] = {log_sum_exp[place] * kLog2E, delta[place]};
  }
  fill_tile<kFlashBlock>(shared.own[0], x + block.row * Dim, block.rows, block.step * Dim);
  if constexpr (Parts::kHasSlopes) fill_tile<kFlashBlock>(shared.own[1], dx + block.row * Dim, block.rows, block.step * Dim);
  fill(0, 0, 0);
  arrive();
  const auto load_own = [&](u32(&fragment)[4], int side, int k) {
    u32 first = rows_at(shared.own[side], warp_row);
    ptx::forget(first);
    ptx::ldmatrix(fragment, fragment_at<Dim>(first, 0, k));
  };
  u32 held_rows[kHoldsRows ? kSteps : 1][4], held_gradients[kHoldsGradients ? kSteps : 1][4];
#pragma unroll
  for (int k = 0; k < kSteps; ++k) {
    if constexpr (kHoldsRows) load_own(held_rows[k], 0, k);
    if constexpr (kHoldsGradients) load_own(held_gradients[k], 1, k);
  }
  int buffer = 0, head = 0;
  for (int first = 0; first < others; buffer ^= 1) {
    const bool is_last = first + kTile >= others;
    const int next_head = is_last ? head + 1 : head, next = is_last ? 0 : first + kTile;
    if (next_head < heads) fill(buffer ^ 1, next_head, next);
    if (has_rows && met.any_sees<16>(first, kTile)) {
      const bool is_border = !met.all_see(first, kTile);
      const auto met_by = [&](int row) { return met.of(row, first); };
      float s[1][kTile / 8][4] = {}, g[1][kTile / 8][4] = {};
      multiply_tile(s, shared.other[buffer], [&](u32(&fragments)[1][4], int k) {
        if constexpr (!kHoldsRows) return load_own(fragments[0], 0, k);
#pragma unroll
        for (int i = 0; i < 4; ++i) fragments[0][i] = held_rows[kHoldsRows ? k : 0][i];
      });
      make_weights(s[0], scale * kLog2E, [&](int i) {
        const float of_row = statistics[i / 2 % 2].x;
        if constexpr (!kOfKeys) return float2{of_row, of_row};
        const float2 of_pair = pair_of(shared.log_sum_exp[buffer], i);
        return float2{of_pair.x * kLog2E, of_pair.y * kLog2E};
      });
      if (is_border) clear_unmet(s[0], met_by);
      if constexpr (Parts::kHasSlopes) {
        multiply_tile(g, shared.other_dx[buffer], [&](u32(&fragments)[1][4], int k) {
          if constexpr (!kHoldsGradients) return load_own(fragments[0], 1, k);
#pragma unroll
          for (int i = 0; i < 4; ++i) fragments[0][i] = held_gradients[kHoldsGradients ? k : 0][i];
        });
        make_slopes(g[0], s[0], [&](int i) {
          const float of_row = statistics[i / 2 % 2].y;
          return kOfKeys ? pair_of(shared.delta[buffer], i) : float2{of_row, of_row};
        });
        // A weight of 0 makes NaN of an infinity or NaN.
        if (is_border) clear_unmet(g[0], met_by);
      }
      if constexpr (Parts::kHasWeights) {
        raise_weights<T>(s[0]);
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
  // Computed anew: what lived through the tiles would take registers from them.
  ptx::forget(number);
  const GradientBlock done = gradient_block<kOfKeys>(number, a, query_offsets, key_offsets);
  const i64 offset = (done.row + warp_row * done.step) * Dim, rows_left = done.rows - warp_row;
  if constexpr (Parts::kHasSlopes) {
    const float normal = slope_normal(done.at, scale), factor[2] = {normal, normal};
    store_rows((kOfKeys ? dk : dq) + offset, shared.own[0], warp_row, rows_left, x_sum[0], factor, done.step * Dim);
  }
  if constexpr (Parts::kHasWeights) {
    const float normal = weight_normal<T>(done.at), factor[2] = {normal, normal};
    store_rows(dv + offset, shared.own[Parts::kHasSlopes ? 1 : 0], warp_row, rows_left, dx_sum[0], factor, done.step * Dim);
  }
#endif
}
