// What the attention's gradients by wgmma are made of, sm_90a: how tiles lie in shared memory and come there, and which rows a block works
// on in turn. A block owns rows x of one side, with dx where slopes take it; the rows of the other side come in tiles, in pairs
// (common/flash_gradient.cuh). Tiles are those of common/flash_wgmma.cuh.
#pragma once
#include "common/flash_gradient.cuh"
#include "common/flash_wgmma.cuh"

// The sizes of a block's work. A warpgroup multiplies 64 rows; the one gradient to queries of 64 columns leaves the registers for a third
// one. Of 128 columns the gradients to keys and values fill two thirds of a thread's registers, and leave those of products with 64 queries.
// Of 256 columns the sums of one gradient fill half of them; beside rows of both kinds shared memory holds two pairs of tiles of 48 rows.
template <int Dim, GradientOf Of> struct FlashGradientShape : GradientParts<Of> {
  static_assert(Dim == 64 || Dim == 128 || Dim == 256, "heads have 64, 128 or 256 columns");
  static_assert((Dim == 256) == (Of == GradientOf::keys || Of == GradientOf::values) || Of == GradientOf::queries,
                "keys and values of 256 columns have a kernel each, others one");
  using Parts = GradientParts<Of>;
  static constexpr int kConsumers = Dim == 64 && !Parts::kOfKeys ? 3 : 2;
  static constexpr int kThreads = 128 * (1 + kConsumers);  // the producer's warpgroup, then the consumers
  static constexpr int kRows = 64 * kConsumers;            // of an item of work
  static constexpr int kOthers = Dim == 128 && !Parts::kOfKeys ? 128 : Dim == 256 && Parts::kHasSlopes ? 48 : 64;  // rows of a tile
  static constexpr int kStages = Dim == 256 || (Dim == 128 && !Parts::kOfKeys) ? 2 : 3;
  static constexpr int kRowBytes = kRows * Dim * 2;
  static constexpr int kOwnBytes = (Parts::kHasSlopes ? 2 : 1) * kRowBytes;
  static constexpr int kOtherBytes = kOthers * Dim * 2;
  static constexpr int kStatisticWarps = Parts::kOfKeys ? (kOthers + 31) / 32 : 0;  // that bring two numbers of each query of a tile
  static constexpr int kStatisticBytes = Parts::kOfKeys ? 2 * 4 * kOthers : 0;
  static constexpr int kSharedBytes = kOwnBytes + kStages * (2 * kOtherBytes + kStatisticBytes) + 8 * (2 + 2 * kStages);
  static constexpr int kProducerRegisters = kConsumers == 3 ? 32 : Dim == 128 && Parts::kOfKeys ? 24 : 40;
  static constexpr int kConsumerRegisters = kConsumers == 3 ? 160 : Dim == 128 && Parts::kOfKeys ? 240 : 232;
  static_assert(kSharedBytes <= 227 * 1024, "a block has no more shared memory");
  // Of a thread: its sums, and either the products of a tile or, as operands of 16 bits, what was made of them beside the next scores.
  static constexpr int kSums = (int)Parts::kHasSlopes + (int)Parts::kHasWeights;
  static constexpr int kOfProducts = (Parts::kHasSlopes ? 2 : 1) * kOthers / 2, kOfOperands = kSums * kOthers / 4 + kOthers / 2;
  static constexpr int kHeldRegisters = kSums * Dim / 2 + (kOfProducts > kOfOperands ? kOfProducts : kOfOperands);
  static_assert(kHeldRegisters <= kConsumerRegisters - 32, "some are left for addresses and numbers of rows");
};

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// Shared memory: the rows x, and dx, a ring of pairs of tiles of the other side, for each of them log_sum_exp in powers of two and delta
// where they are queries, and mbarriers as those of FlashRings. A pair of tiles has one place in the ring, as has x with dx.
template <class Shape> struct FlashGradientRings {
  u8* memory;
  u32 address;

  __device__ __forceinline__ u32 x() const { return address; }
  __device__ __forceinline__ u32 dx() const { return address + Shape::kRowBytes; }
  __device__ __forceinline__ u32 other(u32 stage) const { return address + Shape::kOwnBytes + stage * 2 * Shape::kOtherBytes; }
  __device__ __forceinline__ u32 other_dx(u32 stage) const { return other(stage) + Shape::kOtherBytes; }
  __device__ __forceinline__ float* log_sum_exp(u32 stage) const {
    return reinterpret_cast<float*>(memory + (other(Shape::kStages) - address) + stage * Shape::kStatisticBytes);
  }
  __device__ __forceinline__ float* delta(u32 stage) const { return log_sum_exp(stage) + Shape::kOthers; }
  __device__ __forceinline__ u32 rows_full() const { return other(Shape::kStages) + Shape::kStages * Shape::kStatisticBytes; }
  __device__ __forceinline__ u32 others_full(u32 stage) const { return rows_full() + 8 + 8 * stage; }
  __device__ __forceinline__ u32 rows_empty() const { return others_full(Shape::kStages); }
  __device__ __forceinline__ u32 others_empty(u32 stage) const { return rows_empty() + 8 + 8 * stage; }

  // By all threads of the block, before anything else.
  __device__ __forceinline__ void start() const {
    if (threadIdx.x == 0) {
      ptx::mbarrier_init(rows_full(), 1);
      ptx::mbarrier_init(rows_empty(), 4 * Shape::kConsumers);
      for (u32 i = 0; i < Shape::kStages; ++i) {
        ptx::mbarrier_init(others_full(i), 1 + Shape::kStatisticWarps);
        ptx::mbarrier_init(others_empty(i), 4 * Shape::kConsumers);
      }
      ptx::fence_mbarrier_init();
    }
    __syncthreads();
  }

  // Brings a pair of tiles of so many bytes each, or the first alone: waits until their place is empty, and has their bytes counted.
  template <bool AsPair = true>
  __device__ __forceinline__ static void load(u32 first, u32 second, u32 bytes, u32 full, u32 empty, u32 parity, const ptx::TensorMap* map_first,
                                              const ptx::TensorMap* map_second, FlashRows rows, i32 row) {
    ptx::mbarrier_wait_parity(empty, parity ^ 1);
    ptx::mbarrier_arrive_expect_tx(full, (AsPair ? 2 : 1) * bytes);
    ptx::tma_load_4d(first, map_first, 0, rows.row + row, 0, rows.head, full);
    if constexpr (AsPair) ptx::tma_load_4d(second, map_second, 0, rows.row + row, 0, rows.head, full);
  }

  // Tells the producer that the warp is done with a place. One lane speaks for all.
  __device__ __forceinline__ static void release(u32 empty) {
    __syncwarp();
    if (threadIdx.x % 32 == 0) ptx::mbarrier_arrive(empty);
  }
};

