// Sums, maxima and other reductions over the threads of a warp or a block, in a fixed order: the same input always gives the
// same bits. The operator is associative and commutative up to rounding; `identity` changes nothing.
#pragma once
#include "common/numeric.cuh"

constexpr unsigned kAllLanes = 0xffffffffu;

struct Plus {
  template <class C> __device__ __forceinline__ C operator()(C a, C b) const { return a + b; }
};

// Every lane gets the result. All 32 lanes must take part.
template <class C, class Op> __device__ __forceinline__ C warp_reduce(C value, Op op) {
#pragma unroll
  for (int distance = 16; distance > 0; distance >>= 1) value = op(value, __shfl_xor_sync(kAllLanes, value, distance));
  return value;
}

// The sum over the lanes up to and including the caller. All 32 lanes must take part, in a block of one dimension.
template <class A> __device__ __forceinline__ A warp_scan(A value) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int distance = 1; distance < 32; distance *= 2) {
    const A before = __shfl_up_sync(kAllLanes, value, distance);
    if (lane >= distance) value += before;
  }
  return value;
}

// Every thread gets the result. All threads of the block must take part; their number is a multiple of 32, at most 1024.
template <class C, class Op> __device__ __forceinline__ C block_reduce(C value, Op op, C identity) {
  __shared__ C partial[32];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
  value = warp_reduce(value, op);
  if (lane == 0) partial[warp] = value;
  __syncthreads();
  value = warp_reduce(lane < warps ? partial[lane] : identity, op);
  __syncthreads();  // the next reduction overwrites the partial results
  return value;
}
