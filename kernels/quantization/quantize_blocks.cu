// A matrix [rows, columns] as 8-bit floats with a scale for each block of BlockRows by 128 elements, BlockRows 1 or 128: x = scale * q.
// The scale of a block is its largest |x| / the largest number of the type, 448 or 57344, so that the block uses the whole range, and
// q is x / scale, rounded to nearest (ties to even) and clamped. Only finite x count for the scale: infinities saturate and NaN stays
// NaN. A block without any, or whose scale would be 0, has the scale 1, and no scale is above the largest float. Divided in double for
// double, else in float.
//
// Reads x once, writes a byte for each element and the scales; memory-bound. A warp holds 128 elements of a row in its registers, four
// to a lane, from when they are read until the maximum is known. 256 threads make eight blocks of one row, or one of 128 rows, of
// which each warp holds sixteen. Rows that start at multiples of four elements are moved four elements at once.
#include "common/block_reduce.cuh"
#include "common/block_scales.cuh"
#include "common/quantization.cuh"

constexpr int kQuantizeWarps = 8;
constexpr int kLaneElements = kScaleBlock / 32;

struct Largest {
  template <class C> __device__ __forceinline__ C operator()(C a, C b) const { return a > b ? a : b; }
};

template <class Q, class C> __device__ __forceinline__ float block_scale(C largest) {
  constexpr float kMost = 3.402823466e+38f;
  const C scale = largest / (C)kLargestF8<Q>;
  const float rounded = scale < (C)kMost ? (float)scale : kMost;
  return rounded > 0.0f ? rounded : 1.0f;
}

template <class Q, class T, int BlockRows>
__global__ void __launch_bounds__(32 * kQuantizeWarps) quantize_blocks(
    Q* q,          // [rows, columns]
    float* scale,  // [ceil(rows / BlockRows), ceil(columns / 128)]
    const T* x,    // [rows, columns]
    i64 rows, i64 columns) {
  static_assert(BlockRows == 1 || BlockRows % kQuantizeWarps == 0, "a warp holds one row, or as many as the others");
  using C = compute_t<T>;
  constexpr int kWarpRows = BlockRows == 1 ? 1 : BlockRows / kQuantizeWarps;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const i64 across = (columns + kScaleBlock - 1) / kScaleBlock;
  const i64 block = BlockRows == 1 ? blockIdx.x * (i64)kQuantizeWarps + warp : blockIdx.x;
  if (BlockRows == 1 && block >= rows * across) return;  // the whole warp
  const i64 block_row = block / across;
  const i64 first_row = block_row * BlockRows + (BlockRows == 1 ? 0 : warp * kWarpRows);
  const i64 column = (block - block_row * across) * kScaleBlock + lane * kLaneElements;
  const bool in_packs = columns % kLaneElements == 0 && is_aligned<kLaneElements>(x) && is_aligned<kLaneElements>(q);

  Pack<T, kLaneElements> elements[kWarpRows];
  C largest = 0;
#pragma unroll
  for (int r = 0; r < kWarpRows; ++r) {
    const i64 row = first_row + r;
    const T* from = x + row * columns + column;
    Pack<T, kLaneElements>& in = elements[r];
    in = {};
    if (row < rows && in_packs) {
      if (column < columns) in = *reinterpret_cast<const Pack<T, kLaneElements>*>(from);
    } else if (row < rows) {
#pragma unroll
      for (int i = 0; i < kLaneElements; ++i) {
        if (column + i < columns) in.v[i] = from[i];
      }
    }
#pragma unroll
    for (int i = 0; i < kLaneElements; ++i) {
      const C magnitude = math::abs(up(in.v[i]));
      if (magnitude < infinity<C>()) largest = Largest{}(largest, magnitude);  // NaN is not below anything
    }
  }
  largest = BlockRows == 1 ? warp_reduce(largest, Largest{}) : block_reduce(largest, Largest{}, C(0));
  const float step = block_scale<Q>(largest);
  if (lane == 0 && (BlockRows == 1 || warp == 0)) scale[block] = step;

#pragma unroll
  for (int r = 0; r < kWarpRows; ++r) {
    const i64 row = first_row + r;
    if (row >= rows) break;
    Pack<Q, kLaneElements> out;
#pragma unroll
    for (int i = 0; i < kLaneElements; ++i) out.v[i] = scaled_to_f8<Q>(elements[r].v[i], step);
    Q* to = q + row * columns + column;
    if (in_packs) {
      if (column < columns) *reinterpret_cast<Pack<Q, kLaneElements>*>(to) = out;
    } else {
#pragma unroll
      for (int i = 0; i < kLaneElements; ++i) {
        if (column + i < columns) to[i] = out.v[i];
      }
    }
  }
}
