// A 128x256 tile of a product sum_k A(row, k) * B(column, k) of 16-bit floats by wgmma, sm_90a: one warpgroup brings tiles of the
// operands by TMA, two multiply 64 rows each, sums in float.
//
// The tiles go through a ring of four stages, each 64 steps of k deep. A tile lies as TMA's swizzle of 128 bytes leaves it: its rows of
// 64 k below each other, or where the operand is MN-major boxes of 64 k by 64 mn side by side. What lies beyond the operand is filled
// up with zeros.
// An mbarrier `full` counts a stage's bytes, an mbarrier `empty` the consumers' warps that are done with it. Producer and consumers
// take the stages in the same order through all tiles of a block, so that each knows the phase it waits for.
#pragma once
#include "common/compute.cuh"
#include "common/ptx/tensor_map.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/setmaxnreg.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"

constexpr int kWgmmaRows = 128;     // of a block's tile
constexpr int kWgmmaColumns = 256;
constexpr int kWgmmaDepth = 64;     // steps along k per stage: 128 bytes, the width of the swizzle
constexpr int kWgmmaStages = 4;
constexpr int kWgmmaThreads = 384;  // the producer's warpgroup, then two of consumers
constexpr int kConsumerRows = 64;
constexpr int kConsumerWarps = 8;
constexpr int kBoxBytes = 64 * kWgmmaDepth * 2;
constexpr int kWgmmaABytes = kWgmmaRows * kWgmmaDepth * 2;
constexpr int kWgmmaStageBytes = kWgmmaABytes + kWgmmaColumns * kWgmmaDepth * 2;
constexpr int kWgmmaSharedBytes = kWgmmaStages * (kWgmmaStageBytes + 16);
static_assert(kWgmmaSharedBytes == 196672, "the launcher gives so much dynamic shared memory");
static_assert(kWgmmaStageBytes % 1024 == 0, "the swizzle's pattern starts at multiples of 1024 bytes");

using WgmmaSums = float[kWgmmaColumns / 2];

// A place in the ring, and the parity of the phase in which it is filled.
struct WgmmaStage {
  u32 index = 0, parity = 0;

  __device__ __forceinline__ void advance() {
    if (++index == kWgmmaStages) {
      index = 0;
      parity ^= 1;
    }
  }
};

// The ring at a shared address: the stages, then the mbarriers.
struct WgmmaRing {
  u32 address;

  __device__ __forceinline__ u32 tile_a(u32 stage) const { return address + stage * kWgmmaStageBytes; }
  __device__ __forceinline__ u32 tile_b(u32 stage) const { return tile_a(stage) + kWgmmaABytes; }
  __device__ __forceinline__ u32 full(u32 stage) const { return address + kWgmmaStages * kWgmmaStageBytes + 8 * stage; }
  __device__ __forceinline__ u32 empty(u32 stage) const { return full(stage) + 8 * kWgmmaStages; }

  // By all threads of the block, before anything else.
  __device__ __forceinline__ void start_ring() const {
    if (threadIdx.x == 0) {
      for (u32 stage = 0; stage < kWgmmaStages; ++stage) {
        ptx::mbarrier_init(full(stage), 1);
        ptx::mbarrier_init(empty(stage), kConsumerWarps);
      }
      ptx::fence_mbarrier_init();
    }
    __syncthreads();
  }
};

// Brings the tile of an operand whose corner is (mn, k) of a matrix: one box, or one for each 64 mn.
template <bool MnMajor, int Extent>
__device__ __forceinline__ void load_wgmma_tile(u32 tile, const ptx::TensorMap* map, i64 mn, i64 k, i64 matrix, u32 barrier) {
  if constexpr (MnMajor) {
    for (int box = 0; box < Extent / 64; ++box) ptx::tma_load_3d(tile + box * kBoxBytes, map, (i32)mn + 64 * box, (i32)k, (i32)matrix, barrier);
  } else {
    ptx::tma_load_3d(tile, map, (i32)k, (i32)mn, (i32)matrix, barrier);
  }
}

