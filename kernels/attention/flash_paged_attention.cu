// Attention over pages on tensor cores (mma.sync, compute capability 8.0 and above), for 16-bit floats and heads of 64, 128 or
// 256 columns: what paged_attention.cu computes, with the same masks, special values and splits of the keys (common/paged_parts.cuh),
// which its paged_attention_merge puts together.
//
// A block takes rows that share a head of keys and values, the queries of all heads of the group one after the other, and reads
// K and V once for all of them. Keys and values of a tile, 64 rows each or 32 of 256 columns, are 32 KB at most and go round two
// buffers: while one is worked on, cp.async brings the next, whose rows may lie anywhere. A lane looks up a row for its warp, one tile
// before it is copied, and hands its place to the lanes that copy it. The softmax runs along in registers as in flash_attention.cu.
//
// Up to 16 rows, those of decoding, are one fragment of mma.sync. There the warps have the same rows and share out the keys of each
// tile, 16 to each, which a warp copies itself: in the loop warps never wait for each other, and at the end they put together what they
// have. On 16 keys of 128 columns, 8 KB, a warp spends about 400 instructions, a fifth of what a multiprocessor of an H100 issues while
// its share of the memory's bandwidth brings them, for one row as for 16 (counted, not measured). More rows take blocks of 64 whose
// warps have 16 each and go over whole tiles. With 17 to 48 some have none, and still help to copy: the memory is what all wait for.
//
// A position in a page that does not exist has a key of NaN in its tile, which makes NaN of the rows that see it and of no others.
#include "common/flash_softmax.cuh"
#include "common/paged_parts.cuh"

constexpr int kWarpRows = 16;

