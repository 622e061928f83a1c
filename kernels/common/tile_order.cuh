// In which order blocks take the tiles of a matrix: groups of eight rows of tiles, down the columns within a group. Blocks that run
// at the same time then share few rows of A and few columns of B, which the L2 cache holds; the last group has what rows are left.
#pragma once
#include "common/numeric.cuh"

constexpr int kTileGroup = 8;

struct TilePlace {
  i64 row, column;  // in tiles
};

// Tiles are counted in 32 bits: more of them hold more elements than any memory.
__device__ __forceinline__ TilePlace tile_place(u32 index, u32 down, u32 across) {
  const u32 first = index / (kTileGroup * across) * kTileGroup;
  const u32 height = down - first < kTileGroup ? down - first : kTileGroup;
  const u32 rest = index - first * across, column = rest / height;
  return {first + (rest - column * height), column};
}
