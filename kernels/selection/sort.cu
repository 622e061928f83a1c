// The elements of a tensor [outer, length, inner] in rising (or falling) order along the middle dimension, with their
// indices or without; equal ones in the order of their indices. NaN is above every number, and -0 is below +0. A row here
// is what lies along the middle dimension, `inner` elements apart.
//
// Elements are sorted as unsigned keys (common/sort_key.cuh). A row of at most 1,024 is merged by one block in shared
// memory, runs of 1, 2, 4 and so on: an element goes as far behind the start of the merged run as elements stand before
// it in its own run and in the other, the latter found by bisection. Longer rows are sorted by digits of 8 bits, the
// lowest first, in three kernels a digit: the tiles of all rows count their digits, the counts are summed up, and the
// tiles move their keys, in order, to where those of lower digits and those of earlier tiles end. The first digit reads
// x and the last one writes the results, so an element of b bytes is read 2b times and written b times, its index
// written b times and read b - 1 times. A thread takes eight elements of a tile: the host chooses the tile by the
// block.
#include "common/block_reduce.cuh"
#include "common/ptx/warp.cuh"
#include "common/sort_key.cuh"

constexpr int kRowLength = 1024;  // elements that one block sorts
constexpr int kRowBlock = 256;    // at most
constexpr int kDigitBits = 8;
constexpr int kDigits = 1 << kDigitBits;
constexpr int kTileItems = 8;    // elements of a thread
constexpr int kTileBlock = 512;  // at most
constexpr int kTileWarps = kTileBlock / 32;
constexpr int kSumBlock = 256;

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

// Block `row` sorts a row of at most kRowLength.
template <class T>
__global__ void __launch_bounds__(kRowBlock) sort_rows(T* values, i64* indices, const T* x, i64 length, i64 inner,
                                                       bool falling, bool has_values, bool has_indices) {
  using K = sort_key_t<T>;
  __shared__ K keys[2][kRowLength];
  __shared__ u16 places[2][kRowLength];
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
__device__ __forceinline__ Tile tile_of(i64 tiles) {
  const i64 index = blockIdx.x % tiles;
  return {blockIdx.x / tiles, index, index * kTileItems * blockDim.x};
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
template <class K>
__device__ __forceinline__ u32 digit_of(K key, int shift) {
  return (u32)(key >> shift) % kDigits;
}

// The sum over the lanes up to and including the caller.
__device__ __forceinline__ u32 warp_scan(u32 value) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int distance = 1; distance < 32; distance *= 2) {
    const u32 before = __shfl_up_sync(kAllLanes, value, distance);
    if (lane >= distance) value += before;
  }
  return value;
}

// Block (row * tiles + tile) counts the digits of its tile. The lanes that have one digit count it at once: the high
// digits of numbers of one size are all the same.
template <class T>
__global__ void __launch_bounds__(kTileBlock)
    sort_count(u32* counts /* [rows, digits, tiles] */, const T* x, const sort_key_t<T>* keys, i64 length, i64 inner,
               i64 tiles, int shift, bool falling) {
  __shared__ u32 count[kDigits];
  for (int digit = threadIdx.x; digit < kDigits; digit += blockDim.x) count[digit] = 0;
  __syncthreads();
  const Tile tile = tile_of(tiles);
  for (int item = 0; item < kTileItems; ++item) {
    const i64 k = item_of(tile, item);
    const bool inside = k < length;
    const u32 digit = inside ? digit_of(key_at(x, keys, tile.row, k, length, inner, shift, falling), shift) : kDigits;
    const u32 peers = ptx::match_any(digit);
    if (inside && peers >> ptx::lane_id() == 1) atomicAdd(&count[digit], (u32)__popc(peers));
  }
  __syncthreads();
  for (int digit = threadIdx.x; digit < kDigits; digit += blockDim.x)
    counts[(tile.row * kDigits + digit) * tiles + tile.index] = count[digit];
}

