// What attention by wgmma is made of, sm_90a: how its tiles lie in shared memory and come there by TMA, the products of a warpgroup
// with them, and which rows a block works on in turn.
//
// A tile holds rows of Dim elements of 16 or 8 bits in columns of 128 bytes (64 where a row has no more): boxes of all its rows by those
// columns, one after the other, each as TMA's swizzle of their width leaves it. So Q and K are K-major operands, and V, whose rows are
// steps along k, is an MN-major one. Of 8-bit elements there are none such: their values go through a third ring, from which the
// producer's other warps transpose them (common/flash_transpose.cuh). One map of [heads, columns, rows, box] brings a whole tile in one
// instruction; what lies beyond the rows is filled up with zeros.
#pragma once
#include "common/attention.cuh"
#include "common/float8.cuh"
#include "common/ptx/tensor_map.cuh"

// The sizes of a block's work on elements of so many bytes. A warpgroup multiplies 64 queries; a head of 64 columns of 16 bits leaves
// the registers for a third one.
template <int Dim, int Bytes = 2> struct FlashShape {
  static_assert((Dim == 64 || Dim == 128 || Dim == 256) && (Bytes == 2 || Bytes == 1), "heads have 64, 128 or 256 columns of 16 or 8 bits");
  static constexpr bool kTransposes = Bytes == 1;  // the values
  static constexpr int kConsumers = Dim == 64 && Bytes == 2 ? 3 : 2;
  static constexpr int kThreads = 128 * (1 + kConsumers);  // the producer's warpgroup, then the consumers
  static constexpr int kTransposers = 3;  // warps
  static constexpr int kQueries = 64 * kConsumers;
  static constexpr int kKeys = Dim * Bytes == 512 ? 80 : 128;  // of a tile: what registers and shared memory hold
  static constexpr int kStages = 2;
  static constexpr int kRings = kTransposes ? 3 : 2;
  static constexpr int kPlaces = 1 + kRings * kStages;  // for the queries and for tiles
  static constexpr int kRowBytes = Dim * Bytes;
  static constexpr int kBoxBytes = kRowBytes < 128 ? kRowBytes : 128;  // of a row
  static constexpr int kQueryBytes = kQueries * kRowBytes;
  static constexpr int kTileBytes = kKeys * kRowBytes;
  static constexpr int kSharedBytes = kQueryBytes + kRings * kStages * kTileBytes + 8 * 2 * kPlaces;
  static constexpr int kProducerRegisters = kConsumers == 3 ? 32 : 40;
  static constexpr int kConsumerRegisters = kConsumers == 3 ? 160 : 232;
};

template <class T, int Dim> using FlashShapeOf = FlashShape<Dim, (int)sizeof(T)>;

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/setmaxnreg.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ring_place.cuh"
#include "common/warpgroup_turns.cuh"

template <int Stages> using FlashStage = RingPlace<Stages>;

