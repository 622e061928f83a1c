// y[o][k][i] = sum of x[o][j][i] over j <= k (or j >= k, reversed) along the middle dimension of a tensor [outer,
// length, inner], of any length, in a fixed order. 16-bit floats sum in float, integers wrap around.
// inner = 1: x is read once and y written once. Up to 1,024 elements are one warp's; longer rows are cut into tiles of
// 4,096, whose blocks look back at the sums of those before them (common/look_back.cuh).
// inner > 1: the length is cut into chunks of 64: one kernel sums each chunk, the sums are summed up by this same
// file, and the last kernel goes over each chunk from where the one before it ended. x is read twice and y written
// once, beside 1/64 of it for the sums; a length of one chunk is read once. y may be x.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/look_back.cuh"

constexpr int kChunk = 64;
constexpr int kScanBlock = 256;
constexpr int kScanColumns = 128;
constexpr int kScanWarps = kScanBlock / 32;
constexpr int kAtOnce = 16;  // elements of a column whose loads are under way together

// A block's chunk of the length, [begin, end). Reversed, the chunks and the elements in them are counted from the end.
struct Chunk {
  i64 index, begin, end;
};
__device__ __forceinline__ Chunk chunk_of(i64 index, i64 length) {
  const i64 begin = index * kChunk;
  return {index, begin, begin + kChunk < length ? begin + kChunk : length};
}
__device__ __forceinline__ i64 turned(i64 k, i64 length, bool reversed) { return reversed ? length - 1 - k : k; }

// inner = 1, up to 1,024: a warp holds its row in strips of 32 elements.
constexpr int kRowStrips = 32;

// `from` and `to` are the lane's first element, Step elements from one strip to the next.
template <int Step, class T>
__device__ __forceinline__ void scan_row(T* to, const T* from, int count) {
  using A = sum_t<T>;
  const int lane = threadIdx.x % 32;
  T element[kRowStrips];
#pragma unroll
  for (int s = 0; s < kRowStrips; ++s) {
    if (s * 32 + lane < count) element[s] = from[s * Step];
  }
  A sum = A(0);
#pragma unroll
  for (int s = 0; s < kRowStrips; ++s) {
    if (s * 32 >= count) return;  // the whole warp
    const bool is_inside = s * 32 + lane < count;
    const A strip = warp_scan(is_inside ? (A)up(element[s]) : A(0));
    if (is_inside) to[s * Step] = down<T>((compute_t<T>)(sum + strip));
    sum += __shfl_sync(kAllLanes, strip, 31);
  }
}

template <class T>
__global__ void __launch_bounds__(kScanBlock) cumulative_sum_rows(T* y, const T* x, i64 rows, i64 length, bool reversed) {
  const i64 row = blockIdx.x * (i64)kScanWarps + threadIdx.x / 32;
  if (row >= rows) return;
  const i64 first = row * length + turned(threadIdx.x % 32, length, reversed);
  if (reversed) scan_row<-32>(y + first, x + first, (int)length);
  else scan_row<32>(y + first, x + first, (int)length);
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
  const i64 step = reversed ? -inner : inner;
  const T* from = x + column.first + turned(chunk.begin, length, reversed) * inner;
  for (int left = (int)(chunk.end - chunk.begin); left > 0; left -= kAtOnce) {
    T element[kAtOnce];
#pragma unroll
    for (int i = 0; i < kAtOnce; ++i, from += step) {
      if (i < left) element[i] = *from;
    }
#pragma unroll
    for (int i = 0; i < kAtOnce; ++i) {
      if (i < left) sum += (A)up(element[i]);
    }
  }
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
  const i64 step = reversed ? -inner : inner, start = column.first + turned(chunk.begin, length, reversed) * inner;
  const T* from = x + start;
  T* to = y + start;
  for (int left = (int)(chunk.end - chunk.begin); left > 0; left -= kAtOnce) {
    T element[kAtOnce];
#pragma unroll
    for (int i = 0; i < kAtOnce; ++i, from += step) {
      if (i < left) element[i] = *from;
    }
#pragma unroll
    for (int i = 0; i < kAtOnce; ++i, to += step) {
      if (i >= left) break;
      sum += (A)up(element[i]);
      *to = down<T>((compute_t<T>)sum);
    }
  }
}
