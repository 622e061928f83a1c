// y = x within a border of one value, bit for bit, for tensors of up to eight dimensions: y[i...] = x[i... - before...]
// where that lies in x, else the value. x may be strided, y is dense. A thread makes 16 bytes of y; it finds the place of
// the first one by division, and of the others too where they do not lie in one row.
#include "common/indexing.cuh"
#include "common/pack.cuh"

// The host fills the same struct (PadShape.cs). Outermost dimension first.
struct Padding {
  i64 count;
  i32 rank;
  i32 unused;
  i64 out_lengths[8], before[8], lengths[8], strides[8];
};

// An element's place in x.
struct PadPlace {
  bool inside;     // along all dimensions but the last
  i64 from;        // of element 0 of its row
  i64 last, left;  // along the last dimension, which it may lie before; elements of y from here to the end of the row
};
__device__ __forceinline__ PadPlace place_in(const Padding& p, i64 element) {
  PadPlace place{true, 0, 0, 1};
  for (int d = p.rank - 1; d >= 0; --d) {
    const i64 next = d > 0 ? quotient_of(element, p.out_lengths[d]) : 0, i = element - next * p.out_lengths[d] - p.before[d];
    element = next;
    if (d == p.rank - 1) {
      place.last = i;
      place.left = p.out_lengths[d] - p.before[d] - i;
    } else {
      place.inside = place.inside && i >= 0 && i < p.lengths[d];
      place.from += i * p.strides[d];
    }
  }
  return place;
}

template <class T>
__global__ void __launch_bounds__(256) pad(T* y, const T* x, Padding p, i64 value) {
  constexpr int N = 16 / (int)sizeof(T);
  const i64 first = (blockIdx.x * (i64)blockDim.x + threadIdx.x) * N;
  if (first >= p.count) return;
  const T border = of_bits<T>(value);
  const i64 length = p.rank > 0 ? p.lengths[p.rank - 1] : 1, step = p.rank > 0 ? p.strides[p.rank - 1] : 0;
  PadPlace place = place_in(p, first);
  if (is_aligned<N>(y) && place.left >= N) {
    const T* row = x + place.from + place.last * step;
    Pack<T, N> out;
#pragma unroll
    for (int k = 0; k < N; ++k) {
      out.v[k] = border;
      if (place.inside && (u64)(place.last + k) < (u64)length) out.v[k] = row[k * step];
    }
    *reinterpret_cast<Pack<T, N>*>(y + first) = out;
    return;
  }
  for (i64 element = first; element < first + N && element < p.count; ++element) {
    if (place.left == 0) place = place_in(p, element);
    y[element] = place.inside && (u64)place.last < (u64)length ? x[place.from + place.last * step] : border;
    ++place.last;
    --place.left;
  }
}
