// The attention's gradients by wgmma and TMA, sm_90a, for 16-bit floats and heads of 64 or 128 columns: what attention_gradient.cu
// computes, from the delta that it makes, with the same masks and special values. Rows start at multiples of 16 bytes.
//
// flash_gradient_wgmma_queries makes dq, flash_gradient_wgmma_keys dk and dv. Blocks as many as the device has multiprocessors take items
// of work in turn (common/flash_gradient_wgmma.cuh): 128 rows of one head, or 192 of 64 columns, with the tiles of 64 or 128 rows of the
// other side that one of them meets, of all heads that share them. The first warpgroup gives its registers away: one thread brings tiles
// through rings by TMA, and of queries two warps bring log_sum_exp and delta, since rows of packed sequences have no alignment. Each of
// the other warpgroups has 64 rows x with dx, and for a tile of others with other_dx it makes
//   s = x other^T, g = dx other_dx^T from shared memory into registers,
//   p = exp(scale * s - log_sum_exp), ds = p * (g - delta) in their place, and
//   dx_sum += p other_dx (of values alone) and x_sum += ds other,
// where p and ds, rounded to 16 bits, are left operands out of registers: the accumulators' layout is that of these. Keys are rows in the
// second kernel for that reason, so that scores stand there transposed (Shah et al. 2024, FlashAttention-3). The products s of the next
// tile are issued behind a tile's sums, and those g once these are done, so that the tensor cores have work while p is made; other
// warpgroups fill in while ds is. No sum is shared between blocks: there are no atomics, and the results are deterministic. Together
// 14 * pairs * Dim operations.
//
// A product of slopes cannot leave out a row of the other side for some rows: a slope of 0 makes NaN of an infinity or NaN. A row whose
// sums are not finite is made again by ordinary arithmetic (common/attention_gradient_row.cuh), which does not read what the row does not
// meet. Many such values, as in training that has diverged, make the kernels as slow as the plain ones, and slower.
#include "common/attention_gradient_row.cuh"
#include "common/flash_gradient_wgmma.cuh"
#include "common/flash_product.cuh"
#include "common/flash_store.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// Each item of a block and each of its tiles, in the order in which all its warps take them: begin(work), then tile(work, head, first), the
// number of a head of the other side and the first row of a tile of it. Items without tiles are left out.
template <class Shape, class Begin, class Tile>
__device__ __forceinline__ void for_each_tile(const FlashItems& items, const Attention& a, const i32* query_offsets, const i32* key_offsets, Begin begin, Tile tile) {
  for (int round = 0, item; items.next(round, item);) {
    const FlashGradientWork work = gradient_work<Shape>(items, item, a, query_offsets, key_offsets);
    if (work.tiles <= 0) continue;
    begin(work);
    for (int head = 0; head < work.heads; ++head) {
      for (int t = 0; t < work.tiles; ++t) tile(work, head, work.others.begin + t * Shape::kOthers);
    }
  }
}

// What brings tiles: one thread.
template <class Shape>
__device__ __forceinline__ void load_gradient_tiles(const FlashGradientRings<Shape>& rings, const ptx::TensorMap& map_x, const ptx::TensorMap& map_dx, const ptx::TensorMap& map_other,
                                                    const ptx::TensorMap& map_other_dx, const FlashItems& items, const Attention& a, const i32* query_offsets, const i32* key_offsets) {
  FlashGradientPlaces<Shape> at;
  for_each_tile<Shape>(
      items, a, query_offsets, key_offsets,
      [&](const FlashGradientWork& work) {
        const FlashRows rows = Shape::kOfKeys ? flash_rows(work.a, work.at.key, work.at.key_step, work.a.keys) : flash_rows(work.a, work.at.query, work.at.query_step, work.a.queries);
        rings.load(rings.x(), rings.dx(), Shape::kRowBytes, rings.rows_full(), rings.rows_empty(), at.rows.parity, &map_x, &map_dx, rows, (i32)work.row);
        at.rows.advance();
      },
      [&](const FlashGradientWork& work, int head, i64 first) {
        const FlashRows rows = Shape::kOfKeys ? flash_rows(work.a, work.at.query + head * work.at.head_step, work.at.query_step, work.a.queries)
                                              : flash_rows(work.a, work.at.key, work.at.key_step, work.a.keys);
        const u32 stage = at.others.index;
        rings.load(rings.other(stage), rings.other_dx(stage), Shape::kOtherBytes, rings.others_full(stage), rings.others_empty(stage), at.others.parity, &map_other, &map_other_dx, rows, (i32)first);
        at.others.advance();
      });
}