// Places in the rings. They go on from one item to the next.
template <class Shape> struct FlashGradientPlaces {
  FlashStage<1> rows;
  FlashStage<Shape::kStages> others;
};

// What a block works on at a time: rows of one head, and those of the other side that see them, or that they see.
struct FlashGradientWork {
  Attention a;  // with the rows of the head's own sequence
  HeadRows at;  // of the first of the heads that share a head of keys
  i64 row;      // the first
  Rows others;
  int heads;  // of the other side
  int tiles;  // of each of them; -1 where the sequence has no such rows
};

template <class Shape>
__device__ __forceinline__ FlashGradientWork gradient_work(const FlashItems& items, int item, const Attention& a, const i32* query_offsets, const i32* key_offsets) {
  const FlashItem place = items.place(item);
  const int group = Shape::kOfKeys ? (int)a.group : 1;
  FlashGradientWork work{a};
  work.at = rows_of_head(work.a, (i64)place.head * group, query_offsets, key_offsets);
  // The last queries of a causal attention see the most keys, its first keys are seen by the most queries: they begin first.
  work.row = (Shape::kOfKeys ? place.number : items.per_head - 1 - place.number) * (i64)Shape::kRows;
  const i64 rows = Shape::kOfKeys ? work.a.keys : work.a.queries;
  const i64 last = (rows - work.row < Shape::kRows ? rows : work.row + Shape::kRows) - 1;
  work.others = {Shape::others_of(work.a, work.row).begin, Shape::others_of(work.a, last).end};
  work.heads = group;
  const i64 others = work.others.end - work.others.begin;
  work.tiles = work.row >= rows ? -1 : others > 0 ? (int)((others + Shape::kOthers - 1) / Shape::kOthers) : 0;
  return work;
}
#endif