// RowWarps: the warps that have rows of their own.
template <int Dim, int RowWarps> struct PagedShape {
  static constexpr int kRows = kWarpRows * RowWarps;
  static constexpr int kTile = Dim <= 128 ? 64 : 32;
  static constexpr int kKeyWarps = RowWarps == 1 ? kTile / 16 : 1;  // that share out the keys of a tile
  static constexpr int kWarps = RowWarps * kKeyWarps;
  static constexpr int kThreads = 32 * kWarps;
  static constexpr int kKeys = kTile / kKeyWarps;    // of a tile, that a warp works on
  static constexpr int kCopied = kTile / kWarps;     // that it copies; where they are as many they are the same
  static constexpr int kPitch = Dim + 8;             // of the sums: those of eight rows then lie in different banks
  static_assert(kKeyTile % kTile == 0 && kCopied <= 32, "splits are whole tiles, and a lane looks up a row");
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class T, int Dim, class Shape> struct PagedMemory {
  T q[Shape::kRows][Dim];
  T k[2][Shape::kTile][Dim], v[2][Shape::kTile][Dim];
};

// What each warp has summed, in the place of all of that.
template <class Shape> using PagedSums = float[Shape::kKeyWarps][Shape::kRows][Shape::kPitch];

// The rows of keys and values of a head that a warp brings.
template <class T, int Dim, class Shape> struct PagedRows {
  static constexpr int kNoRow = -2;
  const T *k, *v;
  const i32* table;  // of the sequence
  const PagedCache& cache;
  i64 head, end;  // of the positions
  int own;        // the warp's first row of a tile

  // What the table says of the lane's row of the tile that begins at `first`.
  __device__ __forceinline__ PageRow find(i64 first) const {
    const int lane = threadIdx.x % 32;
    const i64 position = first + own + lane;
    return lane < Shape::kCopied && position < end ? page_row_of(cache, table, position) : PageRow{0, kNoRow};
  }

  // Begins to copy the warp's rows; `found` is what find gave.
  __device__ __forceinline__ void copy(T (&k_tile)[Shape::kTile][Dim], T (&v_tile)[Shape::kTile][Dim], PageRow found) const {
    if (is_aligned<kChunk>(k) && is_aligned<kChunk>(v)) copy_rows<true>(k_tile, v_tile, found);
    else copy_rows<false>(k_tile, v_tile, found);
  }

 private:
  template <bool IsWhole> __device__ __forceinline__ void copy_rows(T (&k_tile)[Shape::kTile][Dim], T (&v_tile)[Shape::kTile][Dim], PageRow found) const {
    constexpr int kChunks = Dim / kChunk, kAtOnce = 32 / kChunks;
    const int lane = threadIdx.x % 32, column = lane % kChunks;
    const i64 place = found.row < 0 ? (i64)kNoRow : row_of(cache, head, found);
#pragma unroll IsWhole ? Shape::kCopied / kAtOnce : 1
    for (int i = 0; i < Shape::kCopied; i += kAtOnce) {
      const int row = i + lane / kChunks;
      const i64 from = __shfl_sync(kAllLanes, place, row);
      const bool is_there = from >= 0;
      const i64 offset = is_there ? from * Dim + column * kChunk : 0;
      T* to = chunk_of(k_tile, own + row, column);
      if (is_there || from == kNoRow) copy_chunk(to, k + offset, is_there, IsWhole);
      else *reinterpret_cast<uint4*>(to) = uint4{~0u, ~0u, ~0u, ~0u};  // NaN of either type
      copy_chunk(chunk_of(v_tile, own + row, column), v + offset, is_there, IsWhole);
    }
  }
};

__device__ __forceinline__ i64 query_of(const Attention& a, i64 row) { return row - quotient_of(row, a.queries) * a.queries; }

// The keys that one of some rows sees, and those that all of them see.
struct SeenByRows {
  Rows any, all;
};
__device__ __forceinline__ SeenByRows keys_of_rows(const Attention& a, i64 first_row, int rows) {
  const i64 query = query_of(a, first_row);
  const bool is_of_one_head = query + rows <= a.queries;
  const i64 first = is_of_one_head ? query : 0, last = is_of_one_head ? query + rows - 1 : a.queries - 1;
  return {{keys_of(a, first).begin, keys_of(a, last).end}, {keys_of(a, last).begin, keys_of(a, first).end}};
}
#endif

template <class T, int Dim, int RowWarps>
__global__ void __launch_bounds__(PagedShape<Dim, RowWarps>::kThreads)
    flash_paged_attention(T* y, float* log_sum_exp /* [heads, queries] */, bool has_log_sum_exp, float* parts /* [rows, splits, Dim], of more than one split */,
                          Softsum<float>* part_sums /* [rows, splits] */, const T* q, const T* k, const T* v, const i32* table, const i32* lengths, float scale,
                          Attention a, PagedCache cache, i64 splits) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  using Shape = PagedShape<Dim, RowWarps>;
  constexpr int kTile = Shape::kTile, kKeys = Shape::kKeys, kSteps = Dim / 16;
  constexpr bool kHoldsQueries = Dim <= 128;  // in registers, all of which wider heads need for O
  extern __shared__ __align__(128) unsigned char memory[];
  __shared__ Softsum<float> softsums[Shape::kKeyWarps][Shape::kRows];  // maxima before the scale
  auto& shared = *reinterpret_cast<PagedMemory<T, Dim, Shape>*>(memory);
  auto& sums = *reinterpret_cast<PagedSums<Shape>*>(memory);
  static_assert(sizeof(sums) <= sizeof(shared), "the sums fit in the place of the tiles");
  const PagedWork work = paged_work<Shape::kRows>(a, cache, lengths, splits);
  if (work.has_no_part(splits)) return;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, key_warp = warp / RowWarps, warp_row = warp % RowWarps * kWarpRows;

  // The block's rows may see fewer keys than all do. Tiles stay where the split has them.
  const Rows seen = keys_of_rows(a, work.first_row, work.rows).any;
  const i64 begin = work.keys.begin + (seen.begin > work.keys.begin ? (seen.begin - work.keys.begin) / kTile * kTile : 0);
  const i64 end = seen.end < work.keys.end ? seen.end : work.keys.end;
  const int rows_left = work.rows - warp_row;
  const SeenByRows of_warp = keys_of_rows(a, work.first_row + warp_row, rows_left < 1 ? 1 : rows_left < kWarpRows ? rows_left : kWarpRows);
  const float factor = flash_factor(scale);
  const auto barrier = [] {
    if constexpr (RowWarps == 1) __syncwarp();
    else __syncthreads();
  };

  const PagedRows<T, Dim, Shape> rows{k, v, table + work.sequence * cache.table_pages, cache, work.head, end, warp * Shape::kCopied};
  u32 held[kHoldsQueries ? kSteps : 1][4];
  FlashSoftmax<T> softmax;
  float o[1][Dim / 8][4] = {};
  fill_tile<Shape::kThreads>(shared.q, q + work.row * Dim, work.rows);
  rows.copy(shared.k[0], shared.v[0], rows.find(begin));
  PageRow found = rows.find(begin + kTile);
  ptx::cp_async_wait_all();
  __syncthreads();
  const auto load_queries = [&](u32(&fragment)[4], int step) {
    u32 first = rows_at(shared.q, warp_row);
    ptx::forget(first);
    ptx::ldmatrix(fragment, fragment_at<Dim>(first, 0, step));
  };
  if constexpr (kHoldsQueries) {
#pragma unroll
    for (int step = 0; step < kSteps; ++step) load_queries(held[step], step);
  }
  int buffer = 0;
  for (i64 tile = begin; tile < end; tile += kTile, buffer ^= 1) {
    if (tile + kTile < end) {
      rows.copy(shared.k[buffer ^ 1], shared.v[buffer ^ 1], found);
      found = rows.find(tile + 2 * kTile);
    }
    const i64 first = tile + key_warp * kKeys;
    if (rows_left > 0 && first < of_warp.any.end && first + kKeys > of_warp.any.begin) {
      auto& keys = reinterpret_cast<T(&)[kKeys][Dim]>(shared.k[buffer][key_warp * kKeys]);
      auto& values = reinterpret_cast<T(&)[kKeys][Dim]>(shared.v[buffer][key_warp * kKeys]);
      float s[1][kKeys / 8][4] = {};
      multiply_tile(s, keys, [&](u32(&fragments)[1][4], int step) {
        if constexpr (!kHoldsQueries) return load_queries(fragments[0], step);
#pragma unroll
        for (int i = 0; i < 4; ++i) fragments[0][i] = held[kHoldsQueries ? step : 0][i];
      });
      turn_products(s[0], scale);
      const bool is_border = first < of_warp.all.begin || first + kKeys > of_warp.all.end;
      const auto seen_of = [&](int row) { return seen_within(keys_of(a, query_of(a, work.first_row + warp_row + row)), first, kKeys); };
      if (is_border) hide_unseen(s[0], seen_of);
      float shrink[2];
      softmax.weigh(s[0], shrink, factor);
#pragma unroll
      for (int i = 0; i < Dim / 2; ++i) o[0][i / 4][i % 4] *= shrink[i / 2 % 2];
      add_tile(o, s, values, is_border, seen_of);
    }
    // The next tile is there for all that work on it, and none of them reads this one any more.
    ptx::cp_async_wait_all();
    barrier();
  }

#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const float sum = quad_reduce(softmax.sum[h], Plus{});
    if (lane % 4 == 0) softsums[key_warp][warp_row + lane / 4 + 8 * h] = {softmax.maximum[h], sum};
  }
  __syncthreads();
  constexpr float kUnit = 1.0f / (1 << kWeightBits<T>);
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const int row = warp_row + lane / 4 + 8 * h;
    Softsum<float> all{-infinity<float>(), 0.0f};
    const auto share_of = [&](float maximum) { return maximum == all.maximum ? 1.0f : ptx::ex2_approx((maximum - all.maximum) * factor); };
    for (int w = 0; w < Shape::kKeyWarps; ++w) all.maximum = fmaxf(all.maximum, softsums[w][row].maximum);
    for (int w = 0; w < Shape::kKeyWarps; ++w) all.sum += softsums[w][row].sum * share_of(softsums[w][row].maximum);
    const Rows of_row = keys_of(a, query_of(a, work.first_row + row));
    const float share = share_of(softmax.maximum[h]) * (splits > 1 ? kUnit : normal_of(all.sum, of_row, work.is_length));
