// y[i] = f(i), f a random permutation of 0 to count - 1: every element by itself, with no sort and no memory but the result.
// A Feistel network of sixteen rounds permutes the numbers of left and right bits: each round adds (exclusive or) to one half a hash of the
// other, which the next round can take away again, so that the network has an inverse whatever the hash is. It permutes the smallest
// power of two (from 256 on) that holds all indices; an index that leaves 0 to count - 1 is sent round again until it is back. The
// walk follows a cycle of the larger permutation, on which its start lies too, so that it ends, and distinct starts end distinct.
#include "common/numeric.cuh"

// The host makes it (IndexPermutation.cs).
struct IndexPermutation {
  u64 count;
  u32 left_mask, right_mask;
  u32 right_bits;
  u32 unused;
  u32 keys[16];
};

// The finalizer of MurmurHash3: every bit of the result depends on every bit of x.
__device__ __forceinline__ u32 hash(u32 x) {
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

__device__ __forceinline__ u64 network(const IndexPermutation& f, u64 index) {
  u32 left = (u32)(index >> f.right_bits), right = (u32)index & f.right_mask;
#pragma unroll
  for (int round = 0; round < 16; round += 2) {
    left ^= hash(right ^ f.keys[round]) & f.left_mask;
    right ^= hash(left ^ f.keys[round + 1]) & f.right_mask;
  }
  return (u64)left << f.right_bits | right;
}

template <class T> __global__ void __launch_bounds__(256) permutation(T* y, IndexPermutation f) {
  const u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x;
  if (i >= f.count) return;
  u64 index = i;
  do index = network(f, index);
  while (index >= f.count);
  y[i] = (T)index;
}