// What brings log_sum_exp and delta of the queries of a tile: a thread for each. They are read before their place is empty.
template <class Shape>
__device__ __forceinline__ void load_statistics(const FlashGradientRings<Shape>& rings, const float* log_sum_exp, const float* delta, int thread, const FlashItems& items, const Attention& a,
                                                const i32* query_offsets, const i32* key_offsets) {
  FlashStage<Shape::kStages> at;
  for_each_tile<Shape>(
      items, a, query_offsets, key_offsets, [](const FlashGradientWork&) {},
      [&](const FlashGradientWork& work, int head, i64 first) {
        const bool is_there = first + thread < work.others.end;
        const i64 place = work.at.query + head * work.at.head_step + (first + thread) * work.at.query_step;
        const float of_sum = is_there ? log_sum_exp[place] * kLog2E : 0.0f, of_slopes = is_there ? delta[place] : 0.0f;
        ptx::mbarrier_wait_parity(rings.others_empty(at.index), at.parity ^ 1);
        rings.log_sum_exp(at.index)[thread] = of_sum;
        rings.delta(at.index)[thread] = of_slopes;
        __syncwarp();
        if (thread % 32 == 0) ptx::mbarrier_arrive(rings.others_full(at.index));
        at.advance();
      });
}

// The sums of a consumer's 64 queries, and of the two rows of a lane in them log_sum_exp in powers of two and delta.
template <class T, int Dim> struct QueryGradients {
  using Shape = FlashGradientShape<Dim, GradientOf::queries>;
  float sum[Dim / 2] = {};
  u32 ds[Shape::kOthers / 16][4];
  float2 statistics[2] = {};

  __device__ __forceinline__ static Rows others_of(const Attention& a, i64 query) { return keys_of(a, query); }
  // Of the elements i and i + 1, i even.
  __device__ __forceinline__ float2 log_sum_exp(const FlashGradientRings<Shape>&, u32, int i) const { return {statistics[i / 2 % 2].x, statistics[i / 2 % 2].x}; }
  __device__ __forceinline__ float2 delta(const FlashGradientRings<Shape>&, u32, int i) const { return {statistics[i / 2 % 2].y, statistics[i / 2 % 2].y}; }

  template <int Tiles>
  __device__ __forceinline__ void add(const float (&)[Tiles][4], const float (&slopes)[Tiles][4], const FlashGradientRings<Shape>& rings, u32 stage) {
    pack_pairs<T>(ds, slopes);
    issue_values<T, Dim>(sum, ds, rings.other(stage));
  }
  // Behind a wait for the sums: they may be touched from here on.
  __device__ __forceinline__ void pin() {
    ptx::wgmma_pin(sum);
#pragma unroll
    for (int k = 0; k < Shape::kOthers / 16; ++k) ptx::wgmma_pin(ds[k]);
  }
};

