// The sum of the tiles before a block's own, in one pass over the elements: a block posts the sum of its tile and looks
// back at what the blocks before it have posted (decoupled look-back, Merrill and Garland 2016). There the order of
// additions depends on how much is there when a block looks; here it never does, for floats as for integers.
//
// Tiles stand in groups of 8, and
//   sum(g) = the sums of its first 7 tiles, added as a tree, + the last one's;
//   prefix(0) = sum(0), prefix(g) = prefix(g - 1) + sum(g): a group and all before it;
//   before(t) = prefix(g - 1) + the sums of the tiles of g before t, added as a tree whose shape depends on t alone.
//
// A block that finds prefix(h) and the sums of the groups after h adds these one by one, just as the blocks that are
// still to post those prefixes will: the bits are the same, whichever it found. So nobody waits for a chain of tiles:
// the prefixes go on by up to 24 groups each time that a warp looks.
//
// What is posted is at most 32 bits of the value with its state in one 64-bit word, or two such words, which count when
// their states agree: nothing else passes between blocks, so relaxed loads and stores suffice. Words begin as zeros.
//
// A block may wait for all blocks of lower tiles: tiles are taken from a counter, so those blocks run. The first of
// them that waits finds all that it needs: a tile's sum is posted before its block looks, a group's before its prefix
// is waited for.
#pragma once
#include "common/block_reduce.cuh"
#include "common/ptx/memory.cuh"

constexpr int kLookBackGroup = 8;
constexpr u32 kNothingPosted = 0, kSumPosted = 1, kPrefixPosted = 2;

template <class A> struct Posted {
  u32 state;
  A value;
};

// The bits of a value in the low end of a word, and back.
__device__ __forceinline__ u64 posted_bits(u32 x) { return x; }
__device__ __forceinline__ u64 posted_bits(u64 x) { return x; }
__device__ __forceinline__ u64 posted_bits(float x) { return __float_as_uint(x); }
__device__ __forceinline__ u64 posted_bits(double x) { return (u64)__double_as_longlong(x); }
__device__ __forceinline__ void of_posted_bits(u64 bits, u32& x) { x = (u32)bits; }
__device__ __forceinline__ void of_posted_bits(u64 bits, u64& x) { x = bits; }
__device__ __forceinline__ void of_posted_bits(u64 bits, float& x) { x = __uint_as_float((u32)bits); }
__device__ __forceinline__ void of_posted_bits(u64 bits, double& x) { x = __longlong_as_double((i64)bits); }

// The posts of one row: of each tile, then of each group.
template <class A> struct LookBack {
  static constexpr int kWords = sizeof(A) / 4;
  u64* words;
  i64 tiles;

  __device__ __forceinline__ static i64 groups_of(i64 tiles) { return (tiles + kLookBackGroup - 1) / kLookBackGroup; }
  __device__ __forceinline__ static i64 words_of(i64 tiles) { return (tiles + groups_of(tiles)) * kWords; }

  __device__ __forceinline__ void post(i64 slot, u32 state, A value) const {
    const u64 bits = posted_bits(value);
#pragma unroll
    for (int w = 0; w < kWords; ++w)
      ptx::st_relaxed_gpu(words + slot * kWords + w, (u64)state << 32 | (u32)(bits >> 32 * w));
  }

  __device__ __forceinline__ Posted<A> read(i64 slot) const {
    Posted<A> posted;
    u64 bits = 0;
#pragma unroll
    for (int w = 0; w < kWords; ++w) {
      const u64 word = ptx::ld_relaxed_gpu(words + slot * kWords + w);
      const u32 state = (u32)(word >> 32);
      posted.state = w == 0 || state == posted.state ? state : kNothingPosted;
      bits |= (word & 0xffffffffu) << 32 * w;
    }
    of_posted_bits(bits, posted.value);
    return posted;
  }

  // The sum of all tiles before this one, to every lane of the warp that calls it with the tile's own sum.
  __device__ __forceinline__ A before(i64 tile, A own) const {
    // Lanes 0 to 7 look at the tiles of the group; the others at the 24 groups before it, the nearest last.
    const int lane = threadIdx.x % 32, place = (int)(tile % kLookBackGroup);
    const i64 group = tile / kLookBackGroup, other = group - 32 + lane;
    const bool is_tile = lane < kLookBackGroup, closes = place == kLookBackGroup - 1;
    const bool asked = is_tile ? lane < place : other >= 0;
    const i64 slot = is_tile ? group * kLookBackGroup + lane : tiles + other;
    if (lane == 0 && !closes) post(tile, kSumPosted, own);
    // Past the row's begin lies a prefix of nothing; a tile that is not before this one adds nothing.
    Posted<A> found = {asked ? kNothingPosted : is_tile ? kSumPosted : kPrefixPosted, A(0)};
    A within = A(0);
    bool summed = false;
    int nearest;
    for (;;) {
      if (found.state != (is_tile ? kSumPosted : kPrefixPosted)) found = read(slot);
      const u32 posted = __ballot_sync(kAllLanes, found.state != kNothingPosted);
      const u32 prefixes = __ballot_sync(kAllLanes, found.state == kPrefixPosted);
      if (!summed && (posted & 0xffu) == 0xffu) {
        within = found.value;
#pragma unroll
        for (int distance = 1; distance < kLookBackGroup; distance *= 2)
          within += __shfl_xor_sync(kAllLanes, within, distance);
        within = __shfl_sync(kAllLanes, within, 0);
        summed = true;
        if (lane == 0 && closes) post(tiles + group, kSumPosted, within + own);
      }
      nearest = 31 - __clz((int)prefixes);  // -1 where there is none
      if (summed && prefixes != 0 && ~posted >> nearest == 0) break;
    }
    A sum = __shfl_sync(kAllLanes, found.value, nearest);
    for (int i = nearest + 1; i < 32; ++i) sum += __shfl_sync(kAllLanes, found.value, i);
    if (lane == 0 && closes) post(tiles + group, kPrefixPosted, sum + (within + own));
    return sum + within;
  }
};
