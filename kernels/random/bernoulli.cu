// y[i] = 1 with probability threshold / 2^32, else 0. It is 1 where the 32 random bits of element i are below the threshold: integers
// alone decide, so that every device and element type agrees.
#include "common/random.cuh"

struct Bernoulli {
  u64 threshold;
  __device__ bool operator()(u32 bits) const { return bits < threshold; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) bernoulli(T* y, i64 n, Philox position, u64 threshold) {
  map_random<u32>(y, n, position, Bernoulli{threshold});
}
