// y[o][k][i] = sum of x[o][j][i] over j <= k (or j >= k, reversed) along the middle dimension of a tensor [outer,
// length, inner], of any length, in a fixed order. 16-bit floats sum in float, integers wrap around.
// inner = 1: x is read once and y written once. Up to 1,024 elements are one block's; longer rows are cut into tiles of
// 4,096, whose blocks look back at the sums of those before them (common/look_back.cuh).
// inner > 1: the length is cut into chunks of 1,024: one kernel sums each chunk, the sums are summed up by this same
// file, and the last kernel goes over each chunk from where the one before it ended. x is read twice and y written
// once, beside 1/1,024 of it for the sums; a length of one chunk is read once. y may be x.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/look_back.cuh"

constexpr int kChunk = 1024;
constexpr int kScanBlock = 256;
constexpr int kScanColumns = 128;
constexpr int kScanWarps = kScanBlock / 32;

// The sum over the threads of the block up to and including the caller, and over all of them.
template <class A>
__device__ __forceinline__ A block_scan(A value, A& total) {
  __shared__ A part[kScanWarps];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  value = warp_scan(value);
  if (lane == 31) part[warp] = value;
  __syncthreads();
  A before = A(0);
  total = A(0);
  for (int w = 0; w < kScanWarps; ++w) {
    if (w < warp) before += part[w];
    total += part[w];
  }
  __syncthreads();  // the next scan overwrites the parts
  return before + value;
}

// A block's chunk of the length, [begin, end). Reversed, the chunks and the elements in them are counted from the end.
struct Chunk {
  i64 index, begin, end;
};
__device__ __forceinline__ Chunk chunk_of(i64 index, i64 length) {
  const i64 begin = index * kChunk;
  return {index, begin, begin + kChunk < length ? begin + kChunk : length};
}
__device__ __forceinline__ i64 turned(i64 k, i64 length, bool reversed) { return reversed ? length - 1 - k : k; }

// inner = 1, up to a chunk: a block goes over its row.
template <class T>
__global__ void __launch_bounds__(kScanBlock) cumulative_sum_rows(T* y, const T* x, i64 length, bool reversed) {
  using A = sum_t<T>;
  const i64 row = blockIdx.x * length;
  A sum = A(0);
  for (i64 first = 0; first < length; first += kScanBlock) {
    const i64 k = first + threadIdx.x, at = row + turned(k, length, reversed);
    A total;
    const A here = block_scan(k < length ? (A)up(x[at]) : A(0), total);
    if (k < length) y[at] = down<T>((compute_t<T>)(sum + here));
    sum += total;
  }
}

// inner = 1, beyond: a block holds a tile in registers, each warp a part of it in strips of 32 elements, which it scans
// side by side. The first warp scans the warps' sums and looks back. `posts`, zeros at first, holds the number of tiles
// taken and, from kFirstPost on, the posts of each row; rows of a single tile do not touch it. Reversed, tiles and
// elements are counted from the end.
constexpr int kStrips = 16;
constexpr int kTile = kScanBlock * kStrips;
constexpr int kFirstPost = 16;  // the counter has 128 bytes to itself

template <class T>
__global__ void __launch_bounds__(kScanBlock)
    cumulative_sum_long_rows(T* y, const T* x, u64* posts, i64 length, i64 tiles, bool reversed) {
  using A = sum_t<T>;
  __shared__ i64 taken;
  __shared__ A part[kScanWarps];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (threadIdx.x == 0) taken = tiles == 1 ? (i64)blockIdx.x : (i64)atomicAdd(posts, 1ull);
  __syncthreads();
  const i64 row = taken / tiles, tile = taken % tiles;
  const i64 first = tile * kTile + warp * (kStrips * 32) + lane;
  A value[kStrips];
#pragma unroll
  for (int s = 0; s < kStrips; ++s) {
    const i64 k = first + s * 32;
    value[s] = k < length ? (A)up(x[row * length + turned(k, length, reversed)]) : A(0);
  }
  A sum = A(0);
#pragma unroll
  for (int s = 0; s < kStrips; ++s) {
    const A strip = warp_scan(value[s]);
    value[s] = sum + strip;
    sum += __shfl_sync(kAllLanes, strip, 31);
  }
  if (lane == 0) part[warp] = sum;
  __syncthreads();
  if (warp == 0) {
    const A parts = warp_scan(lane < kScanWarps ? part[lane] : A(0));
    A before = __shfl_up_sync(kAllLanes, parts, 1);
    if (lane == 0) before = A(0);
    const A own = __shfl_sync(kAllLanes, parts, 31);
    if (tiles > 1) {
      using Row = LookBack<A>;
      before += Row{posts + kFirstPost + row * Row::words_of(tiles), tiles}.before(tile, own);
    }
    if (lane < kScanWarps) part[lane] = before;
  }
  __syncthreads();
  const A before = part[warp];
#pragma unroll
  for (int s = 0; s < kStrips; ++s) {
    const i64 k = first + s * 32;
    if (k < length) y[row * length + turned(k, length, reversed)] = down<T>((compute_t<T>)(before + value[s]));
  }
}

// inner > 1: a thread walks down its column through one chunk; neighbours read neighbouring columns.
struct Column {
  i64 chunk, first, inner;  // the chunk, the offset of the column's first element, and which of the inner ones it is
  i64 slot;                 // of the chunk's sum in totals [outer, chunks, inner]
};
__device__ __forceinline__ Column column_of(i64 length, i64 chunks, i64 inner) {
  const i64 tiles = (inner + kScanColumns - 1) / kScanColumns;
  const i64 i = blockIdx.x % tiles * kScanColumns + threadIdx.x, chunk = blockIdx.x / tiles % chunks,
            outer = blockIdx.x / tiles / chunks;
  return {chunk, outer * length * inner + i, i, (outer * chunks + chunk) * inner + i};
}

template <class T>
__global__ void __launch_bounds__(kScanColumns)
    cumulative_sum_column_totals(sum_t<T>* totals /* [outer, chunks, inner] */, const T* x, i64 length, i64 chunks,
                                 i64 inner, bool reversed) {
  using A = sum_t<T>;
  const Column column = column_of(length, chunks, inner);
  const Chunk chunk = chunk_of(column.chunk, length);
  if (column.inner >= inner) return;
  A sum = A(0);
  for (i64 k = chunk.begin; k < chunk.end; ++k) sum += (A)up(x[column.first + turned(k, length, reversed) * inner]);
  totals[column.slot] = sum;
}

template <class T>
__global__ void __launch_bounds__(kScanColumns)
    cumulative_sum_columns(T* y, const T* x, const sum_t<T>* totals, i64 length, i64 chunks, i64 inner, bool reversed) {
  using A = sum_t<T>;
  const Column column = column_of(length, chunks, inner);
  const Chunk chunk = chunk_of(column.chunk, length);
  if (column.inner >= inner) return;
  A sum = chunk.index > 0 ? totals[column.slot - inner] : A(0);
  for (i64 k = chunk.begin; k < chunk.end; ++k) {
    const i64 at = column.first + turned(k, length, reversed) * inner;
    sum += (A)up(x[at]);
    y[at] = down<T>((compute_t<T>)sum);
  }
}
