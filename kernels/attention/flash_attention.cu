// Scaled dot-product attention on tensor cores, for 16-bit floats and heads of 64, 128 or 256 columns: what attention.cu computes,
// with the same masks and special values. Compute capability 8.0 and above.
//
// A block takes 64 queries of one head, 16 to a warp, and goes over the keys that they see in tiles of 64, or of 32 where a
// head has 256 columns. While a tile is worked on, cp.async brings the next one into the other of two buffers. The products
// Q K^T stay in the accumulators of mma.sync, whose layout, rounded to 16 bits, is that of the left operand of P V; the maximum
// and the sum of the softmax run along in registers, in powers of two (Dao 2023, FlashAttention-2). It computes
// 4 * pairs * Dim operations and reads K and V once for 64 queries. Masks cost only where a tile crosses their border.
//
// The weights are rounded to 16 bits for P V, their sum is not. Those of f16 are 2^15 times as large, which leaves them the whole
// range of their exponents: one below 2^-40 of the largest of its row is 0.
#include "common/attention.cuh"
#include "common/flash_tile.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

constexpr int kFlashWarps = 4;
constexpr int kFlashBlock = 32 * kFlashWarps;
constexpr int kQueries = 16 * kFlashWarps;                      // of a block
template <int Dim> constexpr int kKeys = Dim <= 128 ? 64 : 32;  // of a tile
template <class T> constexpr int kWeightBits = 0;  // by how many powers of two weights are larger
template <> constexpr int kWeightBits<f16> = 15;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class T, int Dim> struct FlashMemory {
  T q[kQueries][Dim];  // at the end the result
  T k[2][kKeys<Dim>][Dim], v[2][kKeys<Dim>][Dim];
};

// What the tiles so far have given. A lane has parts of two rows, lane / 4 and that + 8 of the warp's.
template <int Dim> struct FlashRows {
  float o[Dim / 8][4] = {};
  float maximum[2] = {-infinity<float>(), -infinity<float>()};  // of the products, before the scale
  float sum[2] = {};                                            // of the weights in the lane's own columns
};

// The keys of a tile, counted from its first, that a query sees.
struct Seen {
  int begin, end;
  __device__ __forceinline__ bool has(int key) const { return key >= begin && key < end; }
};

__device__ __forceinline__ Seen seen_of(const Attention& a, i64 query, i64 first, int keys) {
  const Rows rows = rows_between(keys_of(a, query).begin - first, keys_of(a, query).end - first, keys);
  return {(int)rows.begin, (int)rows.end};
}

// The queries' fragments. Where the scale is negative their signs change: the largest score is then that of the largest product.
template <class T, int Dim>
__device__ __forceinline__ void load_queries(u32 (&q)[4], T (&tile)[kQueries][Dim], int row, int k, bool is_negative) {
  load_rows(q, tile, row, k);
#pragma unroll
  for (int i = 0; i < 4; ++i) q[i] ^= is_negative ? 0x80008000u : 0u;
}

// The products become weights, 2^(product * factor - maximum + shift), and what the tiles before gave shrinks to the new maximum.
template <int Tiles, int Dim>
__device__ __forceinline__ void weigh(float (&s)[Tiles][4], FlashRows<Dim>& rows, float factor, float shift) {
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    // NaN does not show in the maximum; it makes its own weight and with it the row NaN.
    float maximum = rows.maximum[h];
#pragma unroll
    for (int j = 0; j < Tiles; ++j) maximum = fmaxf(maximum, fmaxf(s[j][2 * h], s[j][2 * h + 1]));
    maximum = quad_reduce(maximum, [](float x, float y) { return fmaxf(x, y); });
    // -inf has no weight: where it is the maximum too, -inf - -inf must not come up.
    const float base = maximum == -infinity<float>() ? 0.0f : maximum * factor;
    const float shrink = rows.maximum[h] == -infinity<float>() ? 0.0f : ptx::ex2_approx(math::fma(rows.maximum[h], factor, -base));
    float sum = 0.0f;
#pragma unroll
    for (int j = 0; j < Tiles; ++j) {
#pragma unroll
      for (int i = 2 * h; i < 2 * h + 2; ++i) {
        s[j][i] = ptx::ex2_approx(math::fma(s[j][i], factor, shift - base));
        sum += s[j][i];
      }
    }
    rows.maximum[h] = maximum;
    rows.sum[h] = rows.sum[h] * shrink + sum;
#pragma unroll
    for (int n = 0; n < Dim / 8; ++n) {
      rows.o[n][2 * h] *= shrink;
      rows.o[n][2 * h + 1] *= shrink;
    }
  }
}

