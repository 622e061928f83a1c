// y[i] = low + u * width, u uniform in [0, 1) from the random bits of element i. u is an exact number: the upper 24 bits of 32 over
// 2^24, or 53 of 64 over 2^53 for double. One fused multiply-add rounds the result, once; what rounds up to the end of the interval
// becomes the last number below it. Each element costs a quarter of a Philox block (a half for double) and one store.
#include "common/math.cuh"
#include "common/random.cuh"

template <class C> struct Uniform {
  C low, width, last;
  __device__ C place(C u) const {
    const C value = math::fma(u, width, low);
    return value < last ? value : last;
  }
  __device__ float operator()(u32 bits) const { return place((float)(bits >> 8) * 0x1p-24f); }
  __device__ double operator()(u64 bits) const { return place((double)(bits >> 11) * 0x1p-53); }
};

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock) uniform(T* y, i64 n, Philox position, compute_t<T> low, compute_t<T> width, compute_t<T> last) {
  map_random<random_word_t<T>>(y, n, position, Uniform<compute_t<T>>{low, width, last});
}

// Numbers in (0, 1], bit for bit those of curand_uniform.
struct CurandUniform {
  __device__ float operator()(u32 bits) const { return philox_unit(bits); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) uniform_curand(T* y, i64 n, Philox position) {
  map_random<u32>(y, n, position, CurandUniform{});
}
