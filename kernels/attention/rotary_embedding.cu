// Rotary position embedding (Su and others 2021), in place or not: each token turns pairs of the columns of its heads by angles that grow
// with its position.
//   y[a] = x[a] * cos - x[b] * sin,  y[b] = x[b] * cos + x[a] * sin    with cosines and sines of row `position` of two tables
// Pair i is columns a = 2i and b = 2i + 1 where pairs are interleaved, else a = i and b = pairs + i. Columns behind the last pair are
// copied bit for bit. The gradient turns back: `sign` is -1 there. A position that the tables do not have makes what it would turn NaN.
//
// Each tensor is read and written once, as it lies: batch, heads, tokens and columns have strides of their own. A thread takes one part
// of the rows of a token in up to kHeads heads: its cosines and sines are loaded once for all of them, and its eight packs of 16 bytes
// are in flight together. A part is one pack where pairs are interleaved, else the packs of both halves. Rows that are no whole packs, or
// whose packs are not aligned, go by parts of two elements.
#include "common/held_vector.cuh"
#include "common/indexing.cuh"
#include "common/ptx/cache.cuh"

constexpr int kRotaryBlock = 256;
constexpr int kPairHeads = 4;  // of a thread, where its parts are two elements

// Strides in elements, 0 where a dimension is broadcast.
struct RotaryStrides {
  i64 batch, head, token, column;
};

// The host fills the same struct (RotaryShape.cs).
struct Rotary {
  i64 items;          // threads that have work: for each token of a batch its groups of heads, and of those the parts of a row
  i64 groups, parts;  // of `turning` parts the columns turn, those of the others are copied
  i64 turning;
  i64 heads, tokens, width;
  i64 pairs;
  i64 angles;  // rows of the tables
  i64 offset;  // of positions
  i64 position_batch, position_token;
  RotaryStrides x, y;
  i32 interleaved;
  i32 has_positions;  // else a token's position is its index
};

// What a thread works on.
struct RotaryPart {
  i64 part;  // of a row
  i64 x, y;  // where the row of its first head begins
  i64 position;  // not looked at before the elements are under way
  int heads;

  // The row of the tables; -1 for none.
  __device__ __forceinline__ i64 angle(const Rotary& rotary) const {
    const u64 at = (u64)position + (u64)rotary.offset;
    return at < (u64)rotary.angles ? (i64)at : -1;
  }
};

// The part of this thread: parts are innermost, then heads, so that neighbours share rows of the tables.
__device__ __forceinline__ bool find(const Rotary& rotary, const i64* positions, int heads, RotaryPart& found) {
  const i64 item = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (item >= rotary.items) return false;
  const Place at = place_of(item, rotary.groups, rotary.parts);
  const i64 batch = quotient_of(at.outer, rotary.tokens), token = at.outer - batch * rotary.tokens, head = at.middle * heads;
  found.position = rotary.has_positions ? positions[batch * rotary.position_batch + token * rotary.position_token] : token;
  found.part = at.inner;
  found.x = batch * rotary.x.batch + head * rotary.x.head + token * rotary.x.token;
  found.y = batch * rotary.y.batch + head * rotary.y.head + token * rotary.y.token;
  found.heads = rotary.heads - head < heads ? (int)(rotary.heads - head) : heads;
  return true;
}

template <class C> __device__ __forceinline__ void turn(C& a, C& b, C cosine, C sine) {
  const C turned = a * cosine - b * sine;
  b = b * cosine + a * sine;
  a = turned;
}

// N neighbours of a table's row, aligned.
template <int N, class C> __device__ __forceinline__ void load_angles(C (&to)[N], const C* table, i64 angle, i64 at) {
  constexpr int kEach = 16 / (int)sizeof(C) < N ? 16 / (int)sizeof(C) : N;
#pragma unroll
  for (int k = 0; k < N; k += kEach) {
    Pack<C, kEach> pack;
    if (angle >= 0) pack = *reinterpret_cast<const Pack<C, kEach>*>(table + at + k);
#pragma unroll
    for (int i = 0; i < kEach; ++i) to[k + i] = angle >= 0 ? pack.v[i] : not_a_number<C>();
  }
}