// Shared memory from an address on: the queries, a ring of tiles of keys, one of values, of 8-bit floats one of values as they come, and
// mbarriers. For each place one of them, `full`, counts the bytes that come, or the warps that have filled it, and one, `empty`, the
// warps that are done with them.
template <int Dim, int Bytes = 2> struct FlashRings {
  using Shape = FlashShape<Dim, Bytes>;
  static constexpr u32 kRowRing = Shape::kRings - 1;  // the ring into which values come
  u32 address;

  __device__ __forceinline__ u32 queries() const { return address; }
  __device__ __forceinline__ u32 keys(u32 stage) const { return tile(0, stage); }
  __device__ __forceinline__ u32 values(u32 stage) const { return tile(1, stage); }  // as the products take them
  __device__ __forceinline__ u32 value_rows(u32 stage) const { return tile(kRowRing, stage); }  // as they come
  __device__ __forceinline__ u32 queries_full() const { return full(0); }
  __device__ __forceinline__ u32 keys_full(u32 stage) const { return full(place(0, stage)); }
  __device__ __forceinline__ u32 values_full(u32 stage) const { return full(place(1, stage)); }
  __device__ __forceinline__ u32 value_rows_full(u32 stage) const { return full(place(kRowRing, stage)); }
  __device__ __forceinline__ u32 queries_empty() const { return empty(0); }
  __device__ __forceinline__ u32 keys_empty(u32 stage) const { return empty(place(0, stage)); }
  __device__ __forceinline__ u32 values_empty(u32 stage) const { return empty(place(1, stage)); }
  __device__ __forceinline__ u32 value_rows_empty(u32 stage) const { return empty(place(kRowRing, stage)); }

  // By all threads of the block, before anything else.
  __device__ __forceinline__ void start() const {
    if (threadIdx.x == 0) {
      for (u32 i = 0; i < Shape::kPlaces; ++i) {
        const bool is_transposed = Shape::kTransposes && i >= place(1, 0) && i < place(2, 0);
        const bool is_to_transpose = Shape::kTransposes && i >= place(2, 0);
        ptx::mbarrier_init(full(i), is_transposed ? Shape::kTransposers : 1);
        ptx::mbarrier_init(empty(i), is_to_transpose ? Shape::kTransposers : 4 * Shape::kConsumers);
      }
      ptx::fence_mbarrier_init();
    }
    __syncthreads();
  }

  // Brings a tile: waits until its place is empty, and has its bytes counted.
  __device__ __forceinline__ static void load(u32 tile, u32 bytes, u32 full, u32 empty, u32 parity, const ptx::TensorMap* map, i32 row, i32 head) {
    ptx::mbarrier_wait_parity(empty, parity ^ 1);
    ptx::mbarrier_arrive_expect_tx(full, bytes);
    ptx::tma_load_4d(tile, map, 0, row, 0, head, full);
  }

  // Tells those who fill a place that the warp is done with it, and goes on to the next.
  __device__ __forceinline__ void release_queries(FlashStage<1>& place) const { release(queries_empty(), place); }
  __device__ __forceinline__ void release_keys(FlashStage<Shape::kStages>& place) const { release(keys_empty(place.index), place); }
  __device__ __forceinline__ void release_values(FlashStage<Shape::kStages>& place) const { release(values_empty(place.index), place); }

 private:
  __device__ __forceinline__ static constexpr u32 place(u32 ring, u32 stage) { return 1 + ring * Shape::kStages + stage; }
  __device__ __forceinline__ u32 tile(u32 ring, u32 stage) const { return address + Shape::kQueryBytes + (ring * Shape::kStages + stage) * Shape::kTileBytes; }
  __device__ __forceinline__ u32 full(u32 place) const { return tile(Shape::kRings, 0) + 8 * place; }
  __device__ __forceinline__ u32 empty(u32 place) const { return full(Shape::kPlaces) + 8 * place; }

  // The warp's lanes have waited for the products together, so that one speaks for all.
  template <int Stages> __device__ __forceinline__ static void release(u32 empty, FlashStage<Stages>& place) {
    if (threadIdx.x % 32 == 0) ptx::mbarrier_arrive(empty);
    place.advance();
  }
};

// The consumers' products with tiles go in turn, with up to 128 columns (of wider heads the weights are too small a part of the work):
// while one of them makes weights, the tensor cores belong to another (Shah et al. 2024, FlashAttention-3).
template <int Dim, int Bytes = 2> struct FlashTurns {
  static constexpr bool kExist = Dim <= 128;
  WarpgroupTurns<FlashShape<Dim, Bytes>::kConsumers> turns;

  __device__ __forceinline__ void start() const {
    if constexpr (kExist) turns.start();
  }
  __device__ __forceinline__ void take() const {
    if constexpr (kExist) turns.take();
  }
  __device__ __forceinline__ void pass() const {
    if constexpr (kExist) turns.pass();
  }
  // All have had as many turns: the first one is left with the last turn.
  __device__ __forceinline__ void finish() const {
    if (turns.warpgroup == 0) take();
  }
};

