// A tile, 128 rows high, of a product sum_k A(row, k) * B(column, k) by wgmma, sm_90a: one warpgroup brings tiles of the operands by
// TMA, two multiply it. What the elements are, how they are multiplied and how wide the tile is is said by an arithmetic
// (common/wgmma_math.cuh), which rows of which tiles a warpgroup multiplies by a schedule (common/wgmma_schedule.cuh).
//
// The tiles go through a ring of stages, each 128 bytes of k deep. A tile lies as TMA's swizzle of 128 bytes leaves it: its rows
// of 128 bytes of k below each other, or where the operand is MN-major boxes of 64 k by 64 mn side by side. What lies beyond the
// operand is filled up with zeros.
// An mbarrier `full` counts a stage's bytes, an mbarrier `empty` the consumers' warps that are done with it. Producer and consumers
// take the stages in the same order through all tiles of a block, so that each knows the phase it waits for.
//
// Blocks of a cluster may have an operand's tile in common. Each then brings an equal part of it to all of them: a stage is empty once
// the consumers of all blocks are done with theirs, and full once its own bytes have come, whoever sent them. Bytes of another block
// may come before this one expects them, but not before this one's consumers have left the stage.
#pragma once
#include "common/compute.cuh"
#include "common/pack_pair.cuh"
#include "common/part_sums.cuh"
#include "common/ptx/tensor_map.cuh"
#include "common/row_end.cuh"
#include "common/scaled_store.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/cluster.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/setmaxnreg.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ring_place.cuh"
#include "common/wgmma_math.cuh"
#include "common/wgmma_schedule.cuh"

constexpr int kWgmmaRows = 128;      // of a block's tile
constexpr int kWgmmaRowBytes = 128;  // of k per stage: the width of the swizzle
constexpr int kWgmmaStepBytes = 32;  // of k per instruction
constexpr int kWgmmaThreads = 384;   // the producer's warpgroup, then two of consumers
constexpr int kConsumerRows = 64;
constexpr int kBoxBytes = 64 * kWgmmaRowBytes;
constexpr int kWgmmaABytes = kWgmmaRows * kWgmmaRowBytes;
template <class Math> constexpr int kWgmmaDepth = kWgmmaRowBytes / (int)sizeof(typename Math::Element);  // steps along k per stage
template <class Math> constexpr int kWgmmaStageBytes = kWgmmaABytes + Math::kColumns * kWgmmaRowBytes;
template <int StageBytes> constexpr int kWgmmaStages = 196608 / StageBytes;  // of the ring: four of 256 columns, six of 128, eight of 64
template <class Stores> constexpr int kWgmmaStoreBytes = 0;  // of shared memory, before the ring, for stores that go through it
template <class Math> constexpr int kWgmmaSharedBytes = kWgmmaStages<kWgmmaStageBytes<Math>> * (kWgmmaStageBytes<Math> + 16);

template <class Math> using WgmmaSums = typename Math::Sum[Math::kColumns / 2];

// The ring at a shared address: the stages, then the mbarriers. Blocks is how many share tiles.
template <int StageBytes, int Blocks, class Schedule> struct WgmmaRing {
  static constexpr int kStages = kWgmmaStages<StageBytes>;
  using Place = RingPlace<kStages>;
  static_assert(StageBytes % 1024 == 0, "the swizzle's pattern starts at multiples of 1024 bytes");
  u32 address;

  __device__ __forceinline__ u32 tile_a(u32 stage) const { return address + stage * StageBytes; }
  __device__ __forceinline__ u32 tile_b(u32 stage) const { return tile_a(stage) + kWgmmaABytes; }
  __device__ __forceinline__ u32 full(u32 stage) const { return address + kStages * StageBytes + 8 * stage; }
  __device__ __forceinline__ u32 empty(u32 stage) const { return full(stage) + 8 * kStages; }

  // By all threads of the block, before anything else.
  __device__ __forceinline__ void start_ring() const {
    if (threadIdx.x == 0) {
      for (u32 stage = 0; stage < kStages; ++stage) {
        ptx::mbarrier_init(full(stage), 1);
        ptx::mbarrier_init(empty(stage), Schedule::kWarps * Blocks);
      }
      ptx::fence_mbarrier_init();
    }
    if constexpr (Blocks == 1) {
      __syncthreads();
    } else {
      __syncwarp();
      ptx::cluster_sync();
    }
  }

  // By all threads, after everything else: a block may not end while another one still sends to it or arrives at its mbarriers.
  __device__ __forceinline__ void finish_ring() const {
    if constexpr (Blocks > 1) {
      __syncwarp();
      ptx::cluster_sync();
    }
  }

  __device__ __forceinline__ void wait_empty(const Place& stage) const {
    if constexpr (Blocks == 1) {
      ptx::mbarrier_wait_parity(empty(stage.index), stage.parity ^ 1);
    } else {
      ptx::mbarrier_wait_parity_peer(empty(stage.index), stage.parity ^ 1);
    }
  }

  // Tells the producers that the warp is done with a stage; its lanes have waited for the products together, so that one speaks for all
  // to each block.
  __device__ __forceinline__ void release(u32 stage) const {
    const u32 lane = threadIdx.x % 32;
    if constexpr (Blocks == 1) {
      if (lane == 0) ptx::mbarrier_arrive(empty(stage));
    } else {
      if (lane < Blocks) ptx::mbarrier_arrive_peer(ptx::map_shared(empty(stage), lane));
    }
  }
};

