// Scales along k of a product of 8-bit floats: each row of A [m, k] has one for 128 steps of k, each 128 rows of B [n, k] have one for
// the same 128 steps. Kernels sum the products of so many steps, a stage, by themselves, and multiply them by both scales as they add
// them to the others, in float.
#pragma once
#include "common/math.cuh"

constexpr int kScaleBlock = 128;  // steps of k, and rows of B, that have a scale in common

// What the sums of a stage are multiplied by, in so many rows of one block of B.
template <int Rows> struct StageFactors {
  float of_row[Rows];

  __device__ __forceinline__ float add(float sum, float stage, int row) const { return math::fma(stage, of_row[row], sum); }
};

struct BlockScales {
  static constexpr bool kExist = true;
  const float* a;  // [m, stages]
  const float* b;  // [ceil(n / 128), stages]
  i64 m, stages;

  // Of rows that lie `Step` below each other, beyond the last one the last one's, and columns of the block that `column` lies in.
  template <int Rows, int Step> __device__ __forceinline__ StageFactors<Rows> at(i64 row, i64 column, i64 stage) const {
    const float of_column = b[column / kScaleBlock * stages + stage];
    StageFactors<Rows> factors;
#pragma unroll
    for (int i = 0; i < Rows; ++i) {
      const i64 r = row + i * Step;
      factors.of_row[i] = a[(r < m ? r : m - 1) * stages + stage] * of_column;
    }
    return factors;
  }
};

// A product without them, whose sums of stages are added as they are.
struct NoBlockScales {
  static constexpr bool kExist = false;
  struct Factors {
    __device__ __forceinline__ float add(float sum, float stage, int) const { return sum + stage; }
  };
  template <int Rows, int Step> __device__ __forceinline__ Factors at(i64, i64, i64) const { return {}; }
};
