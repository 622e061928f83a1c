// In which order blocks take the tiles of a matrix: groups of eight rows of tiles, down the columns within a group. Blocks that run
// at the same time then share few rows of A and few columns of B, which the L2 cache holds; the last group has what rows are left.
#pragma once
#include "common/numeric.cuh"

constexpr int kTileGroup = 8;

struct TilePlace {
  i64 row, column;  // in tiles
};

__device__ __forceinline__ TilePlace tile_place(i64 index, i64 down, i64 across) {
  const i64 first = index / (kTileGroup * across) * kTileGroup;
  const i64 height = down - first < kTileGroup ? down - first : kTileGroup;
  const i64 rest = index - first * across;
  return {first + rest % height, rest / height};
}
