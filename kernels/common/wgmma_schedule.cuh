// How the two consumers of a block share the tiles of a product by wgmma (common/wgmma_product.cuh), sm_90a.
//
// Cooperative: each makes 64 rows of every tile. While both store, the tensor cores have nothing to do; but a tile may have 256 columns.
// Pingpong: each makes whole tiles, every other one, whose 128 rows fill the registers with 128 columns. The products of a tile wait
// until all those of the one before are issued, so that the tensor cores work for one consumer while the other one stores. By then all
// stages of that tile have been filled too: of a phase two before the one that it waits for, a consumer would take the parity for its own.
#pragma once
#include "common/warpgroup_turns.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
struct WgmmaCooperative {
  static constexpr int kHalves = 1;  // of 64 rows that a consumer makes of a tile
  static constexpr int kWarps = 8;   // that are done with a stage before it is empty
  int consumer;

  __device__ __forceinline__ int first_row() const { return consumer * 64; }
  // Whether the next tile is the consumer's.
  __device__ __forceinline__ bool takes_next() { return true; }
  // Around the products of a tile: before the first one, and when the last one is issued.
  __device__ __forceinline__ void take() const {}
  __device__ __forceinline__ void pass() const {}
  // Around all tiles.
  __device__ __forceinline__ void start() const {}
  __device__ __forceinline__ void finish() const {}
};

struct WgmmaPingpong {
  static constexpr int kHalves = 2;
  static constexpr int kWarps = 4;
  WarpgroupTurns<2> turns;
  int next = 0;

  __device__ __forceinline__ WgmmaPingpong(int consumer) : turns{consumer} {}

  __device__ __forceinline__ int first_row() const { return 0; }
  __device__ __forceinline__ bool takes_next() {
    const bool takes = next == turns.warpgroup;
    next ^= 1;
    return takes;
  }
  __device__ __forceinline__ void take() const { turns.take(); }
  __device__ __forceinline__ void pass() const { turns.pass(); }
  __device__ __forceinline__ void start() const { turns.start(); }
  __device__ __forceinline__ void finish() const {
    if (next == turns.warpgroup) turns.take();
  }
};

template <bool Pingpong> struct WgmmaScheduleOf { using type = WgmmaCooperative; };
template <> struct WgmmaScheduleOf<true> { using type = WgmmaPingpong; };
#endif