// One box, to this block, or to the same place in all blocks of the cluster.
template <int Blocks> __device__ __forceinline__ void load_wgmma_box(u32 to, const ptx::TensorMap* map, i64 x, i64 y, i64 z, u32 barrier) {
  if constexpr (Blocks == 1) {
    ptx::tma_load_3d(to, map, (i32)x, (i32)y, (i32)z, barrier);
  } else {
    ptx::tma_load_multicast_3d(to, map, (i32)x, (i32)y, (i32)z, barrier, (u16)((1 << Blocks) - 1));
  }
}

// Brings the tile of an operand whose corner is (mn, k) of a matrix, or this block's part of one that the blocks of the cluster have in
// common: one box, or one for each 64 mn.
template <bool MnMajor, int Extent, int Blocks = 1>
__device__ __forceinline__ void load_wgmma_tile(u32 tile, const ptx::TensorMap* map, i64 mn, i64 k, i64 matrix, u32 barrier) {
  constexpr int kPart = Extent / Blocks;
  static_assert(kPart % 64 == 0, "a part is made of whole boxes");
  const int first = Blocks == 1 ? 0 : (int)ptx::cluster_rank() * kPart;
  tile += first * kWgmmaRowBytes;
  mn += first;
  if constexpr (MnMajor) {
    for (int box = 0; box < kPart / 64; ++box) load_wgmma_box<Blocks>(tile + box * kBoxBytes, map, mn + 64 * box, k, matrix, barrier);
  } else {
    load_wgmma_box<Blocks>(tile, map, k, mn, matrix, barrier);
  }
}

template <bool MnMajor> __device__ __forceinline__ u64 wgmma_descriptor(u32 tile) {
  return MnMajor ? ptx::mn_major_descriptor(tile, kBoxBytes, ptx::Swizzle::bytes128) : ptx::k_major_descriptor(tile, ptx::Swizzle::bytes128);
}

// Issues the products of 64 rows in a stage. An instruction's steps of k are 32 bytes of a K-major row, or 16 rows of an MN-major box; a
// descriptor counts in units of 16 bytes.
template <class Math, bool MnMajorA, bool MnMajorB>
__device__ __forceinline__ void issue_wgmma_rows(WgmmaSums<Math>& sums, u32 tile_a, u32 tile_b, bool accumulate) {
  static_assert(sizeof(typename Math::Element) == 2 || !(MnMajorA || MnMajorB), "only 16-bit elements may be MN-major");
  const u64 a = wgmma_descriptor<MnMajorA>(tile_a), b = wgmma_descriptor<MnMajorB>(tile_b);
#pragma unroll
  for (int k = 0; k < kWgmmaRowBytes / kWgmmaStepBytes; ++k) {
    Math::template issue<MnMajorA, MnMajorB>(sums, a + k * (MnMajorA ? 128 : 2), b + k * (MnMajorB ? 128 : 2), accumulate || k > 0);
  }
}