// The sums of a consumer's 64 keys and their values.
template <class T, int Dim> struct KeyGradients {
  using Shape = FlashGradientShape<Dim, GradientOf::keys>;
  float key_sum[Dim / 2] = {}, value_sum[Dim / 2] = {};
  u32 p[Shape::kOthers / 16][4], ds[Shape::kOthers / 16][4];

  __device__ __forceinline__ static Rows others_of(const Attention& a, i64 key) { return queries_of(a, key); }
  __device__ __forceinline__ float2 log_sum_exp(const FlashGradientRings<Shape>& rings, u32 stage, int i) const { return *reinterpret_cast<const float2*>(rings.log_sum_exp(stage) + column_of(i)); }
  __device__ __forceinline__ float2 delta(const FlashGradientRings<Shape>& rings, u32 stage, int i) const { return *reinterpret_cast<const float2*>(rings.delta(stage) + column_of(i)); }

  template <int Tiles>
  __device__ __forceinline__ void add(const float (&weights)[Tiles][4], const float (&slopes)[Tiles][4], const FlashGradientRings<Shape>& rings, u32 stage) {
    pack_pairs<T>(p, weights);
    pack_pairs<T>(ds, slopes);
    issue_values<T, Dim>(value_sum, p, rings.other_dx(stage));
    issue_values<T, Dim>(key_sum, ds, rings.other(stage));
  }
  __device__ __forceinline__ void pin() {
    ptx::wgmma_pin(key_sum);
    ptx::wgmma_pin(value_sum);
#pragma unroll
    for (int k = 0; k < Shape::kOthers / 16; ++k) {
      ptx::wgmma_pin(p[k]);
      ptx::wgmma_pin(ds[k]);
    }
  }
};

// Weights and slopes of rows of a tile that a lane's two rows do not meet become 0; met_by(row) tells which a row (0 to 15) meets.
template <int Tiles, class MetBy> __device__ __forceinline__ void clear_unmet(float (&weights)[Tiles][4], float (&slopes)[Tiles][4], MetBy met_by) {
  const int row = threadIdx.x % 32 / 4;
  const Seen met[2] = {met_by(row), met_by(row + 8)};
#pragma unroll
  for (int i = 0; i < Tiles * 4; ++i) {
    if (met[i / 2 % 2].has(column_of(i))) continue;
    weights[i / 4][i % 4] = 0.0f;
    slopes[i / 4][i % 4] = 0.0f;
  }
}