template <class T, int N> struct FlashMath;
template <int N> struct FlashMath<f16, N> {
  __device__ __forceinline__ static void issue(float (&d)[N / 2], u64 a, u64 b, bool accumulate) { ptx::wgmma_f32_f16_f16<N>(d, a, b, accumulate); }
  __device__ __forceinline__ static void issue(float (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) { ptx::wgmma_f32_f16_f16<N, 1, 1, 1>(d, a, b, accumulate); }
};
template <int N> struct FlashMath<bf16, N> {
  __device__ __forceinline__ static void issue(float (&d)[N / 2], u64 a, u64 b, bool accumulate) { ptx::wgmma_f32_bf16_bf16<N>(d, a, b, accumulate); }
  __device__ __forceinline__ static void issue(float (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) {
    ptx::wgmma_f32_bf16_bf16<N, 1, 1, 1>(d, a, b, accumulate);
  }
};
template <int N> struct FlashMath<e4m3, N> {
  __device__ __forceinline__ static void issue(float (&d)[N / 2], u64 a, u64 b, bool accumulate) { ptx::wgmma_f32_e4m3_e4m3<N>(d, a, b, accumulate); }
  __device__ __forceinline__ static void issue(float (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) { ptx::wgmma_f32_e4m3_e4m3<N>(d, a, b, accumulate); }
};

// Issues s = Q K^T of a consumer's 64 of so many queries and a tile of keys, of which a lane has a quarter with two queries, as one group.
// An instruction takes 32 bytes of a row; a descriptor counts in units of 16 bytes.
template <class T, int Dim, int Queries = FlashShapeOf<T, Dim>::kQueries, int Sums>
__device__ __forceinline__ void issue_scores(float (&s)[Sums], u32 queries, int consumer, u32 keys) {
  using Shape = FlashShapeOf<T, Dim>;
  constexpr int kKeys = 2 * Sums;
  constexpr ptx::Swizzle kSwizzle = Shape::kBoxBytes == 64 ? ptx::Swizzle::bytes64 : ptx::Swizzle::bytes128;
  constexpr int kSteps = Shape::kBoxBytes / 32;
  const u64 a = ptx::k_major_descriptor(queries + consumer * 64 * Shape::kBoxBytes, kSwizzle), b = ptx::k_major_descriptor(keys, kSwizzle);
  ptx::wgmma_fence();
#pragma unroll
  for (int k = 0; k < Shape::kRowBytes / 32; ++k) {
    const int box = k / kSteps, step = k % kSteps * 2;
    FlashMath<T, kKeys>::issue(s, a + box * (Queries * Shape::kBoxBytes / 16) + step, b + box * (kKeys * Shape::kBoxBytes / 16) + step, k > 0);
  }
  ptx::wgmma_commit();
}

// Issues o = P V, or o += P V, as one group. An instruction takes 16 rows of V, 2048 bytes of every box; of 8-bit floats it takes 32
// bytes of each row of the transpose, which has one box.
template <class T, int Dim, int Steps> __device__ __forceinline__ void issue_values(float (&o)[Dim / 2], u32 (&p)[Steps][4], u32 values, bool accumulate = true) {
  using Shape = FlashShapeOf<T, Dim>;
  static_assert(!Shape::kTransposes || Shape::kKeys == 128, "a row of the transpose is as wide as its swizzle");
  const u64 b = Shape::kTransposes ? ptx::k_major_descriptor(values, ptx::Swizzle::bytes128) : ptx::mn_major_descriptor(values, Steps * 2048, ptx::Swizzle::bytes128);
  // What ordinary arithmetic left in them is there before the fence: the compiler may not move it behind.
  if (accumulate) ptx::wgmma_pin(o);
#pragma unroll
  for (int k = 0; k < Steps; ++k) ptx::wgmma_pin(p[k]);
  ptx::wgmma_fence();
#pragma unroll
  for (int k = 0; k < Steps; ++k) FlashMath<T, Dim>::issue(o, p[k], b + k * (Shape::kTransposes ? 2 : 128), accumulate || k > 0);
  ptx::wgmma_commit();
}

// Waits for all products; accumulators and weights may be touched from here on.
template <int Sums, int Steps> __device__ __forceinline__ void finish_values(float (&o)[Sums], u32 (&p)[Steps][4]) {
  ptx::wgmma_wait<0>();
  ptx::wgmma_pin(o);
#pragma unroll
  for (int k = 0; k < Steps; ++k) ptx::wgmma_pin(p[k]);
}

// Where the rows of a head lie in a map: its first row, and its number.
struct FlashRows {
  i32 row, head;
};

// Of packed sequences a map has all rows and the heads of one sequence, else the rows of one head and all heads.
__device__ __forceinline__ FlashRows flash_rows(const Attention& a, i64 first, i64 step, i64 rows) {
  if (a.packed_heads == 0) return {0, (i32)(first / rows)};
  return {(i32)(first / step), (i32)(first % step)};
}

// What a block works on at a time: queries of one head, and the keys that they see.
struct FlashWork {
  Attention a;  // with the rows of the head's own sequence
  HeadRows at;
  i64 head;
  i64 query;  // the first
  Rows seen;
  int tiles;  // of keys; -1 where the sequence has no such queries
};

struct FlashItem {
  int head, number;
};

// The items of work: so many queries of one head each. All of them stand in an order in which heads of a group, whose keys and values fit
// the L2 cache together, are done with before the next group begins; in a group the last queries of all heads come first, which in a
// causal attention see the most keys. Blocks take them in rounds, every other one backwards, so that none has the longest of all rounds.
struct FlashItems {
  int heads, per_head, at_once, count;

  __device__ __forceinline__ FlashItems(i64 heads, i64 rows, int item_rows, int heads_at_once)
      : heads((int)heads), per_head((int)((rows + item_rows - 1) / item_rows)), at_once(heads_at_once), count((int)heads * per_head) {}

  // The item of a round; `count` and more where there is none.
  __device__ __forceinline__ int of_round(int round) const {
    const int block = round % 2 == 0 ? (int)blockIdx.x : (int)(gridDim.x - 1 - blockIdx.x);
    return round * (int)gridDim.x + block;
  }

  // Goes on to the block's next item, from round 0 on; false where there is none.
  __device__ __forceinline__ bool next(int& round, int& item) const {
    while (round * (int)gridDim.x < count) {
      item = of_round(round++);
      if (item < count) return true;
    }
    return false;
  }

  // The head of an item, and which of the head's items it is in their order.
  __device__ __forceinline__ FlashItem place(int item) const {
    const int group = item / (at_once * per_head), within = item - group * (at_once * per_head), first = group * at_once;
    const int together = heads - first < at_once ? heads - first : at_once;
    return {first + within % together, within / together};
  }

  template <class Shape> __device__ __forceinline__ FlashWork work(int item, const Attention& a, const i32* query_offsets, const i32* key_offsets) const {
    const FlashItem at = place(item);
    FlashWork work{a};
    work.head = at.head;
    work.at = rows_of_head(work.a, work.head, query_offsets, key_offsets);
    work.query = (per_head - 1 - at.number) * (i64)Shape::kQueries;
    const i64 last = (work.a.queries - work.query < Shape::kQueries ? work.a.queries : work.query + Shape::kQueries) - 1;
    work.seen = {keys_of(work.a, work.query).begin, keys_of(work.a, last).end};
    const i64 keys = work.seen.end - work.seen.begin;
    work.tiles = work.query >= work.a.queries ? -1 : keys > 0 ? (int)((keys + Shape::kKeys - 1) / Shape::kKeys) : 0;
    return work;
  }
};
#endif