// A warp for each digit of each row: its counts become the counts of the tiles before, and their total.
__global__ void __launch_bounds__(kSumBlock)
    sort_sum(u32* counts /* [rows, digits, tiles] */, u32* totals /* [rows, digits] */, i64 tiles) {
  const int lane = threadIdx.x % 32;
  const i64 digit = (i64)blockIdx.x * (kSumBlock / 32) + threadIdx.x / 32;
  u32* of_tile = counts + digit * tiles;
  u32 before = 0;
  for (i64 first = 0; first < tiles; first += 32) {
    const i64 tile = first + lane;
    const u32 count = tile < tiles ? of_tile[tile] : 0, sum = warp_scan(count);
    if (tile < tiles) of_tile[tile] = before + sum - count;
    before += __shfl_sync(kAllLanes, sum, 31);
  }
  if (lane == 0) totals[digit] = before;
}

// lower[digit] = how many keys of the row have a lower digit; one warp, whose lanes take eight digits each.
__device__ __forceinline__ void count_lower(u32* lower, const u32* totals /* [digits] */) {
  constexpr int kEach = kDigits / 32;
  const int first = threadIdx.x % 32 * kEach;
  u32 sum = 0;
  for (int digit = first; digit < first + kEach; ++digit) {
    lower[digit] = sum;
    sum += totals[digit];
  }
  const u32 before = warp_scan(sum) - sum;
  for (int digit = first; digit < first + kEach; ++digit) lower[digit] += before;
}

// The blocks of sort_count move their keys, and the indices that go with them, to their places by this digit.
template <class T>
__global__ void __launch_bounds__(kTileBlock)
    sort_move(T* values, i64* indices, sort_key_t<T>* keys_after, u32* places_after, const T* x,
              const sort_key_t<T>* keys, const u32* places, const u32* counts, const u32* totals, i64 length, i64 inner,
              i64 tiles, int shift, bool falling, bool has_values, bool has_indices) {
  using K = sort_key_t<T>;
  __shared__ u32 next[kTileWarps][kDigits];  // how many of a digit a warp has met; then where its first one goes
  __shared__ u32 lower[kDigits];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
  for (int digit = lane; digit < kDigits; digit += 32) next[warp][digit] = 0;
  __syncwarp();

  const Tile tile = tile_of(tiles);
  K key[kTileItems];
  u32 rank[kTileItems];  // among the keys of its digit and warp
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const i64 k = item_of(tile, item);
    // Beyond the end there is digit 0, which is behind all elements of the tile and so counts for none of them.
    key[item] = k < length ? key_at(x, keys, tile.row, k, length, inner, shift, falling) : K(0);
    const u32 digit = digit_of(key[item], shift), peers = ptx::match_any(digit);
    rank[item] = next[warp][digit] + __popc(peers & ((1u << lane) - 1));
    __syncwarp();
    if (peers >> lane == 1) next[warp][digit] = rank[item] + 1;
    __syncwarp();
  }
  if (warp == 0) count_lower(lower, totals + tile.row * kDigits);
  __syncthreads();
  for (int digit = threadIdx.x; digit < kDigits; digit += blockDim.x) {
    u32 to = lower[digit] + counts[(tile.row * kDigits + digit) * tiles + tile.index];
    for (int w = 0; w < warps; ++w) {
      const u32 met = next[w][digit];
      next[w][digit] = to;
      to += met;
    }
  }
  __syncthreads();

  const i64 start = start_of(tile.row, length, inner), row = tile.row * length;
  const bool is_last = shift + kDigitBits == sizeof(K) * 8;
#pragma unroll
  for (int item = 0; item < kTileItems; ++item) {
    const i64 k = item_of(tile, item);
    if (k >= length) continue;
    const i64 to = next[warp][digit_of(key[item], shift)] + rank[item];
    if (!is_last) {
      keys_after[row + to] = key[item];
    } else if (has_values) {
      values[start + to * inner] = sort_element<T>(key[item], falling);
    }
    if (!has_indices) continue;
    const u32 place = shift == 0 ? (u32)k : places[row + k];
    if (is_last) {
      indices[start + to * inner] = place;
    } else {
      places_after[row + to] = place;
    }
  }
}
