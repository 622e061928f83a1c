// A product of few tiles whose k is cut into as many parts as a cluster has blocks, 2, 4 or 8, sm_90a: each block multiplies the cluster's
// tile over a part of k (common/wgmma_product.cuh) and leaves its sums in its shared memory, from where the blocks add them, each for some
// of the rows, always in the order of the parts. Nothing but the result is written, and no other kernel has to add sums.
#pragma once
#include "common/wgmma_product.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
constexpr int kPartColumns = 128;                // of a tile
constexpr int kPartPitch = kPartColumns + 8;     // floats from a row to the next: those of a warp's eight rows lie in different banks
constexpr int kPartBytes = kWgmmaRows * kPartPitch * 4;

// The tile of each cluster of the grid: blocks next to each other are one, and the grid has no others.
struct WgmmaPartItems {
  i64 rows, columns, batch, down, across, count;
  int stages, part_stages, parts;

  __device__ __forceinline__ WgmmaPartItems(i64 rows, i64 columns, i64 batch, int stages, int part_stages)
      : rows(rows), columns(columns), batch(batch), down((rows + kWgmmaRows - 1) / kWgmmaRows), across((columns + kPartColumns - 1) / kPartColumns), count(gridDim.x), stages(stages),
        part_stages(part_stages), parts((int)ptx::cluster_blocks()) {}

  __device__ __forceinline__ WgmmaItem item(i64 block) const {
    const i64 cluster = block / parts, tiles = down * across, matrix = cluster / tiles;
    const TilePlace tile = tile_place(cluster - matrix * tiles, down, across);
    const int begin = (int)(block - cluster * parts) * part_stages, end = begin + part_stages;
    return {tile.row * kWgmmaRows, tile.column * kPartColumns, rows, matrix, matrix, begin < stages ? begin : stages, end < stages ? end : stages};
  }
};

// Where the sums of a block's part go: shared memory. `store` is that of the results.
template <class Store> struct WgmmaPartSums {
  Store store;
  i64 first_row, first_column, rows, columns;
  int parts;  // that have sums

  __device__ __forceinline__ const WgmmaPartSums& of(i64) const { return *this; }

  // Adds the parts and writes the results of as many rows as are this block's, by the consumers.
  template <int Blocks> __device__ __forceinline__ void combine() const {
    extern __shared__ __align__(1024) u8 shared[];
    constexpr int kRows = kWgmmaRows / Blocks;
    const int warp = (int)threadIdx.x / 32 - 4, lane = threadIdx.x % 32, rank = (int)ptx::cluster_rank();
    for (int r = warp; r < kRows; r += 8) {
      const int of_tile = rank * kRows + r;
      const u32 address = ptx::smem_u32(shared) + (of_tile * kPartPitch + 2 * lane) * 4;
      u64 sums[Blocks][2];
#pragma unroll
      for (int part = 0; part < Blocks; ++part) {
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          sums[part][half] = 0;
          if (part < parts) ptx::ld_cluster(sums[part][half], ptx::map_shared(address + half * 256, part));
        }
      }
      const i64 row = first_row + of_tile;
      if (row >= rows) continue;
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        float x = 0.0f, y = 0.0f;
#pragma unroll
        for (int part = 0; part < Blocks; ++part) {
          x += __uint_as_float((u32)sums[part][half]);
          y += __uint_as_float((u32)(sums[part][half] >> 32));
        }
        const i64 column = first_column + half * 64 + 2 * lane;
        if (column + 1 < columns) {
          store.pair(row, column, x, y);
        } else if (column < columns) {
          store.element(row, column, x);
        }
      }
    }
  }
};

template <class Store> constexpr int kWgmmaStoreBytes<WgmmaPartSums<Store>> = kPartBytes;

template <class Sum, int Sums, class Store>
__device__ __forceinline__ void store_wgmma_tile(const Sum (&sums)[Sums], i64, i64, i64, i64, const WgmmaPartSums<Store>&) {
  static_assert(Sums == kPartColumns / 2, "a tile has so many columns");
  extern __shared__ __align__(1024) u8 shared[];
  const int consumer = (int)threadIdx.x / 128 - 1, column = 2 * (threadIdx.x % 4);
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float* row = reinterpret_cast<float*>(shared) + (consumer * kConsumerRows + wgmma_lane_row() + 8 * half) * kPartPitch + column;
#pragma unroll
    for (int c = 0; c < Sums / 4; ++c) *reinterpret_cast<float2*>(row + 8 * c) = {sums[4 * c + 2 * half], sums[4 * c + 2 * half + 1]};
  }
}

// What follows a block's tile, by the consumers, and meanwhile by the producer.
template <class Store> __device__ __forceinline__ void finish_stores(const WgmmaPartSums<Store>& stores) {
  ptx::cluster_sync();
  switch (ptx::cluster_blocks()) {
    case 2: stores.template combine<2>(); break;
    case 4: stores.template combine<4>(); break;
    default: stores.template combine<8>(); break;
  }
  __syncwarp();
  ptx::cluster_sync();
}
template <class Store> __device__ __forceinline__ void await_stores(const WgmmaPartSums<Store>&) {
  __syncwarp();
  ptx::cluster_sync();
  ptx::cluster_sync();
}

// op(A) * op(B) as wgmma_product makes it, with a cluster to each tile; the grid has parts times as many blocks as there are tiles.
template <class Math, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void wgmma_product_in_parts(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores, int part_stages) {
  static_assert(Math::kColumns == kPartColumns, "the sums of more columns do not fit beside the ring");
  const int depth_stages = wgmma_depth_stages<Math>(p), stages = wgmma_stages<Math>(p);
  const WgmmaMatrices<Math, TransposeA, kWgmmaRows, 0, 1> a{&map_a, p.batch_a == 0 ? 1 : p.batch, depth_stages};
  const WgmmaMatrices<Math, !TransposeB, kPartColumns, 1, 1> b{&map_b, p.batch_b == 0 ? 1 : p.batch, depth_stages};
  const WgmmaPartItems items(p.m, p.n, p.batch, stages, part_stages);
  const WgmmaItem item = items.item(blockIdx.x);
  wgmma_walk<Math, 1>(a, b, items, WgmmaPartSums<Stores>{stores.of(item.matrix), item.row, item.column, p.m, p.n, (stages + part_stages - 1) / part_stages});
}
#endif
