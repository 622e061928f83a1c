// Tiles of a matrix whose rows belong to groups, one group after the other, when only the device knows where each begins: which rows
// of which group a block works on.
//
// Tile rows are numbered without knowing the groups before: group g, whose rows are offsets[g] to before offsets[g + 1], has those from
// offsets[g] / Tile + g on. That is one number more than the group needs at most, so that no two groups share one, the numbers rise with
// g and the group of a number is found by bisection. The host launches rows / Tile + groups of them (ProductLaunch.cs); blocks whose
// number has no rows have nothing to do.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/tile_order.cuh"

struct GroupTile {
  i64 group, first, rows;       // the group, its first row in the matrix, and its rows; 0 rows where there is nothing to do
  i64 first_row, first_column;  // the tile's corner, in rows of the group
};

// The numbers of tile rows; p.m are all rows and p.batch the groups, at least one.
template <int Tile> __device__ __forceinline__ i64 group_tile_rows(const MatrixProblem& p) { return p.m / Tile + p.batch; }

// The tile of Tile rows and Columns columns at a place. A group whose offsets name no rows of the matrix has none.
template <int Tile, int Columns> __device__ __forceinline__ GroupTile group_tile(const int* offsets, const MatrixProblem& p, const TilePlace& place) {
  i64 group = 0, beyond = p.batch;
  while (beyond - group > 1) {
    const i64 middle = (group + beyond) / 2;
    if (offsets[middle] / Tile + middle <= place.row) {
      group = middle;
    } else {
      beyond = middle;
    }
  }
  const i64 first = offsets[group], end = offsets[group + 1];
  const i64 first_row = (place.row - first / Tile - group) * Tile;
  const bool has_rows = first >= 0 && end <= p.m && first_row >= 0 && first_row < end - first;
  return {group, first, has_rows ? end - first : 0, first_row, place.column * Columns};
}

// That of a block on a grid along x, in the order of common/tile_order.cuh.
template <int Tile, int Columns> __device__ __forceinline__ GroupTile group_tile(const int* offsets, const MatrixProblem& p) {
  const i64 down = group_tile_rows<Tile>(p);
  return group_tile<Tile, Columns>(offsets, p, tile_place(blockIdx.x, down, gridDim.x / down));
}
