// Philox4x32: a generator of random bits that is a function of a counter and a key, so that any output can be had by itself.
// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The ten rounds that are used here
// are those of Random123 and cuRAND, whose sequence curand_init(seed, subsequence, offset) and curand() walk: the key is the
// seed, the counter's upper half the subsequence, its lower half the number of a block of four outputs. numeric.cuh has the types.
#pragma once
#include "common/numeric.cuh"

// A position in a sequence of 2^66 32-bit outputs. The host fills the same struct (PhiloxState.cs).
struct Philox {
  u64 seed;
  u64 offset;  // how many outputs lie before this position
  u64 subsequence;
};

// Four 32-bit words: a counter, or the outputs made of it.
struct alignas(16) PhiloxBlock { u32 v[4]; };

template <int Rounds = 10> __device__ __forceinline__ PhiloxBlock philox4x32(PhiloxBlock counter, u32 key0, u32 key1) {
  u32 c0 = counter.v[0], c1 = counter.v[1], c2 = counter.v[2], c3 = counter.v[3];
#pragma unroll
  for (int round = 0; round < Rounds; ++round) {
    // Both halves by their own names: as a product of 64 bits they would cost an addition of zero each.
    const u32 high0 = __umulhi(0xd2511f53u, c0), low0 = 0xd2511f53u * c0;
    const u32 high1 = __umulhi(0xcd9e8d57u, c2), low1 = 0xcd9e8d57u * c2;
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  return {{c0, c1, c2, c3}};
}

// Outputs 4 * group to 4 * group + 3 after the position: what curand4() gives on its call number `group`. They are one block
// where the offset is a multiple of four, else the end of one and the start of the next; all threads of a grid go the same way.
__device__ __forceinline__ PhiloxBlock philox_outputs(const Philox& position, u64 group) {
  const u32 key0 = (u32)position.seed, key1 = (u32)(position.seed >> 32);
  const u32 subsequence0 = (u32)position.subsequence, subsequence1 = (u32)(position.subsequence >> 32);
  const u64 block = position.offset / 4 + group;
  const PhiloxBlock a = philox4x32({{(u32)block, (u32)(block >> 32), subsequence0, subsequence1}}, key0, key1);
  const u32 skipped = (u32)position.offset % 4;
  if (skipped == 0) return a;
  const PhiloxBlock b = philox4x32({{(u32)(block + 1), (u32)((block + 1) >> 32), subsequence0, subsequence1}}, key0, key1);
  if (skipped == 1) return {{a.v[1], a.v[2], a.v[3], b.v[0]}};
  if (skipped == 2) return {{a.v[2], a.v[3], b.v[0], b.v[1]}};
  return {{a.v[3], b.v[0], b.v[1], b.v[2]}};
}

// 32 bits to a float in (0, 1], as curand_uniform maps them: the conversion rounds, the product is exact.
__device__ __forceinline__ float philox_unit(u32 bits) { return fmaf((float)bits, 0x1p-32f, 0x1p-33f); }
