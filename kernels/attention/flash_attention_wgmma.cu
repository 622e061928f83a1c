// Scaled dot-product attention by wgmma and TMA, sm_90a, for 16-bit floats and heads of 64, 128 or 256 columns: what attention.cu
// computes, with the same masks and special values. Rows start at multiples of 16 bytes.
//
// Blocks as many as the device has multiprocessors take items of work in turn: 128 queries of one head, or 192 of 64 columns
// (common/flash_wgmma.cuh). In each the first warpgroup gives its registers away, and one thread of it brings the queries and the tiles
// of 128 or 80 keys and values that one of them sees through two rings of two places each, already those of the block's next item while
// the others are at work. Each of these has 64 queries. Q K^T comes from shared memory into registers; as weights, rounded to 16 bits,
// its layout there is that of the left operand of P V (Shah et al. 2024, FlashAttention-3). The products of the next tile are issued
// before those of this one with the values, so that the tensor cores have work while the weights are made, and with up to 128 columns
// warpgroups take turns at issuing, so that one of them makes weights while another's products run. Masks cost only where a tile
// crosses their border. It computes 4 * pairs * Dim operations and reads K and V once for as many queries as an item has.
//
// A product of weights cannot leave out a key for some rows: a weight of 0 makes NaN of a value that is infinite or NaN. A row whose
// sums are not finite though its weights are is made again by ordinary arithmetic (common/attention_row.cuh), which does not read what
// the row does not see. Many such values, as in training that has diverged, make the kernel as slow as the plain one, and slower.
#include "common/attention_row.cuh"
#include "common/flash_softmax.cuh"
#include "common/flash_store.cuh"
#include "common/flash_wgmma.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// What brings tiles: one thread.
template <int Dim>
__device__ __forceinline__ void load_flash_tiles(const FlashRings<Dim>& rings, const ptx::TensorMap& map_q, const ptx::TensorMap& map_k, const ptx::TensorMap& map_v,
                                                 const FlashItems& items, const Attention& a, const i32* query_offsets, const i32* key_offsets) {
  using Shape = FlashShape<Dim>;
  FlashStage<1> queries;
  FlashStage<Shape::kStages> keys, values;
  for (int round = 0; round * (int)gridDim.x < items.count; ++round) {
    const int item = items.of_round(round);
    if (item >= items.count) continue;
    const FlashWork work = items.template work<Dim>(item, a, query_offsets, key_offsets);
    if (work.tiles <= 0) continue;
    const FlashRows of_queries = flash_rows(a, work.at.query, work.at.query_step, a.queries);
    const FlashRows of_keys = flash_rows(a, work.at.key, work.at.key_step, a.keys);
    rings.load(rings.queries(), Shape::kQueryBytes, rings.queries_full(), rings.queries_empty(), queries.parity, &map_q, of_queries.row + (i32)work.query, of_queries.head);
    queries.advance();
    // In the order in which they are taken: the values of a tile after the keys of the next one.
    const i32 first = of_keys.row + (i32)work.seen.begin;
    for (int tile = 0; tile <= work.tiles; ++tile) {
      if (tile < work.tiles) {
        rings.load(rings.keys(keys.index), Shape::kTileBytes, rings.keys_full(keys.index), rings.keys_empty(keys.index), keys.parity, &map_k, first + tile * Shape::kKeys, of_keys.head);
        keys.advance();
      }
      if (tile > 0) {
        rings.load(rings.values(values.index), Shape::kTileBytes, rings.values_full(values.index), rings.values_empty(values.index), values.parity, &map_v, first + (tile - 1) * Shape::kKeys, of_keys.head);
        values.advance();
      }
    }
  }
}

// The weights of a tile of keys in the place of a warp's products with it. Keys are counted from `seen`, the item's first: the tile's
// begin at `first`, all 16 queries of the warp, from `query` on, see those of `all`.
template <class T, int Tiles>
__device__ __forceinline__ void weigh_flash_tile(float (&s)[Tiles][4], FlashSoftmax<T>& rows, float (&shrink)[2], float scale, const Attention& a, i64 query, i64 seen, Seen all, int first) {
  constexpr int kKeys = 8 * Tiles;
  // Products of the scale 0 become 0 before they meet the -inf of keys that are not seen; of a negative one they change their signs.
  if (scale <= 0.0f) {
#pragma unroll
    for (int i = 0; i < Tiles * 4; ++i) s[i / 4][i % 4] *= scale == 0.0f ? 0.0f : -1.0f;
  }
  if (first < all.begin || first + kKeys > all.end) {
    hide_unseen(s, [&](int row) { return seen_within(keys_of(a, query + row), seen + first, kKeys); });
  }
  rows.weigh(s, shrink, flash_factor(scale));
}

// A consumer's places in the rings. They go on from one item to the next.
template <int Dim> struct FlashPlaces {
  FlashStage<1> queries;
  FlashStage<FlashShape<Dim>::kStages> keys, values;
};

