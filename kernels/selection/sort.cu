// The elements of a tensor [outer, length, inner] in rising (or falling) order along the middle dimension, with their
// indices or without; equal ones in the order of their indices. NaN is above every number, and -0 is below +0. A row here
// is what lies along the middle dimension, `inner` elements apart.
//
// Elements are sorted as unsigned keys (common/sort_key.cuh). A row of at most 128 is merged by one block in shared
// memory, runs of 1, 2, 4 and so on: an element goes as far behind the start of the merged run as elements stand before
// it in its own run and in the other, the latter found by bisection. Longer rows are sorted by digits of 8 bits, the
// lowest first. Up to 1,024 elements are one block's, which reads and writes them once and orders them in shared memory.
// Of rows beyond that one kernel counts all digits of all rows, then one kernel a digit moves the keys of each tile, in order,
// to where those of lower digits and those of earlier tiles end. How many there are in earlier tiles is told from tile
// to tile (decoupled look-back, as in Adinets and Merrill, "Onesweep", 2022). A tile is put in order in shared memory,
// so that neighbouring threads write neighbouring keys. The first digit reads x and the last one writes the results, so
// an element of b bytes is read b + 1 times and written b times, its index written b times and read b - 1 times. A
// thread takes eight elements of a tile: the host chooses the tile by the block.
#include "common/block_reduce.cuh"
#include "common/pack.cuh"
#include "common/ptx/memory.cuh"
#include "common/sort_digits.cuh"
#include "common/sort_key.cuh"

constexpr int kShortLength = 128;  // elements that one block merges
constexpr int kShortBlock = 128;   // at most
constexpr int kRowLength = 1024;   // elements that one block sorts by digits
constexpr int kRowBlock = 128;     // at most
constexpr int kTileBlock = 512;    // at most
constexpr int kFewThreads = 128;  // at least
constexpr int kTileWarps = kTileBlock / 32;
constexpr int kCountBlock = 512;
constexpr int kLookedAt = 4;  // earlier tiles that are looked at at once

// The offset of a row's first element.
__device__ __forceinline__ i64 start_of(i64 row, i64 length, i64 inner) {
  return row / inner * length * inner + row % inner;
}