// The sums over the tiles of an item, one at least, for a consumer's 64 rows; the warp's 16 begin at `row`.
template <class T, int Dim, class Gradients>
__device__ __forceinline__ void add_gradient_tiles(Gradients& gradients, const FlashGradientRings<typename Gradients::Shape>& rings, FlashGradientPlaces<typename Gradients::Shape>& at, int consumer,
                                                   i64 row, float factor, const FlashGradientWork& work) {
  using Shape = typename Gradients::Shape;
  constexpr int kTiles = Shape::kOthers / 8;
  // Of each head, counted from the first row of the other side: the rows that all of the warp's meet.
  const int end = work.tiles * Shape::kOthers;
  const Seen all = seen_within({Gradients::others_of(work.a, row + 15).begin, Gradients::others_of(work.a, row).end}, work.others.begin, end);
  float s[Shape::kOthers / 2], g[Shape::kOthers / 2];
  auto& weights = reinterpret_cast<float(&)[kTiles][4]>(s);
  auto& slopes = reinterpret_cast<float(&)[kTiles][4]>(g);
  ptx::mbarrier_wait_parity(rings.rows_full(), at.rows.parity);
  ptx::mbarrier_wait_parity(rings.others_full(at.others.index), at.others.parity);
  issue_scores<T, Dim, Shape::kRows>(s, rings.x(), consumer, rings.other(at.others.index));
  const int count = work.heads * work.tiles;
  int first = 0;
  u32 last = 0;  // the place of the tile before
  for (int tile = 0;;) {
    const u32 stage = at.others.index;
    issue_scores<T, Dim, Shape::kRows>(g, rings.dx(), consumer, rings.other_dx(stage));
    ptx::wgmma_wait<1>();
    ptx::wgmma_pin(s);
#pragma unroll
    for (int i = 0; i < 4 * kTiles; i += 2) {
      const float2 of_sum = gradients.log_sum_exp(rings, stage, i);
      s[i] = ptx::ex2_approx(math::fma(s[i], factor, -of_sum.x));
      s[i + 1] = ptx::ex2_approx(math::fma(s[i + 1], factor, -of_sum.y));
    }
    ptx::wgmma_wait<0>();
    ptx::wgmma_pin(g);
#pragma unroll
    for (int i = 0; i < 4 * kTiles; i += 2) {
      const float2 delta = gradients.delta(rings, stage, i);
      g[i] = s[i] * (g[i] - delta.x);
      g[i + 1] = s[i + 1] * (g[i + 1] - delta.y);
    }
    if (first < all.begin || first + Shape::kOthers > all.end) {
      clear_unmet(weights, slopes, [&](int r) { return seen_within(Gradients::others_of(work.a, row + r), work.others.begin + first, Shape::kOthers); });
    }
    gradients.add(weights, slopes, rings, stage);
    last = stage;
    at.others.advance();
    first = first + Shape::kOthers < end ? first + Shape::kOthers : 0;
    if (++tile == count) break;
    ptx::mbarrier_wait_parity(rings.others_full(at.others.index), at.others.parity);
    issue_scores<T, Dim, Shape::kRows>(s, rings.x(), consumer, rings.other(at.others.index));
    // The sums of this tile, not yet the products s of the next one.
    ptx::wgmma_wait<1>();
    gradients.pin();
    rings.release(rings.others_empty(last));
  }
  rings.release(rings.rows_empty());
  at.rows.advance();
  ptx::wgmma_wait<0>();
  gradients.pin();
  rings.release(rings.others_empty(last));
}
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(FlashGradientShape<Dim, GradientOf::queries>::kThreads, 1) flash_gradient_wgmma_queries(
    T* dq, const T* q, const T* k, const T* v, const T* dy, const float* log_sum_exp /* as dq, without Dim */, const float* delta,
    const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale, Attention a,
    const __grid_constant__ ptx::TensorMap map_q,   // [heads, Dim / 64, queries, 64], boxes of all columns of an item's queries
    const __grid_constant__ ptx::TensorMap map_dy,
    const __grid_constant__ ptx::TensorMap map_k,   // [heads / group, Dim / 64, keys, 64], boxes of all columns of a tile
    const __grid_constant__ ptx::TensorMap map_v, int heads_at_once) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashGradientShape<Dim, GradientOf::queries>;
  static_assert(Shape::kThreads == (Dim == 64 ? 512 : 384) && Shape::kSharedBytes == (Dim == 64 ? 98'368 : 196'656), "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  const FlashGradientRings<Shape> rings{shared, ptx::smem_u32(shared)};
  rings.start();
  const FlashItems items(a.heads, a.queries, Shape::kRows, heads_at_once);
  const int consumer = (int)threadIdx.x / 128 - 1;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<Shape::kProducerRegisters>();
    if (threadIdx.x == 0) load_gradient_tiles(rings, map_q, map_dy, map_k, map_v, items, a, query_offsets, key_offsets);
  } else {
    ptx::setmaxnreg_inc<Shape::kConsumerRegisters>();
    const int lane = threadIdx.x % 32, warp_row = consumer * 64 + (int)threadIdx.x % 128 / 32 * 16;
    FlashGradientPlaces<Shape> places;
    for (int round = 0, item; items.next(round, item);) {
      const FlashGradientWork work = gradient_work<Shape>(items, item, a, query_offsets, key_offsets);
      if (work.tiles < 0) continue;
      const i64 query = work.row + warp_row;
      QueryGradients<T, Dim> gradients;
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const i64 row = query + lane / 4 + 8 * h, place = work.at.query + row * work.at.query_step;
        if (row < work.a.queries) gradients.statistics[h] = {log_sum_exp[place] * kLog2E, delta[place]};
      }
      if (work.tiles > 0) add_gradient_tiles<T, Dim>(gradients, rings, places, consumer, query, scale * kLog2E, work);
      const float normal = work.at.is_whole ? scale : not_a_number<float>(), factor[2] = {normal, normal};
      const i64 pitch = work.at.query_step * Dim;
      store_flash_rows<T, Dim>(dq + work.at.query * Dim + query * pitch, pitch, work.a.queries - query, gradients.sum, factor);
      bool spoilt[2];
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const i64 row = query + lane / 4 + 8 * h;
        const Rows seen = keys_of(work.a, row);
        const float2 of_row = gradients.statistics[h];
        // Where one of its numbers is NaN, so is the row, whatever keys it sees, if any.
        const bool is_nan = (of_row.x != of_row.x || of_row.y != of_row.y) && seen.begin < seen.end;
        spoilt[h] = is_spoilt(gradients.sum, h) && !is_nan && row < work.a.queries;
      }
      make_again(spoilt, [&](int row) { differentiate_query<T>(dq, {q, k, v, dy, log_sum_exp, delta}, scale, work.a, work.at, query + row); });
    }
  }