// O += P V.
template <class T, int Keys, int Dim>
__device__ __forceinline__ void add_values(float (&o)[Dim / 8][4], const u32 (&p)[Keys / 16][4], T (&v)[Keys][Dim]) {
#pragma unroll
  for (int j = 0; j < Keys / 16; ++j) {
#pragma unroll
    for (int n = 0; n < Dim / 16; ++n) {
      u32 b[4];
      load_columns(b, v, 16 * j, n);
      multiply_pair<T>(o[2 * n], o[2 * n + 1], p[j], b);
    }
  }
}

template <class T, int Keys, int Dim> __device__ __forceinline__ bool has_special(T (&v)[Keys][Dim]) {
  bool found = false;
  for (int j = 0; j < Keys / 16; ++j) {
    for (int n = 0; n < Dim / 16; ++n) {
      u32 b[4];
      load_columns(b, v, 16 * j, n);
#pragma unroll
      for (int i = 0; i < 4; ++i) found = found || is_special<T>(b[i]);
    }
  }
  return __any_sync(kAllLanes, found);
}

// The same row by row, with zeros for the values that a row does not see: a weight of 0 does not take infinities and NaN away.
template <class T, int Keys, int Dim>
__device__ __forceinline__ void add_seen_values(float (&o)[Dim / 8][4], const u32 (&p)[Keys / 16][4], T (&v)[Keys][Dim],
                                                const Attention& a, i64 query, i64 first) {
  const int lane = threadIdx.x % 32;
#pragma unroll 1
  for (int row = 0; row < 16; ++row) {
    const Seen seen = seen_of(a, query + row, first, Keys);
#pragma unroll
    for (int n = 0; n < Dim / 16; ++n) {
      float d[2][4] = {};
#pragma unroll
      for (int j = 0; j < Keys / 16; ++j) {
        u32 b[4];
        load_columns(b, v, 16 * j, n);
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int key = 16 * j + i % 2 * 8 + lane % 4 * 2;
          b[i] &= (seen.has(key) ? 0xffffu : 0u) | (seen.has(key + 1) ? 0xffff0000u : 0u);
        }
        multiply_pair<T>(d[0], d[1], p[j], b);
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (lane / 4 + i / 2 * 8 != row) continue;
        o[2 * n][i] += d[0][i];
        o[2 * n + 1][i] += d[1][i];
      }
    }
  }
}
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(kFlashBlock)
    flash_attention(T* y, float* log_sum_exp /* [heads, queries] */, bool has_log_sum_exp, const T* q, const T* k,
                    const T* v, float scale, Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int kTile = kKeys<Dim>;
  constexpr int kSteps = Dim / 16;
  constexpr bool kHoldsQueries = Dim <= 128;  // in registers, all of which wider heads need for O
  extern __shared__ __align__(16) unsigned char memory[];
  auto& shared = *reinterpret_cast<FlashMemory<T, Dim>*>(memory);
  const bool is_whole = is_aligned<kChunk>(q) && is_aligned<kChunk>(k) && is_aligned<kChunk>(v);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * 16;
  const i64 tiles = (a.queries + kQueries - 1) / kQueries;
  const i64 head = blockIdx.x / tiles;
  // The last queries of a causal attention see the most keys: they begin first.
  const i64 block_query = (tiles - 1 - blockIdx.x % tiles) * kQueries;
  const i64 queries = a.queries - block_query < kQueries ? a.queries - block_query : kQueries;
  const Rows seen{keys_of(a, block_query).begin, keys_of(a, block_query + queries - 1).end};
  q += (head * a.queries + block_query) * Dim;
  k += head / a.group * a.keys * Dim;
  v += head / a.group * a.keys * Dim;

  // The warp's first query and last one, and the keys that each of them sees.
  const i64 query = block_query + warp_row;
  const bool has_queries = warp_row < queries;
  const Rows any{keys_of(a, query).begin, keys_of(a, query + 15).end};
  const Rows all{keys_of(a, query + 15).begin, keys_of(a, query).end};
  const float factor = scale == 0.0f ? 1.0f : fabsf(scale) * 1.44269504f;  // log2(e)
  u32 held[kHoldsQueries ? kSteps : 1][4];
  FlashRows<Dim> rows;
  if (seen.begin < seen.end) {
    fill_tile<kFlashBlock>(shared.q, q, queries, is_whole);
    fill_tile<kFlashBlock>(shared.k[0], k + seen.begin * Dim, seen.end - seen.begin, is_whole);
    fill_tile<kFlashBlock>(shared.v[0], v + seen.begin * Dim, seen.end - seen.begin, is_whole);
    ptx::cp_async_wait_all();
    __syncthreads();
    if constexpr (kHoldsQueries) {
#pragma unroll
      for (int step = 0; step < kSteps; ++step) load_queries(held[step], shared.q, warp_row, step, scale < 0.0f);
    }
  }
  int buffer = 0;
  for (i64 first = seen.begin; first < seen.end; first += kTile, buffer ^= 1) {
    const i64 next = first + kTile;
    if (next < seen.end) {
      fill_tile<kFlashBlock>(shared.k[buffer ^ 1], k + next * Dim, seen.end - next, is_whole);
      fill_tile<kFlashBlock>(shared.v[buffer ^ 1], v + next * Dim, seen.end - next, is_whole);
    }
    if (has_queries && first < any.end && next > any.begin) {
      float s[kTile / 8][4] = {};
#pragma unroll
      for (int step = 0; step < kSteps; ++step) {
        u32 own[4];
        if constexpr (!kHoldsQueries) load_queries(own, shared.q, warp_row, step, scale < 0.0f);
#pragma unroll
        for (int j = 0; j < kTile / 16; ++j) {
          u32 b[4];
          load_transposed(b, shared.k[buffer], 16 * j, step);
          if constexpr (kHoldsQueries) multiply_pair<T>(s[2 * j], s[2 * j + 1], held[step], b);
          else multiply_pair<T>(s[2 * j], s[2 * j + 1], own, b);
        }
      }
      // Products of the scale 0 become 0 before they meet the -inf of keys that are not seen.
      if (scale == 0.0f) {
#pragma unroll
        for (int i = 0; i < kTile / 2; ++i) s[i / 4][i % 4] *= 0.0f;
      }
      const bool is_border = first < all.begin || next > all.end;
      if (is_border) {
        const Seen mine[2] = {seen_of(a, query + lane / 4, first, kTile), seen_of(a, query + lane / 4 + 8, first, kTile)};
#pragma unroll
        for (int i = 0; i < kTile / 2; ++i) {
          const int key = i / 4 * 8 + lane % 4 * 2 + i % 2;
          if (!mine[i / 2 % 2].has(key)) s[i / 4][i % 4] = -infinity<float>();
        }
      }
      weigh(s, rows, factor, kWeightBits<T>);
      u32 p[kTile / 16][4];
#pragma unroll
      for (int i = 0; i < kTile / 4; ++i) p[i / 4][i % 4] = pack_pair<T>(s[i / 2][i % 2 * 2], s[i / 2][i % 2 * 2 + 1]);
      if (is_border && has_special(shared.v[buffer])) add_seen_values(rows.o, p, shared.v[buffer], a, query, first);
      else add_values(rows.o, p, shared.v[buffer]);
    }
    // The next tile is there for everyone, and no one reads this one any more.
    ptx::cp_async_wait_all();
    __syncthreads();
  }

  float normal[2];
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const i64 row = warp_row + lane / 4 + 8 * h;
    const Rows mine = keys_of(a, block_query + row);
    const float sum = quad_reduce(rows.sum[h], Plus{});
    normal[h] = mine.begin < mine.end ? 1.0f / sum : 0.0f;
    if (has_log_sum_exp && lane % 4 == 0 && row < queries) {
      const float maximum = rows.maximum[h] == -infinity<float>() ? rows.maximum[h] : rows.maximum[h] * fabsf(scale);
      log_sum_exp[head * a.queries + block_query + row] = maximum + math::log(sum * (1.0f / (1 << kWeightBits<T>)));
    }
  }
  y += (head * a.queries + query) * Dim;
  if (has_queries) store_rows(y, shared.q, warp_row, queries - warp_row, rows.o, normal, is_aligned<kChunk>(y));
#endif
}