// Where the first of keys[low, high) stands that does not come before `key`; those equal to it come before it or not.
template <class K>
__device__ __forceinline__ int bisect(const K* keys, int low, int high, K key, bool equal_before) {
  while (low < high) {
    const int middle = (low + high) / 2;
    const K there = keys[middle];
    if (equal_before ? there <= key : there < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Block `row` merges a row of at most kShortLength.
template <class T>
__global__ void __launch_bounds__(kShortBlock)
    sort_short_rows(T* values, i64* indices, const T* x, i64 length, i64 inner, bool falling, bool has_values,
                    bool has_indices) {
  using K = sort_key_t<T>;
  __shared__ K keys[2][kShortLength];
  __shared__ u16 places[2][kShortLength];
  const i64 start = start_of(blockIdx.x, length, inner);
  const int count = (int)length;
  for (int k = threadIdx.x; k < count; k += blockDim.x) {
    keys[0][k] = sort_key(x[start + k * inner], falling);
    places[0][k] = (u16)k;
  }
  __syncwarp();
  int from = 0;
  for (int run = 1; run < count; run *= 2) {
    for (int k = threadIdx.x; k < count; k += blockDim.x) {
      const int left = k & -(2 * run), right = left + run, end = right + run < count ? right + run : count;
      const K key = keys[from][k];
      // Of equal elements those of the left run come first. k counts the elements before it in its own run; a left run
      // with nothing to its right stays where it is.
      const int found =
          k < right ? bisect(keys[from], right, end, key, false) : bisect(keys[from], left, right, key, true);
      const int to = k + found - right;
      keys[1 - from][to] = key;
      places[1 - from][to] = places[from][k];
    }
    from = 1 - from;
    // The next round reads what this one wrote, and overwrites what it read: up to 32 elements are those of one warp.
    if (run < 16) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }
  for (int k = threadIdx.x; k < count; k += blockDim.x) {
    if (has_values) values[start + k * inner] = sort_element<T>(keys[from][k], falling);
    if (has_indices) indices[start + k * inner] = places[from][k];
  }
}

// A block's tile of a row: from element `begin` on, kTileItems for each thread.
struct Tile {
  i64 row, index, begin;
};
__device__ __forceinline__ Tile tile_of(i64 number, i64 tiles) {
  const i64 row = number / tiles, index = number - row * tiles;
  return {row, index, index * kTileItems * blockDim.x};
}

// The order in which the elements of a tile are taken: warp after warp, and of a warp 32 at a time.
__device__ __forceinline__ i64 item_of(const Tile& tile, int item) {
  return tile.begin + (threadIdx.x / 32 * kTileItems + item) * 32 + threadIdx.x % 32;
}

// The key at place k of a row: the first digit finds the elements themselves, the others the keys in the order of the
// digits before, [rows, length].
template <class T>
__device__ __forceinline__ sort_key_t<T> key_at(const T* x, const sort_key_t<T>* keys, i64 row, i64 k, i64 length,
                                                i64 inner, int shift, bool falling) {
  return shift == 0 ? sort_key(x[start_of(row, length, inner) + k * inner], falling) : keys[row * length + k];
}
// Block `row` sorts a row of at most kRowLength by its digits, kTileItems elements a thread.
template <class T>
__global__ void __launch_bounds__(kRowBlock, 8)
    sort_rows(T* values, i64* indices, const T* x, i64 length, i64 inner, bool falling, bool has_values,
              bool has_indices) {
  using K = sort_key_t<T>;
  __shared__ K ordered[kRowLength];
  __shared__ u16 ordered_places[kRowLength];
  __shared__ u32 next[kRowBlock / 32 * kDigits];
  alignas(16) __shared__ u32 first[kDigits];
  const i64 start = start_of(blockIdx.x, length, inner);
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, count = (int)length;
  const Tile tile{blockIdx.x, 0, 0};
  u32* met = next + warp * kDigits;
  K key[kTileItems];
  u16 place[kTileItems];
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    // Beyond the end there is the highest digit, behind all elements.
    const int k = (int)item_of(tile, item);
    key[item] = k < count ? sort_key(x[start + k * inner], falling) : (K)~(K)0;
    place[item] = (u16)k;
  }
  for (int shift = 0; shift < (int)sizeof(K) * 8; shift += kDigitBits) {
    for (int digit = lane; digit < kDigits; digit += 32) met[digit] = 0;
    __syncwarp();
    u32 rank[kTileItems];
    rank_keys(rank, key, met, shift);
    __syncthreads();
    for (int digit = threadIdx.x; digit < kDigits; digit += blockDim.x) first[digit] = sum_warps(next, digit);
    __syncthreads();
    if (warp == 0) count_lower(first, first);
    __syncthreads();
#pragma unroll
    for (int item = 0; item < kTileItems; ++item) {
      const u32 digit = digit_of(key[item], shift), to = first[digit] + met[digit] + rank[item];
      ordered[to] = key[item];
      ordered_places[to] = place[item];
    }
    __syncthreads();
    if (shift + kDigitBits == sizeof(K) * 8) break;
#pragma unroll
    for (int item = 0; item < kTileItems; ++item) {
      const int k = (int)item_of(tile, item);
      key[item] = ordered[k];
      place[item] = ordered_places[k];
    }
  }
  for (int k = threadIdx.x; k < count; k += blockDim.x) {
    if (has_values) values[start + k * inner] = sort_element<T>(ordered[k], falling);
    if (has_indices) indices[start + k * inner] = ordered_places[k];
  }
}

// A block counts all digits of a part of a row; a thread adds them up in shared memory.
template <class T>
__global__ void __launch_bounds__(kCountBlock)
    sort_count(u32* totals /* [rows, places of digits, digits] */, const T* x, i64 length, i64 inner, i64 parts,
               i64 part_length, bool falling) {
  constexpr int kPlaces = sizeof(sort_key_t<T>);
  __shared__ u32 count[kPlaces * kDigits];
  for (int digit = threadIdx.x; digit < kPlaces * kDigits; digit += kCountBlock) count[digit] = 0;
  __syncthreads();
  const i64 row = blockIdx.x / parts, begin = blockIdx.x % parts * part_length;
  const i64 end = begin + part_length < length ? begin + part_length : length;
  const T* from = x + start_of(row, length, inner);
  for (i64 first = begin + threadIdx.x; first < end; first += kCountBlock * kTileItems) {
    T element[kTileItems];
#pragma unroll
    for (int item = 0; item < kTileItems; ++item) {
      const i64 k = first + item * kCountBlock;
      if (k < end) element[item] = from[k * inner];
    }
#pragma unroll
    for (int item = 0; item < kTileItems; ++item) {
      if (first + item * kCountBlock >= end) break;
      const sort_key_t<T> key = sort_key(element[item], falling);
#pragma unroll
      for (int place = 0; place < kPlaces; ++place) atomicAdd(&count[place * kDigits + digit_of(key, place * kDigitBits)], 1u);
    }
  }
  __syncthreads();
  for (int digit = threadIdx.x; digit < kPlaces * kDigits; digit += kCountBlock)
    if (count[digit] != 0) atomicAdd(&totals[row * (kPlaces * kDigits) + digit], count[digit]);
}

// How many of a digit there are in the tiles before this one of its row, from what those have posted: a count in the low
// half of a word, in the high half what it counts, the tile (an odd number) or the row up to its end (the next number).
// The numbers rise from digit to digit of the keys, so what was posted for an earlier one is not taken for this one's.
// Words begin as zeros. A block waits for those of lower tiles alone, which run: tiles are taken from a counter.
__device__ __forceinline__ u32 count_before(const u64* posts /* [tiles, digits] */, int digit, i64 tile, u32 tile_state) {
  u32 before = 0;
  while (tile > 0) {
    u64 word[kLookedAt];
#pragma unroll
    for (int i = 0; i < kLookedAt; ++i)
      word[i] = i < tile ? ptx::ld_relaxed_gpu(posts + (tile - 1 - i) * kDigits + digit) : (u64)(tile_state + 1) << 32;
    int seen = 0;
#pragma unroll
    for (int i = 0; i < kLookedAt; ++i) {
      const u32 state = (u32)(word[i] >> 32);
      if (seen != i || state < tile_state) continue;  // behind one that is not posted yet
      before += (u32)word[i];
      seen = state == tile_state ? i + 1 : kLookedAt + 1;
    }
    tile = seen > kLookedAt ? 0 : tile - seen;
  }
  return before;
}

// A block moves a tile of keys, and the indices that go with them, to their places by this digit.
template <class T>
__global__ void __launch_bounds__(kTileBlock, 2)
    sort_move(T* values, i64* indices, sort_key_t<T>* keys_after, u32* places_after, const T* x,
              const sort_key_t<T>* keys, const u32* places, const u32* totals, u64* posts /* [rows, tiles, digits] */,
              u32* taken, i64 length, i64 inner, i64 tiles, int shift, bool falling, bool has_values, bool has_indices) {
  using K = sort_key_t<T>;
  constexpr int kItemBytes = sizeof(K) < 4 ? 4 : sizeof(K), kItems = kTileBlock * kTileItems;
  static_assert(kItems >= kTileWarps * kDigits, "the counters have the room of the tile");
  __shared__ u64 room[kItems * kItemBytes / 8];  // first the counters, then the tile in order
  alignas(16) __shared__ u32 counts[kDigits], first[kDigits], to[kDigits];
  __shared__ u32 number;
  u32* next = reinterpret_cast<u32*>(room);  // [warps, digits]: how many a warp has met, then those of warps before
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (threadIdx.x == 0) number = atomicAdd(taken + shift / kDigitBits, 1u);
  for (int digit = lane; digit < kDigits; digit += 32) next[warp * kDigits + digit] = 0;
  __syncthreads();

  const Tile tile = tile_of(number, tiles);
  const i64 row = tile.row * length;
  K key[kTileItems];
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const i64 k = item_of(tile, item);
    // Beyond the end there is the highest digit, which is behind all elements of the tile, and in the row's last tile,
    // whose counts no other asks for.
    key[item] = k < length ? key_at(x, keys, tile.row, k, length, inner, shift, falling) : (K)~(K)0;
  }
  u32 rank[kTileItems];  // among the keys of its digit and warp, then among all of the tile
  const bool is_empty = item_of(tile, 0) - lane >= length;  // a warp that begins beyond the end
  if (!is_empty) rank_keys(rank, key, next + warp * kDigits, shift);
  __syncthreads();
  u64* row_posts = posts + tile.row * tiles * kDigits;
  const u32 tile_state = 2 * (shift / kDigitBits) + 1;
  for (int digit = threadIdx.x; digit < kDigits; digit += blockDim.x) {
    const u32 count = sum_warps(next, digit);
    counts[digit] = count;
    ptx::st_relaxed_gpu(row_posts + tile.index * kDigits + digit, (u64)(tile_state + (tile.index == 0 ? 1 : 0)) << 32 | count);
  }
  __syncthreads();
  if (warp == 0) count_lower(first, counts);
  if (warp == 1) count_lower(to, totals + (tile.row * sizeof(K) + shift / kDigitBits) * kDigits);
  u32 before[kDigits / kFewThreads];
#pragma unroll
  for (int i = 0; i < kDigits / kFewThreads; ++i) {
    const int digit = threadIdx.x + i * blockDim.x;
    if (digit >= kDigits || tile.index == 0) {
      before[i] = 0;
      continue;
    }
    before[i] = count_before(row_posts, digit, tile.index, tile_state);
    ptx::st_relaxed_gpu(row_posts + tile.index * kDigits + digit, (u64)(tile_state + 1) << 32 | (before[i] + counts[digit]));
  }
  __syncthreads();
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const u32 digit = digit_of(key[item], shift);
    if (!is_empty) rank[item] += first[digit] + next[warp * kDigits + digit];
  }
  __syncthreads();
  // Where the tile's first element would go, were all of this digit.
#pragma unroll
  for (int i = 0; i < kDigits / kFewThreads; ++i) {
    const int digit = threadIdx.x + i * blockDim.x;
    if (digit < kDigits) to[digit] += before[i] - first[digit];
  }
  K* ordered = reinterpret_cast<K*>(room);
#pragma unroll
  for (int item = 0; item < kTileItems; ++item)
    if (!is_empty) ordered[rank[item]] = key[item];
  __syncthreads();

  const i64 start = start_of(tile.row, length, inner);
  const bool is_last = shift + kDigitBits == sizeof(K) * 8;
  const int count = (int)(length - tile.begin < kTileItems * blockDim.x ? length - tile.begin : kTileItems * blockDim.x);
  u32 target[kTileItems];
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const int at = item * blockDim.x + threadIdx.x;
    if (at >= count) continue;
    const K here = ordered[at];
    target[item] = to[digit_of(here, shift)] + at;
    if (!is_last) {
      keys_after[row + target[item]] = here;
    } else if (has_values) {
      values[start + target[item] * inner] = sort_element<T>(here, falling);
    }
  }
  if (!has_indices) return;
  u32 place[kTileItems];
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const i64 k = item_of(tile, item);
    place[item] = shift == 0 || k >= length ? (u32)k : places[row + k];
  }
  __syncthreads();
  u32* ordered_places = reinterpret_cast<u32*>(room);
#pragma unroll
  for (int item = 0; item < kTileItems; ++item)
    if (!is_empty) ordered_places[rank[item]] = place[item];
  __syncthreads();
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const int at = item * blockDim.x + threadIdx.x;
    if (at >= count) continue;
    if (is_last) {
      indices[start + target[item] * inner] = ordered_places[at];
    } else {
      places_after[row + target[item]] = ordered_places[at];
    }
  }
}
