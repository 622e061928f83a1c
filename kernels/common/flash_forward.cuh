// Attention by wgmma from queries, keys and values to rows of the result, for every element type of theirs: what the warpgroups of a block do
// with the tiles of common/flash_wgmma.cuh.
//
// One thread of the first warpgroup brings the queries and the tiles of keys and values that one of them sees, already those of the block's
// next item while the others are at work. Each of these has 64 queries. Q K^T comes from shared memory into registers; as weights, rounded,
// its layout there is that of the left operand of P V (Shah et al. 2024, FlashAttention-3). The products of the next tile are issued
// before those of this one with the values, so that the tensor cores have work while the weights are made, and with up to 128 columns
// warpgroups take turns at issuing, so that one of them makes weights while another's products run. Masks cost only where a tile
// crosses their border.
//
// A product of weights cannot leave out a key for some rows: a weight of 0 makes NaN of a value that is infinite or NaN. A row whose
// sums are not finite though its weights are is made again by ordinary arithmetic (common/attention_row.cuh), which does not read what
// the row does not see. Many such values, as in training that has diverged, make the kernel as slow as the plain one, and slower.
#pragma once
#include "common/attention_row.cuh"
#include "common/flash_softmax.cuh"
#include "common/flash_store.cuh"
#include "common/flash_transpose.cuh"
#include "common/flash_wgmma.cuh"
#include "common/ptx/forget.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// What brings tiles: one thread.
template <int Dim, int Bytes>
__device__ __forceinline__ void load_flash_tiles(const FlashRings<Dim, Bytes>& rings, const ptx::TensorMap& map_q, const ptx::TensorMap& map_k,
                                                 const ptx::TensorMap& map_v, const FlashItems& items, const Attention& a, const i32* query_offsets,
                                                 const i32* key_offsets) {
  using Shape = FlashShape<Dim, Bytes>;
  FlashStage<1> queries;
  FlashStage<Shape::kStages> keys, values;
  for (int round = 0, item; items.next(round, item);) {
    const FlashWork work = items.template work<Shape>(item, a, query_offsets, key_offsets);
    if (work.tiles <= 0) continue;
    const FlashRows of_queries = flash_rows(a, work.at.query, work.at.query_step, a.queries);
    const FlashRows of_keys = flash_rows(a, work.at.key, work.at.key_step, a.keys);
    rings.load(rings.queries(), Shape::kQueryBytes, rings.queries_full(), rings.queries_empty(), queries.parity, &map_q,
               of_queries.row + (i32)work.query, of_queries.head);
    queries.advance();
    // In the order in which they are taken: the values of a tile after the keys of the next one.
    const i32 first = of_keys.row + (i32)work.seen.begin;
    for (int tile = 0; tile <= work.tiles; ++tile) {
      if (tile < work.tiles) {
        rings.load(rings.keys(keys.index), Shape::kTileBytes, rings.keys_full(keys.index), rings.keys_empty(keys.index), keys.parity, &map_k,
                   first + tile * Shape::kKeys, of_keys.head);
        keys.advance();
      }
      if (tile > 0) {
        rings.load(rings.value_rows(values.index), Shape::kTileBytes, rings.value_rows_full(values.index), rings.value_rows_empty(values.index), values.parity, &map_v,
                   first + (tile - 1) * Shape::kKeys, of_keys.head);
        values.advance();
      }
    }
  }
}

// The weights of a tile of keys, from `first` on, in the place of a warp's products with it.
template <class T, int Tiles>
__device__ __forceinline__ void weigh_flash_tile(float (&s)[Tiles][4], FlashSoftmax<T>& rows, float (&shrink)[2], float scale, const WarpSeen& seen, int first) {
  constexpr int kKeys = 8 * Tiles;
  turn_products(s, scale);
  if (!seen.all_see(first, kKeys)) hide_unseen(s, [&](int row) { return seen.of(row, first); });
  rows.weigh(s, shrink, flash_factor(scale));
}

