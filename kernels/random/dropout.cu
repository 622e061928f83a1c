// y[i] = 0 with probability threshold / 2^32, else x[i] * scale, and its gradient. It is 0 where the 32 random bits of element i are
// below the threshold, whatever x[i] is. No mask is stored: the gradient, dx[i] = 0 or dy[i] * scale, is the same kernel at the same
// position, which makes the same bits again. 8 bytes move for a float, 4 for a 16-bit one; a mask of bytes would add one each way.
#include "common/random.cuh"

// A threshold of 0 to 2^32, compared in 32 bits.
template <class C> struct Dropout {
  bool drops;
  u32 last;  // the last bits that drop an element
  C scale;
  __device__ C operator()(u32 bits, C x) const { return drops && bits <= last ? C(0) : x * scale; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) dropout(T* y, const T* x, i64 n, Philox position, u64 threshold, compute_t<T> scale) {
  map_random<u32>(y, n, position, Dropout<compute_t<T>>{threshold != 0, (u32)threshold - 1, scale}, x);
}