template <class T, bool kInterleaved>
__global__ void __launch_bounds__(kRotaryBlock, 3)
    rotary_embedding_packs(T* y, const T* x, const compute_t<T>* cosines /* [angles, pairs] */, const compute_t<T>* sines,
                           const i64* positions, Rotary rotary, compute_t<T> sign) {
  using C = compute_t<T>;
  constexpr int kWidth = 16 / (int)sizeof(T);
  constexpr int kPacks = kInterleaved ? 1 : 2;  // of a row
  constexpr int kHeads = 8 / kPacks;
  constexpr int kPairs = kWidth * kPacks / 2;
  RotaryPart mine;
  if (!find(rotary, positions, kHeads, mine)) return;
  const bool turns = mine.part < rotary.turning;
  const i64 first = mine.part * kWidth * (turns ? 1 : kPacks);
  const i64 column[2] = {first, turns ? first + rotary.pairs : first + kWidth};

  HeldVector<T, kWidth> row[kHeads][kPacks];
#pragma unroll
  for (int h = 0; h < kHeads; ++h) {
#pragma unroll
    for (int p = 0; p < kPacks; ++p) {
      if (h < mine.heads && column[p] < rotary.width)
        row[h][p] = *reinterpret_cast<const HeldVector<T, kWidth>*>(x + mine.x + h * rotary.x.head + column[p]);
    }
  }
  if (turns) {
    C cosine[kPairs], sine[kPairs];
    const i64 angle = mine.angle(rotary), at = angle * rotary.pairs + mine.part * kPairs;
    load_angles(cosine, cosines, angle, at);
    load_angles(sine, sines, angle, at);
#pragma unroll
    for (int i = 0; i < kPairs; ++i) sine[i] *= sign;
#pragma unroll
    for (int h = 0; h < kHeads; ++h) {
      C values[kPacks][kWidth];
#pragma unroll
      for (int p = 0; p < kPacks; ++p) {
#pragma unroll
        for (int i = 0; i < kWidth; ++i) values[p][i] = row[h][p].at(i);
      }
#pragma unroll
      for (int i = 0; i < kPairs; ++i) {
        if constexpr (kInterleaved) turn(values[0][2 * i], values[0][2 * i + 1], cosine[i], sine[i]);
        else turn(values[0][i], values[1][i], cosine[i], sine[i]);
      }
#pragma unroll
      for (int p = 0; p < kPacks; ++p) row[h][p].set(values[p]);
    }
  }
#pragma unroll
  for (int h = 0; h < kHeads; ++h) {
#pragma unroll
    for (int p = 0; p < kPacks; ++p) {
      if (h < mine.heads && column[p] < rotary.width)
        ptx::store_no_allocate(reinterpret_cast<HeldVector<T, kWidth>*>(y + mine.y + h * rotary.y.head + column[p]), row[h][p]);
    }
  }
}

template <class T>
__global__ void __launch_bounds__(kRotaryBlock)
    rotary_embedding(T* y, const T* x, const compute_t<T>* cosines, const compute_t<T>* sines, const i64* positions, Rotary rotary,
                     compute_t<T> sign) {
  using C = compute_t<T>;
  RotaryPart mine;
  if (!find(rotary, positions, kPairHeads, mine)) return;
  const bool turns = mine.part < rotary.turning, halves = turns && !rotary.interleaved;
  const i64 column[2] = {halves ? mine.part : 2 * mine.part, halves ? rotary.pairs + mine.part : 2 * mine.part + 1};

  T row[kPairHeads][2];
#pragma unroll
  for (int h = 0; h < kPairHeads; ++h) {
#pragma unroll
    for (int p = 0; p < 2; ++p) {
      if (h < mine.heads && column[p] < rotary.width) row[h][p] = x[mine.x + h * rotary.x.head + column[p] * rotary.x.column];
    }
  }
  if (turns) {
    const i64 angle = mine.angle(rotary), at = angle * rotary.pairs + mine.part;
    const C cosine = angle >= 0 ? cosines[at] : not_a_number<C>();
    const C sine = angle >= 0 ? sines[at] * sign : not_a_number<C>();
#pragma unroll
    for (int h = 0; h < kPairHeads; ++h) {
      if (h >= mine.heads) continue;
      C a = up(row[h][0]), b = up(row[h][1]);
      turn(a, b, cosine, sine);
      row[h][0] = down<T>(a);
      row[h][1] = down<T>(b);
    }
  }
#pragma unroll
  for (int h = 0; h < kPairHeads; ++h) {
#pragma unroll
    for (int p = 0; p < 2; ++p) {
      if (h < mine.heads && column[p] < rotary.width) y[mine.y + h * rotary.y.head + column[p] * rotary.y.column] = row[h][p];
    }
  }
}