// Weights as left operands of P V, rounded. Of 16 bits the layout of accumulators is theirs; of 8 bits a register has four keys, those
// of two accumulators side by side, which are also next to each other in the transposed values (common/flash_transpose.cuh).
template <class T, int Steps, int Tiles> __device__ __forceinline__ void pack_weights(u32 (&p)[Steps][4], const float (&s)[Tiles][4]) {
  if constexpr (sizeof(T) == 2) {
    pack_pairs<T>(p, s);
  } else {
#pragma unroll
    for (int i = 0; i < Steps * 4; ++i) {
      const int left = i / 4 * 4 + i % 4 / 2 * 2, row = i % 2 * 2;
      const u32 low = ptx::pack(ptx::to_e4m3x2(s[left][row], s[left][row + 1])), high = ptx::pack(ptx::to_e4m3x2(s[left + 1][row], s[left + 1][row + 1]));
      p[i / 4][i % 4] = low | high << 16;
    }
  }
}

// Whether the tensor cores sum the keys of one tile only, and the ordinary units the tiles: of 8-bit floats tensor cores keep about 14 bits
// of their sums. Wider heads leave no registers for that: there the tensor cores sum all of it.
template <class T, int Dim> constexpr bool kSumsTiles = sizeof(T) == 1 && Dim <= 128;

// The sums of P V of a consumer's 64 queries. Arrays that are members here may be left in memory by a compiler; those of the caller
// become registers.
template <class T, int Dim> struct FlashSums {
  float (&o)[Dim / 2];                                 // those of all tiles so far
  float (&of_tile)[kSumsTiles<T, Dim> ? Dim / 2 : 1];  // those of the latest, where they are summed apart
  float (&factor)[2];                                  // by which o shrinks when those are added

  template <int Steps> __device__ __forceinline__ void issue(u32 (&p)[Steps][4], u32 values) {
    if constexpr (kSumsTiles<T, Dim>) issue_values<T, Dim>(of_tile, p, values, false);
    else issue_values<T, Dim>(o, p, values, true);
  }
  // Waits for what was issued, with the weights p.
  template <int Steps> __device__ __forceinline__ void finish(u32 (&p)[Steps][4]) {
    if constexpr (kSumsTiles<T, Dim>) {
      finish_values(of_tile, p);
#pragma unroll
      for (int i = 0; i < Dim / 2; ++i) o[i] = math::fma(o[i], factor[i / 2 % 2], of_tile[i]);
    } else {
      finish_values(o, p);
    }
  }
  // From the next tile on weights are smaller, and so are the sums.
  __device__ __forceinline__ void shrink(const float (&next)[2]) {
    if constexpr (kSumsTiles<T, Dim>) {
      factor[0] = next[0];
      factor[1] = next[1];
    } else {
#pragma unroll
      for (int i = 0; i < Dim / 2; ++i) o[i] *= next[i / 2 % 2];
    }
  }
};

// A consumer's places in the rings. They go on from one item to the next.
template <int Dim, int Bytes> struct FlashPlaces {
  FlashStage<1> queries;
  FlashStage<FlashShape<Dim, Bytes>::kStages> keys, values;
};

// The sums of P V over the tiles of an item, one at least, and the softmax, for a consumer's 64 queries; the warp's 16 begin at `query`.
template <class T, int Dim>
__device__ __forceinline__ void multiply_flash_tiles(float (&o)[Dim / 2], FlashSoftmax<T>& rows, const FlashRings<Dim, sizeof(T)>& rings,
                                                     FlashPlaces<Dim, sizeof(T)>& at, int consumer, i64 query, float scale, const FlashWork& work) {
  using Shape = FlashShapeOf<T, Dim>;
  const FlashTurns<Dim, sizeof(T)> turns{consumer};
  // Of the rows of an item so much is kept as the tiles need: the registers are full.
  const int tiles = work.tiles;
  const WarpSeen seen(keys_around(work.a, query), work.seen.begin, (int)(work.a.keys - work.seen.begin));
  float s[Shape::kKeys / 2], shrink[2], of_tile[kSumsTiles<T, Dim> ? Dim / 2 : 1], factor[2] = {};
  FlashSums<T, Dim> sums{o, of_tile, factor};
  u32 p[Shape::kKeys * (int)sizeof(T) / 32][4];
  auto& products = reinterpret_cast<float(&)[Shape::kKeys / 8][4]>(s);
  ptx::mbarrier_wait_parity(rings.queries_full(), at.queries.parity);
  ptx::mbarrier_wait_parity(rings.keys_full(at.keys.index), at.keys.parity);
  turns.take();
  issue_scores<T, Dim>(s, rings.queries(), consumer, rings.keys(at.keys.index));
  turns.pass();
  ptx::wgmma_wait<0>();
  ptx::wgmma_pin(s);
  rings.release_keys(at.keys);
  weigh_flash_tile(products, rows, shrink, scale, seen, 0);
  pack_weights<T>(p, products);
  for (int tile = 1; tile < tiles; ++tile) {
    ptx::mbarrier_wait_parity(rings.keys_full(at.keys.index), at.keys.parity);
    turns.take();
    issue_scores<T, Dim>(s, rings.queries(), consumer, rings.keys(at.keys.index));
    ptx::mbarrier_wait_parity(rings.values_full(at.values.index), at.values.parity);
    sums.issue(p, rings.values(at.values.index));
    turns.pass();
    ptx::wgmma_wait<1>();
    ptx::wgmma_pin(s);
    rings.release_keys(at.keys);
    weigh_flash_tile(products, rows, shrink, scale, seen, tile * Shape::kKeys);
    // Before the wait: a compiler would make the weights behind it, when the tensor cores are idle.
    ptx::wgmma_pin(s);
    sums.finish(p);
    rings.release_values(at.values);
    sums.shrink(shrink);
    pack_weights<T>(p, products);
  }
  rings.release_queries(at.queries);
  ptx::mbarrier_wait_parity(rings.values_full(at.values.index), at.values.parity);
  sums.issue(p, rings.values(at.values.index));
  sums.finish(p);
  rings.release_values(at.values);
}

