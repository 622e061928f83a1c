// x = scale * q of a matrix [rows, columns] of 8-bit floats with a scale for each block of block_rows by 128 elements: what
// quantize_blocks.cu made. The product is formed in double for double, else in float, and rounded once.
//
// Reads a byte for each element and the scales, writes x; memory-bound. A thread makes four vectors of 16 bytes of x, which no block
// divides; where all rows start at multiples of one it moves them at once.
#include "common/block_scales.cuh"
#include "common/quantization.cuh"

template <class T, class Q>
__global__ void __launch_bounds__(kElementwiseBlock) dequantize_blocks(
    T* x,                // [rows, columns]
    const Q* q,          // [rows, columns]
    const float* scale,  // [ceil(rows / block_rows), ceil(columns / 128)]
    i64 rows, i64 columns, i64 block_rows) {
  using C = compute_t<T>;
  constexpr int N = 16 / (int)sizeof(T);
  static_assert(kScaleBlock % N == 0, "a vector's elements have one scale");
  const bool aligned = columns % N == 0 && is_aligned<N>(q) && is_aligned<N>(x);
  const i64 vectors = (columns + N - 1) / N, start = blockIdx.x * (i64)(kElementwiseBlock * kScaledVectors) + threadIdx.x;
  const i64 across = (columns + kScaleBlock - 1) / kScaleBlock;
  HeldVector<Q, N> in[kScaledVectors];
  i64 row[kScaledVectors], column[kScaledVectors];
  C step[kScaledVectors];
#pragma unroll
  for (int v = 0; v < kScaledVectors; ++v) {
    row[v] = quotient_of(start + v * kElementwiseBlock, vectors);
    column[v] = (start + v * kElementwiseBlock - row[v] * vectors) * N;
    if (row[v] >= rows) continue;
    if (aligned) in[v] = *reinterpret_cast<const HeldVector<Q, N>*>(q + row[v] * columns + column[v]);
    step[v] = (C)scale[quotient_of(row[v], block_rows) * across + column[v] / kScaleBlock];
  }
#pragma unroll
  for (int v = 0; v < kScaledVectors; ++v) {
    if (row[v] >= rows) return;
    T* to = x + row[v] * columns + column[v];
    if (!aligned) {
      for (int i = 0; i < N && column[v] + i < columns; ++i) to[i] = down<T>(step[v] * (C)up(q[row[v] * columns + column[v] + i]));
      continue;
    }
    C values[N];
#pragma unroll
    for (int i = 0; i < N; ++i) values[i] = step[v] * (C)in[v].at(i);
    HeldVector<T, N> out;
    out.set(values);
    *reinterpret_cast<HeldVector<T, N>*>(to) = out;
  }
}