#else
  __trap();  // the host refuses it
#endif
}

template <class T, int Dim>
__global__ void __launch_bounds__(FlashGradientShape<Dim, GradientOf::keys>::kThreads, 1) flash_gradient_wgmma_keys(
    T* dk, T* dv, const T* q, const T* k, const T* v, const T* dy, const float* log_sum_exp /* [heads, queries] */, const float* delta,
    const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale, Attention a,
    const __grid_constant__ ptx::TensorMap map_q,   // [heads, Dim / 64, queries, 64], boxes of all columns of a tile
    const __grid_constant__ ptx::TensorMap map_dy,
    const __grid_constant__ ptx::TensorMap map_k,   // [heads / group, Dim / 64, keys, 64], boxes of all columns of an item's keys
    const __grid_constant__ ptx::TensorMap map_v, int heads_at_once) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashGradientShape<Dim, GradientOf::keys>;
  static_assert(Shape::kThreads == (Dim == 64 ? 512 : 384) && Shape::kSharedBytes == (Dim == 64 ? 99'904 : 165'440), "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  const FlashGradientRings<Shape> rings{shared, ptx::smem_u32(shared)};
  rings.start();
  const FlashItems items(a.heads / a.group, a.keys, Shape::kRows, heads_at_once);
  const int consumer = (int)threadIdx.x / 128 - 1;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<Shape::kProducerRegisters>();
    const int statistic = (int)threadIdx.x - (128 - Shape::kOthers);
    if (threadIdx.x == 0) load_gradient_tiles(rings, map_k, map_v, map_q, map_dy, items, a, query_offsets, key_offsets);
    if (statistic >= 0) load_statistics(rings, log_sum_exp, delta, statistic, items, a, query_offsets, key_offsets);
  } else {
    ptx::setmaxnreg_inc<Shape::kConsumerRegisters>();
    const int lane = threadIdx.x % 32, warp_row = consumer * 64 + (int)threadIdx.x % 128 / 32 * 16;
    FlashGradientPlaces<Shape> places;
    for (int round = 0, item; items.next(round, item);) {
      const FlashGradientWork work = gradient_work<Shape>(items, item, a, query_offsets, key_offsets);
      if (work.tiles < 0) continue;
      const i64 key = work.row + warp_row;
      KeyGradients<T, Dim> gradients;
      if (work.tiles > 0) add_gradient_tiles<T, Dim>(gradients, rings, places, consumer, key, scale * kLog2E, work);
      const float key_normal = work.at.is_whole ? scale : not_a_number<float>(), key_factor[2] = {key_normal, key_normal};
      const float value_normal = work.at.is_whole ? 1.0f : not_a_number<float>(), value_factor[2] = {value_normal, value_normal};
      const i64 pitch = work.at.key_step * Dim, offset = work.at.key * Dim + key * pitch;
      store_flash_rows<T, Dim>(dk + offset, pitch, work.a.keys - key, gradients.key_sum, key_factor);
      store_flash_rows<T, Dim>(dv + offset, pitch, work.a.keys - key, gradients.value_sum, value_factor);
      bool spoilt[2];
#pragma unroll
      for (int h = 0; h < 2; ++h) spoilt[h] = (is_spoilt(gradients.key_sum, h) || is_spoilt(gradients.value_sum, h)) && key + lane / 4 + 8 * h < work.a.keys;
      make_again(spoilt, [&](int row) { differentiate_key<T>(dk, dv, {q, k, v, dy, log_sum_exp, delta}, scale, work.a, work.at, key + row); });
    }
  }
#else
  __trap();  // the host refuses it
#endif
}
