// y = x within a border of one value, bit for bit, for tensors of up to eight dimensions: y[i...] = x[i... - before...]
// where that lies in x, else the value. x may be strided, y is dense. A thread for each output, which finds its place
// by division.
#include "common/indexing.cuh"

// The host fills the same struct (PadShape.cs). Outermost dimension first.
struct Padding {
  i64 count;
  i32 rank;
  i32 unused;
  i64 out_lengths[8], before[8], lengths[8], strides[8];
};

template <class T>
__global__ void __launch_bounds__(256) pad(T* y, const T* x, Padding p, i64 value) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= p.count) return;
  i64 rest = element, from = 0;
  bool inside = true;
  for (int d = p.rank - 1; d >= 0; --d) {
    const i64 next = quotient_of(rest, p.out_lengths[d]);
    const i64 i = rest - next * p.out_lengths[d] - p.before[d];
    inside = inside && i >= 0 && i < p.lengths[d];
    from += i * p.strides[d];
    rest = next;
  }
  y[element] = inside ? x[from] : of_bits<T>(value);
}