template <class T, bool MnMajorA, bool MnMajorB> struct Wgmma;
template <bool MnMajorA, bool MnMajorB> struct Wgmma<f16, MnMajorA, MnMajorB> {
  __device__ __forceinline__ static void issue(WgmmaSums& sums, u64 a, u64 b, bool accumulate) { ptx::wgmma_f32_f16_f16<kWgmmaColumns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate); }
};
template <bool MnMajorA, bool MnMajorB> struct Wgmma<bf16, MnMajorA, MnMajorB> {
  __device__ __forceinline__ static void issue(WgmmaSums& sums, u64 a, u64 b, bool accumulate) { ptx::wgmma_f32_bf16_bf16<kWgmmaColumns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate); }
};

template <bool MnMajor> __device__ __forceinline__ u64 wgmma_descriptor(u32 tile) {
  return MnMajor ? ptx::mn_major_descriptor(tile, kBoxBytes, ptx::Swizzle::bytes128) : ptx::k_major_descriptor(tile, ptx::Swizzle::bytes128);
}

// Issues the products of a stage as one group. Sixteen steps of k are 32 bytes of a K-major row, or 16 rows of an MN-major box; a
// descriptor counts in units of 16 bytes.
template <class T, bool MnMajorA, bool MnMajorB>
__device__ __forceinline__ void issue_wgmma_stage(WgmmaSums& sums, u32 tile_a, u32 tile_b, bool accumulate) {
  const u64 a = wgmma_descriptor<MnMajorA>(tile_a), b = wgmma_descriptor<MnMajorB>(tile_b);
  ptx::wgmma_fence();
#pragma unroll
  for (int k = 0; k < kWgmmaDepth / 16; ++k) Wgmma<T, MnMajorA, MnMajorB>::issue(sums, a + k * (MnMajorA ? 128 : 2), b + k * (MnMajorB ? 128 : 2), accumulate || k > 0);
  ptx::wgmma_commit();
}

// Tells the producer that the warp is done with a stage; its lanes have waited for the products together, so that one speaks for all.
__device__ __forceinline__ void release_stage(const WgmmaRing& ring, u32 stage) {
  if (threadIdx.x % 32 == 0) ptx::mbarrier_arrive(ring.empty(stage));
}

// The consumer's rows of one tile: waits for each stage, and releases it when the products of the next one are under way.
template <class T, bool MnMajorA, bool MnMajorB>
__device__ __forceinline__ void multiply_wgmma_tile(WgmmaSums& sums, const WgmmaRing& ring, WgmmaStage& stage, int consumer, int steps) {
  u32 before = 0;
  for (int step = 0; step < steps; ++step) {
    ptx::mbarrier_wait_parity(ring.full(stage.index), stage.parity);
    issue_wgmma_stage<T, MnMajorA, MnMajorB>(sums, ring.tile_a(stage.index) + consumer * (kConsumerRows * kWgmmaDepth * 2), ring.tile_b(stage.index), step > 0);
    if (step > 0) {
      ptx::wgmma_wait<1>();
      release_stage(ring, before);
    }
    before = stage.index;
    stage.advance();
  }
  ptx::wgmma_wait<0>();
  release_stage(ring, before);
}

// Gives what lies within rows x columns of a consumer's sums to `store`, as store_mma_tile (common/mma_tile.cuh) does.
template <class Store>
__device__ __forceinline__ void store_wgmma_tile(const WgmmaSums& sums, i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const i64 row = first_row + threadIdx.x % 128 / 32 * 16 + 8 * half + lane / 4;
#pragma unroll
    for (int c = 0; c < kWgmmaColumns / 8; ++c) {
      const i64 column = first_column + 8 * c + 2 * (lane % 4);
      const float x = sums[4 * c + 2 * half], y = sums[4 * c + 2 * half + 1];
      if (row < rows && column + 1 < columns) {
        store.pair(row, column, x, y);
      } else if (row < rows && column < columns) {
        store.element(row, column, x);
      }
    }
  }
}
#endif
