// What a block of an attention over pages works on: some rows of queries that share a head of keys and values, and a part of
// the keys of their sequence. Keys are dealt out to `splits` blocks in whole tiles, evenly over those that the sequence has,
// whatever the host thought that it might have. Where there is one split a block writes the result; else it leaves its sums of
// weighted values, its maxima and its sums of weights, and paged_attention_merge puts those together in their order.
#pragma once
#include "common/attention.cuh"
#include "common/paged_cache.cuh"
#include "common/softsum.cuh"

constexpr int kKeyTile = 64;

// The keys that queries of a sequence see; none of a length that cannot be.
__device__ __forceinline__ Rows keys_of_sequence(Attention& a, const PagedCache& cache, i64 length) {
  a.keys = holds(cache, length) ? length : 0;
  return {keys_of(a, 0).begin, keys_of(a, a.queries - 1).end};
}

// The keys of one split, whole tiles; the last splits may have fewer or none.
__device__ __forceinline__ i64 keys_of_part(Rows seen, i64 splits) {
  return ((seen.end - seen.begin + kKeyTile - 1) / kKeyTile + splits - 1) / splits * kKeyTile;
}

// What makes a sum of weighted values the result: NaN for lengths that cannot be.
template <class C> __device__ __forceinline__ C normal_of(C sum, Rows seen, bool is_length) {
  return !is_length ? not_a_number<C>() : seen.begin < seen.end ? C(1) / sum : C(0);
}
template <class C> __device__ __forceinline__ C log_sum_exp_of(Softsum<C> all, bool is_length) {
  return is_length ? all.maximum + math::log(all.sum) : not_a_number<C>();
}

struct PagedWork {
  i64 sequence, head, split;
  i64 first_row;   // among those that share the head: all queries of one head of the group, then those of the next
  i64 row;         // the same, among the rows of all queries
  int rows;        // from there on
  bool is_length;  // whether the sequence can be so long
  Rows keys;       // of the split

  __device__ __forceinline__ bool has_no_part(i64 splits) const { return splits > 1 && keys.begin >= keys.end; }
};

// The work of this block, Count rows at most; a.keys becomes the length of the sequence. Blocks beside each other have the same keys.
template <int Count>
__device__ __forceinline__ PagedWork paged_work(Attention& a, const PagedCache& cache, const i32* lengths, i64 splits) {
  const i64 rows_of_head = a.group * a.queries, blocks = (rows_of_head + Count - 1) / Count;
  const i64 split = blockIdx.x / blocks % splits, shared_head = blockIdx.x / blocks / splits;
  const i64 sequence = shared_head / cache.heads, first_row = blockIdx.x % blocks * Count;
  const i64 left = rows_of_head - first_row, length = lengths[sequence];
  const Rows all = keys_of_sequence(a, cache, length);
  const i64 share = keys_of_part(all, splits), begin = all.begin + split * share;
  return {sequence, shared_head - sequence * cache.heads, split, first_row, shared_head * rows_of_head + first_row, (int)(left < Count ? left : Count),
          holds(cache, length), rows_between(begin, begin + share, all.end)};
}
