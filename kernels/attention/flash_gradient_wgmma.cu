// The attention's gradients by wgmma and TMA, sm_90a, for 16-bit floats and heads of 64, 128 or 256 columns: what attention_gradient.cu
// computes, from the delta that it makes, with the same masks and special values. Rows start at multiples of 16 bytes.
//
// flash_gradient_wgmma of queries makes dq, that of keys and values dk and dv, in one kernel up to 128 columns, in two of 256. Blocks as many
// as the device has multiprocessors take items of work in turn (common/flash_gradient_wgmma.cuh): 128 rows of one head, or 192 queries of 64 columns,
// with the tiles of 48 to 128 rows of the other side that one of them meets, of all heads that share them. The first warpgroup gives its
// registers away: one thread brings tiles through rings by TMA, and of queries two warps bring log_sum_exp and delta, since rows of packed
// sequences have no alignment. Each of the other warpgroups has 64 rows x with dx, and makes the products, weights, slopes and sums of
// common/flash_gradient.cuh for a tile: products from shared memory into registers, and in their place weights and slopes, which, rounded to
// 16 bits, are left operands out of registers: the accumulators' layout is that of these. Keys are rows in their own kernels for that reason,
// so that scores stand there transposed (Shah et al. 2024, FlashAttention-3). The products s of the next tile are issued behind a tile's sums,
// and those g once these are done, so that the tensor cores have work while p is made; other warpgroups fill in while ds is, and in the kernel
// of dv alone, which has no g, while p is. No sum is shared
// between blocks: there are no atomics, and the results are deterministic. Together 14 * pairs * Dim operations, 16 of 256 columns.
//
// A product of slopes cannot leave out a row of the other side for some rows: a slope of 0 makes NaN of an infinity or NaN. A row whose
// sums are not finite is made again by ordinary arithmetic (common/attention_gradient_row.cuh), which does not read what the row does not
// meet. Many such values, as in training that has diverged, make the kernels as slow as the plain ones, and slower.
#include "common/attention_gradient_row.cuh"
#include "common/flash_gradient_wgmma.cuh"
#include "common/flash_store.cuh"
#include "common/ptx/forget.cuh"

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
__device__ __forceinline__ void load_gradient_tiles(
    const FlashGradientRings<Shape>& rings, const ptx::TensorMap& map_x, const ptx::TensorMap& map_dx, const ptx::TensorMap& map_other,
    const ptx::TensorMap& map_other_dx, const FlashItems& items, const Attention& a, const i32* query_offsets, const i32* key_offsets) {
  FlashGradientPlaces<Shape> at;
  FlashRows others;
  for_each_tile<Shape>(
      items, a, query_offsets, key_offsets,
      [&](const FlashGradientWork& work) {
        const FlashRows queries = flash_rows(work.a, work.at.query, work.at.query_step, work.a.queries);
        const FlashRows keys = flash_rows(work.a, work.at.key, work.at.key_step, work.a.keys);
        others = Shape::kOfKeys ? queries : keys;
        rings.template load<Shape::kHasSlopes>(rings.x(), rings.dx(), Shape::kRowBytes, rings.rows_full(), rings.rows_empty(), at.rows.parity, &map_x, &map_dx,
                                               Shape::kOfKeys ? keys : queries, (i32)work.row);
        at.rows.advance();
      },
      [&](const FlashGradientWork&, int head, i64 first) {
        const u32 stage = at.others.index;
        // Heads that share keys follow each other in every map.
        rings.load(rings.other(stage), rings.other_dx(stage), Shape::kOtherBytes, rings.others_full(stage), rings.others_empty(stage), at.others.parity,
                   &map_other, &map_other_dx, {others.row, others.head + head}, (i32)first);
        at.others.advance();
      });
}