// The same as one group, of all rows of a consumer: 64, or as many times 64 as there are sums.
template <class Math, bool MnMajorA, bool MnMajorB, int Halves>
__device__ __forceinline__ void issue_wgmma_stage(WgmmaSums<Math> (&sums)[Halves], u32 tile_a, u32 tile_b, bool accumulate) {
  ptx::wgmma_fence();
#pragma unroll
  for (int half = 0; half < Halves; ++half) issue_wgmma_rows<Math, MnMajorA, MnMajorB>(sums[half], tile_a + half * kConsumerRows * kWgmmaRowBytes, tile_b, accumulate);
  ptx::wgmma_commit();
}
template <class Math, bool MnMajorA, bool MnMajorB>
__device__ __forceinline__ void issue_wgmma_stage(WgmmaSums<Math>& sums, u32 tile_a, u32 tile_b, bool accumulate) {
  ptx::wgmma_fence();
  issue_wgmma_rows<Math, MnMajorA, MnMajorB>(sums, tile_a, tile_b, accumulate);
  ptx::wgmma_commit();
}

// The consumer's rows of one tile: waits for each stage, and releases it when the products of the next one are under way.
template <class Math, bool MnMajorA, bool MnMajorB, class Ring, class Schedule>
__device__ __forceinline__ void multiply_wgmma_tile(
    WgmmaSums<Math> (&sums)[Schedule::kHalves], const Ring& ring, typename Ring::Place& stage, const Schedule& schedule, int steps) {
  u32 before = 0;
  schedule.take();
  for (int step = 0; step < steps; ++step) {
    ptx::mbarrier_wait_parity(ring.full(stage.index), stage.parity);
    issue_wgmma_stage<Math, MnMajorA, MnMajorB>(sums, ring.tile_a(stage.index) + schedule.first_row() * kWgmmaRowBytes, ring.tile_b(stage.index), step > 0);
    if (step > 0) {
      ptx::wgmma_wait<1>();
      ring.release(before);
    }
    before = stage.index;
    stage.advance();
  }
  schedule.pass();
  ptx::wgmma_wait<0>();
#pragma unroll
  for (int half = 0; half < Schedule::kHalves; ++half) ptx::wgmma_pin(sums[half]);
  ring.release(before);
}

// The row of a consumer's sums that the thread's first two of each four stand in; the other two stand in the eighth row below it.
__device__ __forceinline__ int wgmma_lane_row() { return (int)threadIdx.x % 128 / 32 * 16 + (int)threadIdx.x % 32 / 4; }

// The same by sums of the stages that are added here, by factors_of(step) (common/block_scales.cuh), which are read while the tensor
// cores are at work. While a consumer adds, the other one multiplies.
template <class Math, bool MnMajorA, bool MnMajorB, class Ring, class Factors>
__device__ __forceinline__ void sum_wgmma_stages(
    WgmmaSums<Math>& sums, const Ring& ring, typename Ring::Place& stage, int consumer, int steps, const Factors& factors_of) {
  constexpr int kSums = Math::kColumns / 2;
#pragma unroll
  for (int i = 0; i < kSums; ++i) sums[i] = 0;
  for (int step = 0; step < steps; ++step) {
    WgmmaSums<Math> part;
    ptx::mbarrier_wait_parity(ring.full(stage.index), stage.parity);
    issue_wgmma_stage<Math, MnMajorA, MnMajorB>(part, ring.tile_a(stage.index) + consumer * (kConsumerRows * kWgmmaRowBytes), ring.tile_b(stage.index), false);
    const auto factors = factors_of(step);
    ptx::wgmma_wait<0>();
    ptx::wgmma_pin(part);
    ring.release(stage.index);
#pragma unroll
    for (int i = 0; i < kSums; ++i) sums[i] = factors.add(sums[i], part[i], i / 2 % 2);
    stage.advance();
  }
}

// Stores two results beside each other, which are rounded together where both fit a register.
template <class T> __device__ __forceinline__ void store_rounded(T* to, bool in_pairs, compute_t<T> first, compute_t<T> second) {
  if constexpr (sizeof(T) == 2) {
    const u32 both = pack_pair<T>(first, second);
    if (in_pairs) {
      *reinterpret_cast<u32*>(to) = both;
    } else {
      to[0] = T{(u16)both};
      to[1] = T{(u16)(both >> 16)};
    }
  } else {
    store_pair(to, in_pairs, first, second);
  }
}