#pragma unroll
    for (int n = 0; n < Dim / 8; ++n) {
      *reinterpret_cast<float2*>(&sums[key_warp][row][column_of(4 * n)]) = float2{o[0][n][2 * h] * share, o[0][n][2 * h + 1] * share};
    }
    if (key_warp > 0 || lane % 4 != 0 || row >= work.rows) continue;
    const Softsum<float> total{all.maximum == -infinity<float>() ? all.maximum : all.maximum * fabsf(scale), all.sum * kUnit};
    if (splits > 1) part_sums[(work.row + row) * splits + work.split] = total;
    else if (has_log_sum_exp) log_sum_exp[work.row + row] = log_sum_exp_of(total, work.is_length);
  }
  __syncthreads();
  const bool is_whole = is_aligned<2>(y);
  for (int i = threadIdx.x; i < work.rows * (Dim / 2); i += Shape::kThreads) {
    const int row = i / (Dim / 2), column = i % (Dim / 2) * 2;
    float2 sum{};
    for (int w = 0; w < Shape::kKeyWarps; ++w) {
      const float2 more = *reinterpret_cast<const float2*>(&sums[w][row][column]);
      sum = {sum.x + more.x, sum.y + more.y};
    }
    T* to = y + (work.row + row) * Dim + column;
    if (splits > 1) {
      *reinterpret_cast<float2*>(parts + ((work.row + row) * splits + work.split) * Dim + column) = sum;
    } else if (is_whole) {
      *reinterpret_cast<u32*>(to) = pack_pair<T>(sum.x, sum.y);
    } else {
      to[0] = down<T>(sum.x);
      to[1] = down<T>(sum.y);
    }
  }
#endif
}
