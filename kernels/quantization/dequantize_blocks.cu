// x = scale * q of a matrix [rows, columns] of 8-bit floats with a scale for each block of block_rows by 128 elements: what
// quantize_blocks.cu made. The product is formed in double for double, else in float, and rounded once.
//
// Reads a byte for each element and the scales, writes x; memory-bound. A thread makes four neighbours of a row, which no block
// divides; where all rows start at multiples of four elements it moves them at once.
#include "common/block_scales.cuh"
#include "common/quantization.cuh"

template <class T, class Q>
__global__ void __launch_bounds__(kElementwiseBlock) dequantize_blocks(
    T* x,                // [rows, columns]
    const Q* q,          // [rows, columns]
    const float* scale,  // [ceil(rows / block_rows), ceil(columns / 128)]
    i64 rows, i64 columns, i64 block_rows) {
  using C = compute_t<T>;
  constexpr int N = 4;
  static_assert(kScaleBlock % N == 0, "a thread's elements have one scale");
  const i64 packs = (columns + N - 1) / N, thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  const i64 row = thread / packs, column = (thread - row * packs) * N;
  if (row >= rows) return;
  const C step = (C)scale[row / block_rows * ((columns + kScaleBlock - 1) / kScaleBlock) + column / kScaleBlock];
  const Q* from = q + row * columns + column;
  T* to = x + row * columns + column;
  if (columns % N == 0 && is_aligned<N>(q) && is_aligned<N>(x)) {
    const Pack<Q, N> in = *reinterpret_cast<const Pack<Q, N>*>(from);
    Pack<T, N> out;
#pragma unroll
    for (int i = 0; i < N; ++i) out.v[i] = down<T>(step * (C)up(in.v[i]));
    *reinterpret_cast<Pack<T, N>*>(to) = out;
    return;
  }
  for (int i = 0; i < N && column + i < columns; ++i) to[i] = down<T>(step * (C)up(from[i]));
}