// Stores a consumer's sums where what becomes of them depends on the column besides: what is read of a column is read once for both of the
// lane's rows, and while the columns before it are stored. Of a tile that is whole all lies within rows x columns, in pairs.
template <bool IsWhole, class Sum, int Sums, class Store>
__device__ __forceinline__ void store_wgmma_columns(const Sum (&sums)[Sums], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  using T = typename Store::Element;
  constexpr int kEights = 4;  // read at a time
  const i64 column = first_column + 2 * (threadIdx.x % 4);
  const int left = columns - column < 2 * Sums ? (int)(columns - column) : 2 * Sums;  // columns from the thread's first on
  int there[2];
  T* to[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const i64 row = first_row + wgmma_lane_row() + 8 * half;
    there[half] = row < rows && store.has(row) ? left : 0;
    to[half] = store.at(row < rows ? row : rows - 1, column);
  }
  typename Store::template Columns<kEights> next = store.template columns<kEights>(column, columns);
#pragma unroll
  for (int first = 0; first < Sums / 4; first += kEights) {
    if (!IsWhole && first_column + 8 * first >= columns) break;
    const typename Store::template Columns<kEights> of = next;
    const i64 following = first_column + 8 * (first + kEights);
    if (first + kEights < Sums / 4 && (IsWhole || following < columns)) next = store.template columns<kEights>(following + column - first_column, columns);
#pragma unroll
    for (int i = 0; i < 2 * kEights; ++i) {
      const int half = i / kEights, eight = i % kEights, c = first + eight;
      const compute_t<T> x = of.value(2 * eight, sums[4 * c + 2 * half]), y = of.value(2 * eight + 1, sums[4 * c + 2 * half + 1]);
      if constexpr (IsWhole) {
        if (there[half] > 0) store_rounded(to[half] + 8 * c, true, x, y);
      } else {
        if (8 * c + 1 < there[half]) {
          store_rounded(to[half] + 8 * c, store.in_pairs, x, y);
        } else if (8 * c < there[half]) {
          to[half][8 * c] = down<T>(x);
        }
      }
    }
  }
}

// Gives what lies within rows x columns of a consumer's sums to `store`, as store_mma_tile (common/mma_store.cuh) does.
template <class Sum, int Sums, class Store>
__device__ __forceinline__ void store_wgmma_tile(const Sum (&sums)[Sums], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  if constexpr (kIsByColumn<Store>) {
    if (first_row + kConsumerRows <= rows && first_column + 2 * Sums <= columns && store.in_pairs) {
      store_wgmma_columns<true>(sums, first_row, first_column, rows, columns, store);
    } else if (first_row < rows) {
      store_wgmma_columns<false>(sums, first_row, first_column, rows, columns, store);
    }
    return;
  } else {
    const i64 column = first_column + 2 * (threadIdx.x % 4);
    const int left = columns - column < 2 * Sums ? (int)(columns - column) : 2 * Sums;  // columns from the thread's first on
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const i64 row = first_row + wgmma_lane_row() + 8 * half;
      const int there = row < rows ? left : 0;
#pragma unroll
      for (int c = 0; c < Sums / 4; ++c) {
        const Sum x = sums[4 * c + 2 * half], y = sums[4 * c + 2 * half + 1];
        if (8 * c + 1 < there) {
          store.pair(row, column + 8 * c, x, y);
        } else if (8 * c < there) {
          store.element(row, column + 8 * c, x);
        }
      }
      end_row<3>(store, row, first_column / (2 * Sums), row < rows);
    }
  }
}

// Leaves them to another kernel to add: the rows of a warp are those of a fragment.
template <int Sums>
__device__ __forceinline__ void store_wgmma_tile(const float (&sums)[Sums], i64 first_row, i64 first_column, i64 rows, i64 columns, const PartSums& store) {
  const i64 row = first_row + (int)threadIdx.x % 128 / 32 * kPartRows;
  if (row >= rows) return;
  const int there = columns - first_column < 2 * Sums ? (int)(columns - first_column) : 2 * Sums;
  float4* to = store.lane(row, first_column);
#pragma unroll
  for (int c = 0; c < Sums / 4; ++c) {
    if (kPartColumns * c < there) to[32 * c] = float4{sums[4 * c], sums[4 * c + 1], sums[4 * c + 2], sums[4 * c + 3]};
  }
}
#endif
