// A matrix [rows, columns] as 8-bit floats with a scale for each block of BlockRows by 128 elements, BlockRows 1 or 128: x = scale * q.
// The scale of a block is its largest |x| / the largest number of the type, 448 or 57344, so that the block uses the whole range, and
// q is x / scale, rounded to nearest (ties to even) and clamped. Only finite x count for the scale: infinities saturate and NaN stays
// NaN. A block without any, or whose scale would be 0, has the scale 1, and no scale is above the largest float. Divided in double for
// double, else in float.
//
// Reads x once, writes a byte for each element and the scales; memory-bound. A warp holds 128 elements of a row in its registers, four
// to a lane, from when they are read until the maximum is known; it has those of four blocks of one row in flight, and sixteen rows of one
// of 128 rows, which is 256 threads' together. Rows that start at multiples of four elements are moved four elements at once.
#include "common/block_reduce.cuh"
#include "common/block_scales.cuh"
#include "common/quantization.cuh"

constexpr int kQuantizeWarps = 8;
constexpr int kLaneElements = kScaleBlock / 32;
constexpr int kWarpBlocks = 4;  // of one row that a warp makes

struct Largest {
  template <class C> __device__ __forceinline__ C operator()(C a, C b) const { return a > b ? a : b; }
};

template <class Q, class C> __device__ __forceinline__ float block_scale(C largest) {
  constexpr float kMost = 3.402823466e+38f;
  const C scale = largest / (C)kLargestF8<Q>;
  const float rounded = scale < (C)kMost ? (float)scale : kMost;
  return rounded > 0.0f ? rounded : 1.0f;
}

// 128 neighbours of a row as a warp holds them, four to a lane; zeros past the end.
template <class T> struct RowPiece {
  static constexpr int N = kLaneElements;
  HeldVector<T, N> held;

  __device__ __forceinline__ void load(const T* x, i64 at, int count /* of the lane's elements */, bool in_packs) {
    held = {};
    if (in_packs) {
      if (count > 0) held = *reinterpret_cast<const HeldVector<T, N>*>(x + at);
    } else {
#pragma unroll
      for (int i = 0; i < N; ++i) {
        if (i < count) held.elements.v[i] = x[at + i];
      }
    }
  }

  __device__ __forceinline__ compute_t<T> largest() const {
    compute_t<T> most = 0;
#pragma unroll
    for (int i = 0; i < N; ++i) {
      const compute_t<T> magnitude = math::abs(held.at(i));
      if (magnitude < infinity<compute_t<T>>()) most = Largest{}(most, magnitude);  // NaN is not below anything
    }
    return most;
  }

  template <class Q> __device__ __forceinline__ void store(Q* q, i64 at, int count, bool in_packs, float scale) const {
    if (count <= 0) return;
    compute_t<T> values[N];
    QuotientsBy<compute_t<T>>(scale).divide(values, held);
    HeldVector<Q, N> out;
    set_f8(out, values);
    if (in_packs) {
      *reinterpret_cast<HeldVector<Q, N>*>(q + at) = out;
      return;
    }
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (i < count) q[at + i] = out.elements.v[i];
    }
  }
};

// Where a warp's piece of a row lies, and how many of its lane's elements there are: 0 or less past the end.
struct PiecePlace {
  i64 at;
  int count;

  __device__ __forceinline__ PiecePlace(i64 row, i64 block_column, i64 rows, i64 columns) {
    const i64 column = block_column * kScaleBlock + threadIdx.x % 32 * kLaneElements, rest = columns - column;
    at = row * columns + column;
    count = row >= rows ? 0 : rest < kLaneElements ? (int)rest : kLaneElements;
  }
};

template <class Q, class T, int BlockRows>
__global__ void __launch_bounds__(32 * kQuantizeWarps) quantize_blocks(
    Q* q,          // [rows, columns]
    float* scale,  // [ceil(rows / BlockRows), ceil(columns / 128)]
    const T* x,    // [rows, columns]
    i64 rows, i64 columns) {
  static_assert(BlockRows == 1 || BlockRows % kQuantizeWarps == 0, "a warp holds rows of a block by itself, or as many as the others");
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const i64 across = (columns + kScaleBlock - 1) / kScaleBlock;
  const bool in_packs = columns % kLaneElements == 0 && is_aligned<kLaneElements>(x) && is_aligned<kLaneElements>(q);
  if constexpr (BlockRows == 1) {
    const i64 first = blockIdx.x * (i64)(kQuantizeWarps * kWarpBlocks) + warp, blocks = rows * across;
    RowPiece<T> pieces[kWarpBlocks];
#pragma unroll
    for (int b = 0; b < kWarpBlocks; ++b) {
      const i64 block = first + b * kQuantizeWarps, row = quotient_of(block, across);
      const PiecePlace place(row, block - row * across, rows, columns);
      pieces[b].load(x, place.at, place.count, in_packs);
    }
#pragma unroll
    for (int b = 0; b < kWarpBlocks; ++b) {
      const i64 block = first + b * kQuantizeWarps, row = quotient_of(block, across);
      if (block >= blocks) return;  // the whole warp
      const PiecePlace place(row, block - row * across, rows, columns);
      const float step = block_scale<Q>(warp_reduce(pieces[b].largest(), Largest{}));
      if (lane == 0) scale[block] = step;
      pieces[b].store(q, place.at, place.count, in_packs, step);
    }
  } else {
    constexpr int kWarpRows = BlockRows / kQuantizeWarps;
    const i64 down = quotient_of(blockIdx.x, across), first = down * BlockRows + warp * kWarpRows;
    RowPiece<T> pieces[kWarpRows];
#pragma unroll
    for (int r = 0; r < kWarpRows; ++r) {
      const PiecePlace place(first + r, blockIdx.x - down * across, rows, columns);
      pieces[r].load(x, place.at, place.count, in_packs);
    }
    compute_t<T> largest = 0;
#pragma unroll
    for (int r = 0; r < kWarpRows; ++r) largest = Largest{}(largest, pieces[r].largest());
    const float step = block_scale<Q>(block_reduce(largest, Largest{}, compute_t<T>(0)));
    if (threadIdx.x == 0) scale[blockIdx.x] = step;
#pragma unroll
    for (int r = 0; r < kWarpRows; ++r) {
      const PiecePlace place(first + r, blockIdx.x - down * across, rows, columns);
      pieces[r].store(q, place.at, place.count, in_packs, step);
    }
  }
}
