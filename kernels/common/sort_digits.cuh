// Keys by a digit of 8 bits: the rank of each within its tile, and how many there are of lower digits. A warp takes 32 keys at a time, in
// order, kTileItems times: keys of one digit keep the order in which they are taken.
#pragma once
#include "common/block_reduce.cuh"
#include "common/pack.cuh"
#include "common/ptx/warp.cuh"

constexpr int kDigitBits = 8;
constexpr int kDigits = 1 << kDigitBits;
constexpr int kTileItems = 8;  // elements of a thread

template <class K>
__device__ __forceinline__ u32 digit_of(K key, int shift) {
  return (u32)(key >> shift) % kDigits;
}

// lower[digit] = how many keys there are of lower digits; one warp, whose lanes take eight digits each.
__device__ __forceinline__ void count_lower(u32* lower, const u32* counts /* [digits], both at multiples of 16 bytes */) {
  constexpr int kEach = kDigits / 32;
  using Digits = Pack<u32, 4>;
  Digits digits[kEach / 4];
  u32 sum = 0;
#pragma unroll
  for (int i = 0; i < kEach / 4; ++i) {
    digits[i] = reinterpret_cast<const Digits*>(counts)[threadIdx.x % 32 * (kEach / 4) + i];
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const u32 count = digits[i].v[j];
      digits[i].v[j] = sum;
      sum += count;
    }
  }
  const u32 before = warp_scan(sum) - sum;
#pragma unroll
  for (int i = 0; i < kEach / 4; ++i) {
#pragma unroll
    for (int j = 0; j < 4; ++j) digits[i].v[j] += before;
    reinterpret_cast<Digits*>(lower)[threadIdx.x % 32 * (kEach / 4) + i] = digits[i];
  }
}

// The lanes whose digit is the caller's.
__device__ __forceinline__ u32 peers_of(u32 digit) {
  static_assert(kDigitBits == 8, "a vote for each bit");
  return ptx::vote_like<0>(digit) & ptx::vote_like<1>(digit) & ptx::vote_like<2>(digit) & ptx::vote_like<3>(digit) & ptx::vote_like<4>(digit) &
         ptx::vote_like<5>(digit) & ptx::vote_like<6>(digit) & ptx::vote_like<7>(digit);
}

// Each key's rank among those of its digit and warp; `met`, zeros at first, holds how many of each digit a warp has met.
template <class K>
__device__ __forceinline__ void rank_keys(u32 (&rank)[kTileItems], const K (&key)[kTileItems], u32* met, int shift) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const u32 digit = digit_of(key[item], shift), peers = peers_of(digit);
    rank[item] = met[digit] + __popc(peers & ((1u << lane) - 1));
    __syncwarp();
    if (peers >> lane == 1) met[digit] = rank[item] + 1;
    __syncwarp();
  }
}

// What the warps have met of a digit becomes what the warps before have met; returns all of it.
__device__ __forceinline__ u32 sum_warps(u32* next /* [warps, digits] */, int digit) {
  u32 count = 0;
  for (int w = 0; w < blockDim.x / 32; ++w) {
    const u32 met = next[w * kDigits + digit];
    next[w * kDigits + digit] = count;
    count += met;
  }
  return count;
}