// The work of all blocks. What is made of an item's sums is told by
//   result.scale(work)                     the factor of the scores
//   result.factor(work, normal)            that of a row's sums, where normal makes the sum of the weights 1 (0 of a query that sees no key)
//   result.store(work, query, o, factors)  writes the warp's 16 rows from `query` on, as many as there are
//   result.remake(work, query)             makes a row anew by the ordinary units
template <class T, int Dim, class Result>
__device__ __forceinline__ void flash_forward(const Result& result, u32 shared, float* log_sum_exp /* or null */, const ptx::TensorMap& map_q,
                                              const ptx::TensorMap& map_k, const ptx::TensorMap& map_v, const i32* query_offsets, const i32* key_offsets,
                                              int heads_at_once, const Attention& a) {
  using Shape = FlashShapeOf<T, Dim>;
  const FlashRings<Dim, sizeof(T)> rings{shared};
  rings.start();
  const FlashItems items(a.heads, a.queries, Shape::kQueries, heads_at_once);
  const int consumer = (int)threadIdx.x / 128 - 1;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<Shape::kProducerRegisters>();
    if (threadIdx.x == 0) load_flash_tiles(rings, map_q, map_k, map_v, items, a, query_offsets, key_offsets);
    if constexpr (Shape::kTransposes) {
      if (threadIdx.x >= 32) transpose_flash_values(rings, items, a, query_offsets, key_offsets, (int)threadIdx.x / 32 - 1);
    }
  } else {
    ptx::setmaxnreg_inc<Shape::kConsumerRegisters>();
    const int lane = threadIdx.x % 32, warp_row = consumer * 64 + (int)threadIdx.x % 128 / 32 * 16;
    const FlashTurns<Dim, sizeof(T)> turns{consumer};
    turns.start();
    FlashPlaces<Dim, sizeof(T)> places;
    for (int round = 0, item; items.next(round, item);) {
      FlashSoftmax<T> rows;
      float o[Dim / 2] = {};
      {
        const FlashWork work = items.template work<Shape>(item, a, query_offsets, key_offsets);
        if (work.tiles < 0) continue;
        if (work.tiles > 0) multiply_flash_tiles<T, Dim>(o, rows, rings, places, consumer, work.query + warp_row, result.scale(work), work);
      }

      // Computed anew: what lived through the tiles would take registers from them.
      ptx::forget(item);
      const FlashWork work = items.template work<Shape>(item, a, query_offsets, key_offsets);
      const i64 query = work.query + warp_row;
      const float scale = result.scale(work);
      float factor[2];
#pragma unroll
      for (int h = 0; h < 2; ++h) factor[h] = result.factor(work, rows.finish(h, scale, work.a, work.at, query + lane / 4 + 8 * h, log_sum_exp));
      result.store(work, query, o, factor);
      bool spoilt[2];
#pragma unroll
      for (int h = 0; h < 2; ++h) spoilt[h] = is_spoilt(o, h) && rows.sum[h] == rows.sum[h] && query + lane / 4 + 8 * h < work.a.queries;
      make_again(spoilt, [&](int row) { result.remake(work, query + row); });
    }
    turns.finish();
  }
}
#endif
