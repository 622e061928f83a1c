// The sums of the parts that k is cut into (split-K), between the kernel that leaves them and the one that adds them: fragments of 16 rows
// by 8 columns, [parts, batch, rows / 16, columns / 8, 32 lanes, 4], as tensor cores leave them in a warp. Of a fragment a lane has the
// sums of row lane / 4 in columns 2 * (lane % 4) and the one beside it, then those of the eighth row below. A warp writes and reads 512
// bytes at once that way, whole lines, where rows of the matrix would be written in pieces of 32 bytes. A fragment at an edge is whole too;
// what it has beyond the edge is anything.
#pragma once
#include "common/matrix_problem.cuh"

constexpr int kPartRows = 16;
constexpr int kPartColumns = 8;

// Where fragments lie, in fragments: `down` times `across` to a matrix.
struct PartPlaces {
  i64 down, across;

  __device__ __forceinline__ PartPlaces(const MatrixProblem& p) : down((p.m + kPartRows - 1) / kPartRows), across((p.n + kPartColumns - 1) / kPartColumns) {}
  __device__ __forceinline__ i64 at(i64 matrix, i64 fragment_row, i64 fragment_column) const { return (matrix * down + fragment_row) * across + fragment_column; }
};

// The place of the calling lane in a fragment; the next fragment's is 32 further.
__device__ __forceinline__ float4* part_lane(float* sums, i64 fragment) { return reinterpret_cast<float4*>(sums) + fragment * 32 + threadIdx.x % 32; }
__device__ __forceinline__ const float4* part_lane(const float* sums, i64 fragment) { return reinterpret_cast<const float4*>(sums) + fragment * 32 + threadIdx.x % 32; }

// A store (common/scaled_store.cuh) that tiles are given to as a whole: store_wgmma_tile of common/wgmma_tile.cuh, store_mma_tile of
// common/mma_store.cuh.
struct PartSums {
  float* sums;
  PartPlaces places;
  i64 matrix;  // of [parts, batch]

  __device__ __forceinline__ PartSums of(i64 other) const { return {sums, places, other}; }
  // From the fragment at a row and a column on.
  __device__ __forceinline__ float4* lane(i64 row, i64 column) const { return part_lane(sums, places.at(matrix, row / kPartRows, column / kPartColumns)); }
};
__device__ __forceinline__ PartSums part_sums(float* sums, const MatrixProblem& p) { return {sums, PartPlaces(p), 0}; }