// What brings log_sum_exp and delta of the queries of a tile: a thread for each. They are read before their place is empty.
template <class Shape>
__device__ __forceinline__ void load_statistics(const FlashGradientRings<Shape>& rings, const float* log_sum_exp, const float* delta, int thread,
                                                const FlashItems& items, const Attention& a, const i32* query_offsets, const i32* key_offsets) {
  FlashStage<Shape::kStages> at;
  for_each_tile<Shape>(
      items, a, query_offsets, key_offsets, [](const FlashGradientWork&) {},
      [&](const FlashGradientWork& work, int head, i64 first) {
        const bool is_there = first + thread < work.others.end;
        const i64 place = work.at.query + head * work.at.head_step + (first + thread) * work.at.query_step;
        const float of_sum = is_there ? log_sum_exp[place] * kLog2E : 0.0f, of_slopes = is_there && Shape::kHasSlopes ? delta[place] : 0.0f;
        ptx::mbarrier_wait_parity(rings.others_empty(at.index), at.parity ^ 1);
        if (Shape::kOthers % 32 == 0 || thread < Shape::kOthers) {
          rings.log_sum_exp(at.index)[thread] = of_sum;
          if constexpr (Shape::kHasSlopes) rings.delta(at.index)[thread] = of_slopes;
        }
        __syncwarp();
        if (thread % 32 == 0) ptx::mbarrier_arrive(rings.others_full(at.index));
        at.advance();
      });
}

// The sums over the tiles of an item, one at least, for a consumer's 64 rows; the warp's 16 begin at `row`. Where they are queries,
// statistics are those of the lane's two: log_sum_exp in powers of two and delta.
template <class T, int Dim, class Shape, int XSums, int DxSums>
__device__ __forceinline__ void add_gradient_tiles(float (&x_sum)[XSums], float (&dx_sum)[DxSums], const float2 (&statistics)[2],
                                                   const FlashGradientRings<Shape>& rings, FlashGradientPlaces<Shape>& at,
                                                   int consumer, i64 row, float factor, const FlashGradientWork& work) {
  constexpr int kTiles = Shape::kOthers / 8;
  // Of each head, counted from the first row of the other side. Of the rows of an item no more is kept through the tiles: the registers are
  // full.
  const int end = work.tiles * Shape::kOthers;
  const WarpSeen seen(Shape::others_around(work.a, row), work.others.begin, (int)((Shape::kOfKeys ? work.a.queries : work.a.keys) - work.others.begin));
  float s[Shape::kOthers / 2], g[Shape::kOthers / 2];
  u32 p[kTiles / 2][4], ds[kTiles / 2][4];
  auto& weights = reinterpret_cast<float(&)[kTiles][4]>(s);
  auto& slopes = reinterpret_cast<float(&)[kTiles][4]>(g);
  // Behind a wait for the sums: they may be touched from here on.
  const auto pin = [&] {
    if constexpr (Shape::kHasWeights) {
      ptx::wgmma_pin(dx_sum);
#pragma unroll
      for (int k = 0; k < kTiles / 2; ++k) ptx::wgmma_pin(p[k]);
    }
    if constexpr (Shape::kHasSlopes) {
      ptx::wgmma_pin(x_sum);
#pragma unroll
      for (int k = 0; k < kTiles / 2; ++k) ptx::wgmma_pin(ds[k]);
    }
  };
  ptx::mbarrier_wait_parity(rings.rows_full(), at.rows.parity);
  ptx::mbarrier_wait_parity(rings.others_full(at.others.index), at.others.parity);
  issue_scores<T, Dim, Shape::kRows>(s, rings.x(), consumer, rings.other(at.others.index));
  const int count = work.heads * work.tiles;
  int first = 0;
  u32 last = 0;  // the place of the tile before
  for (int tile = 0;;) {
    const u32 stage = at.others.index;
    if constexpr (Shape::kHasSlopes) issue_scores<T, Dim, Shape::kRows>(g, rings.dx(), consumer, rings.other_dx(stage));
    ptx::wgmma_wait<Shape::kHasSlopes ? 1 : 0>();
    ptx::wgmma_pin(s);
    make_weights(weights, factor, [&](int i) {
      return Shape::kOfKeys ? pair_of(rings.log_sum_exp(stage), i) : float2{statistics[i / 2 % 2].x, statistics[i / 2 % 2].x};
    });
    if constexpr (Shape::kHasSlopes) {
      // The weights are made before the wait: a compiler would do so behind it, when the tensor cores are idle.
      ptx::wgmma_pin(s);
      ptx::wgmma_wait<0>();
      ptx::wgmma_pin(g);
      make_slopes(slopes, weights, [&](int i) { return Shape::kOfKeys ? pair_of(rings.delta(stage), i) : float2{statistics[i / 2 % 2].y, statistics[i / 2 % 2].y}; });
    }
    if (!seen.all_see(first, Shape::kOthers)) {
      const auto met_by = [&](int r) { return seen.of(r, first); };
      if constexpr (Shape::kHasWeights) clear_unmet(weights, met_by);
      if constexpr (Shape::kHasSlopes) clear_unmet(slopes, met_by);
    }
    if constexpr (Shape::kHasWeights) {
      raise_weights<T>(weights);
      pack_pairs<T>(p, weights);
      issue_values<T, Dim>(dx_sum, p, rings.other_dx(stage));
    }
    if constexpr (Shape::kHasSlopes) {
      pack_pairs<T>(ds, slopes);
      issue_values<T, Dim>(x_sum, ds, rings.other(stage));
    }
    last = stage;
    at.others.advance();
    first = first + Shape::kOthers < end ? first + Shape::kOthers : 0;
    if (++tile == count) break;
    ptx::mbarrier_wait_parity(rings.others_full(at.others.index), at.others.parity);
    issue_scores<T, Dim, Shape::kRows>(s, rings.x(), consumer, rings.other(at.others.index));
    // The sums of this tile, not yet the products s of the next one.
    ptx::wgmma_wait<1>();
    pin();
    rings.release(rings.others_empty(last));
  }
  rings.release(rings.rows_empty());
  at.rows.advance();
  ptx::wgmma_wait<0>();
  pin();
  rings.release(rings.others_empty(last));
}
#endif