// The sums of P V over the tiles of an item, one at least, and the softmax, for a consumer's 64 queries; the warp's 16 begin at `query`.
template <class T, int Dim>
__device__ __forceinline__ void multiply_flash_tiles(float (&o)[Dim / 2], FlashSoftmax<T>& rows, const FlashRings<Dim>& rings, FlashPlaces<Dim>& at, int consumer, i64 query,
                                                     float scale, const FlashWork& work) {
  using Shape = FlashShape<Dim>;
  const FlashTurns<Dim> turns{consumer};
  const Seen all = seen_within({keys_of(work.a, query + 15).begin, keys_of(work.a, query).end}, work.seen.begin, work.tiles * Shape::kKeys);
  float s[Shape::kKeys / 2], shrink[2];
  u32 p[Shape::kKeys / 16][4];
  auto& products = reinterpret_cast<float(&)[Shape::kKeys / 8][4]>(s);
  ptx::mbarrier_wait_parity(rings.queries_full(), at.queries.parity);
  ptx::mbarrier_wait_parity(rings.keys_full(at.keys.index), at.keys.parity);
  turns.take();
  issue_scores<T, Dim>(s, rings.queries(), consumer, rings.keys(at.keys.index));
  turns.pass();
  ptx::wgmma_wait<0>();
  ptx::wgmma_pin(s);
  rings.release_keys(at.keys);
  weigh_flash_tile(products, rows, shrink, scale, work.a, query, work.seen.begin, all, 0);
  pack_pairs<T>(p, products);
  for (int tile = 1; tile < work.tiles; ++tile) {
    ptx::mbarrier_wait_parity(rings.keys_full(at.keys.index), at.keys.parity);
    turns.take();
    issue_scores<T, Dim>(s, rings.queries(), consumer, rings.keys(at.keys.index));
    ptx::mbarrier_wait_parity(rings.values_full(at.values.index), at.values.parity);
    issue_values<T, Dim>(o, p, rings.values(at.values.index));
    turns.pass();
    ptx::wgmma_wait<1>();
    ptx::wgmma_pin(s);
    rings.release_keys(at.keys);
    weigh_flash_tile(products, rows, shrink, scale, work.a, query, work.seen.begin, all, tile * Shape::kKeys);
    finish_values(o, p);
    rings.release_values(at.values);
#pragma unroll
    for (int i = 0; i < Dim / 2; ++i) o[i] *= shrink[i / 2 % 2];
    pack_pairs<T>(p, products);
  }
  rings.release_queries(at.queries);
  ptx::mbarrier_wait_parity(rings.values_full(at.values.index), at.values.parity);
  issue_values<T, Dim>(o, p, rings.values(at.values.index));
  finish_values(o, p);
  rings.release_values(at.values);
}
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(FlashShape<Dim>::kThreads, 1) flash_attention_wgmma(
    T* y, float* log_sum_exp /* as y, without Dim */, bool has_log_sum_exp,
    const __grid_constant__ ptx::TensorMap map_q,  // [heads, Dim / 64, queries, 64], boxes of all columns of an item's queries
    const __grid_constant__ ptx::TensorMap map_k,  // [heads / group, Dim / 64, keys, 64], boxes of all columns of a tile
    const __grid_constant__ ptx::TensorMap map_v,
    const T* q, const T* k, const T* v, const i32* query_offsets /* [sequences + 1], of packed ones */, const i32* key_offsets, float scale,
    int heads_at_once, Attention a) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Shape = FlashShape<Dim>;
  static_assert(Shape::kThreads == (Dim == 64 ? 512 : 384) && Shape::kSharedBytes == (Dim == 64 ? 90'192 : Dim == 128 ? 163'920 : 229'456), "the launcher starts so many threads with so much shared memory");
  extern __shared__ __align__(1024) u8 shared[];
  const FlashRings<Dim> rings{ptx::smem_u32(shared)};
  rings.start();
  const FlashItems items(a.heads, a.queries, Shape::kQueries, heads_at_once);
  const int consumer = (int)threadIdx.x / 128 - 1;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<Shape::kProducerRegisters>();
    if (threadIdx.x == 0) load_flash_tiles(rings, map_q, map_k, map_v, items, a, query_offsets, key_offsets);
  } else {
    ptx::setmaxnreg_inc<Shape::kConsumerRegisters>();
    const int lane = threadIdx.x % 32, warp_row = consumer * 64 + (int)threadIdx.x % 128 / 32 * 16;
    const FlashTurns<Dim> turns{consumer};
    turns.start();
    FlashPlaces<Dim> places;
    for (int round = 0; round * (int)gridDim.x < items.count; ++round) {
      const int item = items.of_round(round);
      if (item >= items.count) continue;
      const FlashWork work = items.template work<Dim>(item, a, query_offsets, key_offsets);
      if (work.tiles < 0) continue;
      const i64 query = work.query + warp_row;
      FlashSoftmax<T> rows;
      float o[Dim / 2] = {};
      if (work.tiles > 0) multiply_flash_tiles<T, Dim>(o, rows, rings, places, consumer, query, scale, work);

      float normal[2];
      u32 spoilt[2];  // the rows to make again, by a bit of each of their lanes
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const i64 row = query + lane / 4 + 8 * h;
        normal[h] = rows.finish(h, scale, work.a, work.at, row, has_log_sum_exp ? log_sum_exp : nullptr);
        float zero = 0.0f;
#pragma unroll
        for (int i = 2 * h; i < Dim / 2; i += 4) zero = math::fma(o[i], 0.0f, math::fma(o[i + 1], 0.0f, zero));
        spoilt[h] = __ballot_sync(kAllLanes, zero != 0.0f && rows.sum[h] == rows.sum[h] && row < work.a.queries);
      }
      const i64 pitch = work.at.query_step * Dim;
      store_flash_rows<T, Dim>(y + work.at.query * Dim + query * pitch, pitch, work.a.queries - query, o, normal);
      if ((spoilt[0] | spoilt[1]) != 0) {
        __syncwarp();
        for (int row = 0; row < 16; ++row) {
          if (((row < 8 ? spoilt[0] : spoilt[1]) >> row % 8 * 4 & 0xf) != 0) attend_row<T>(y, nullptr, q, k, v, scale, work.a, work.at, query + row);
        }
      }
    }
    turns.finish();
  }
#else
  __trap();  // the host refuses it
#endif
}