template <class T, int Dim, GradientOf Of>
__global__ void __launch_bounds__(FlashGradientShape<Dim, Of>::kThreads, 1) flash_gradient_wgmma(
    T* dq, T* dk, T* dv /* those that are made */, const T* q, const T* k, const T* v, const T* dy, const float* log_sum_exp /* [heads, queries] */, const float* delta,
    const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale, Attention a,
    const __grid_constant__ ptx::TensorMap map_q,  // [heads, Dim / 64, queries, 64], boxes of all columns of an item's or of a tile's rows
    const __grid_constant__ ptx::TensorMap map_dy,
    const __grid_constant__ ptx::TensorMap map_k,  // [heads / group, Dim / 64, keys, 64], likewise
    const __grid_constant__ ptx::TensorMap map_v, int heads_at_once) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashGradientShape<Dim, Of>;
  constexpr bool kOfKeys = Shape::kOfKeys;
  constexpr int kSharedBytes = Dim == 64    ? kOfKeys ? 83'520 : 98'368
                               : Dim == 128 ? kOfKeys ? 165'440 : 196'656
                                            : !kOfKeys ? 229'424 : Shape::kHasSlopes ? 230'192 : 197'680;
  static_assert(Shape::kThreads == (Dim == 64 && !kOfKeys ? 512 : 384) && Shape::kSharedBytes == kSharedBytes,
                "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  const FlashGradientRings<Shape> rings{shared, ptx::smem_u32(shared)};
  rings.start();
  const FlashItems items(kOfKeys ? a.heads / a.group : a.heads, kOfKeys ? a.keys : a.queries, Shape::kRows, heads_at_once);
  const int consumer = (int)threadIdx.x / 128 - 1;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<Shape::kProducerRegisters>();
    if (threadIdx.x == 0) {
      load_gradient_tiles(rings, kOfKeys ? map_k : map_q, kOfKeys ? map_v : map_dy, kOfKeys ? map_q : map_k, kOfKeys ? map_dy : map_v,
                          items, a, query_offsets, key_offsets);
    }
    const int statistic = (int)threadIdx.x - (128 - 32 * Shape::kStatisticWarps);
    if (kOfKeys && statistic >= 0) load_statistics(rings, log_sum_exp, delta, statistic, items, a, query_offsets, key_offsets);
  } else {
    ptx::setmaxnreg_inc<Shape::kConsumerRegisters>();
    const int lane = threadIdx.x % 32, warp_row = consumer * 64 + (int)threadIdx.x % 128 / 32 * 16;
    FlashGradientPlaces<Shape> places;
    for (int round = 0, item; items.next(round, item);) {
      float x_sum[Shape::kHasSlopes ? Dim / 2 : 2] = {}, dx_sum[Shape::kHasWeights ? Dim / 2 : 2] = {};
      float2 statistics[2] = {};
      {
        const FlashGradientWork work = gradient_work<Shape>(items, item, a, query_offsets, key_offsets);
        if (work.tiles < 0) continue;
        const i64 row = work.row + warp_row;
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          const i64 of_lane = row + lane / 4 + 8 * h, place = work.at.query + of_lane * work.at.query_step;
          if (!kOfKeys && of_lane < work.a.queries) statistics[h] = {log_sum_exp[place] * kLog2E, delta[place]};
        }
        if (work.tiles > 0) add_gradient_tiles<T, Dim>(x_sum, dx_sum, statistics, rings, places, consumer, row, scale * kLog2E, work);
      }

      // Computed anew: what lived through the tiles would take registers from them.
      ptx::forget(item);
      const FlashGradientWork work = gradient_work<Shape>(items, item, a, query_offsets, key_offsets);
      const i64 row = work.row + warp_row, left = (kOfKeys ? work.a.keys : work.a.queries) - row;
      const float x_normal = slope_normal(work.at, scale), x_factor[2] = {x_normal, x_normal};
      const float dx_normal = weight_normal<T>(work.at), dx_factor[2] = {dx_normal, dx_normal};
      const i64 pitch = (kOfKeys ? work.at.key_step : work.at.query_step) * Dim, offset = (kOfKeys ? work.at.key : work.at.query) * Dim + row * pitch;
      if constexpr (Shape::kHasSlopes) store_flash_rows<T, Dim>((kOfKeys ? dk : dq) + offset, pitch, left, x_sum, x_factor);
      if constexpr (Shape::kHasWeights) store_flash_rows<T, Dim>(dv + offset, pitch, left, dx_sum, dx_factor);
      bool spoilt[2];
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const i64 of_item = lane / 4 + 8 * h;
        const Rows met = Shape::others_of(work.a, row + of_item);
        const float2 of_row = statistics[h];
        // Where one of its numbers is NaN, so is the row of a query, whatever keys it sees, if any.
        const bool is_nan = !kOfKeys && (of_row.x != of_row.x || of_row.y != of_row.y) && met.begin < met.end;
        spoilt[h] = (is_spoilt(x_sum, h) || is_spoilt(dx_sum, h)) && !is_nan && of_item < left;
      }
      const GradientInputs<T> in{q, k, v, dy, log_sum_exp, delta};
      make_again(spoilt, [&](int r) {
        if constexpr (kOfKeys) differentiate_key<T>(Shape::kHasSlopes ? dk : nullptr, Shape::kHasWeights ? dv : nullptr, in, scale, work.a, work.at, row + r);
        else differentiate_query<T>(dq, in, scale, work.a, work.at, row + r);
      });
    }
  }
#else
  __trap();  // the host refuses it
#endif
}
