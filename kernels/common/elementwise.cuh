// y[i] = f(x[i]...) over dense or strided operands. The first launches one thread for every 16 bytes and moves them at once
// where all pointers are aligned to it. The second does so along the innermost dimension where every operand is dense or constant
// along it, as in the usual broadcasts; else elements move one by one, several of a thread. Places are found by division.
// A kernel file holds the function f and names its kernels, NAME_dense and NAME_strided, by one of the macros at the end.
#pragma once
#include "common/compute.cuh"
#include "common/divisor.cuh"
#include "common/pack.cuh"

constexpr int kElementwiseBlock = 256;

template <class T> __device__ __forceinline__ constexpr int size_of_largest() { return sizeof(T); }
template <class T, class U, class... Rest> __device__ __forceinline__ constexpr int size_of_largest() {
  return size_of_largest<T>() > size_of_largest<U, Rest...>() ? size_of_largest<T>() : size_of_largest<U, Rest...>();
}

// y[i] = f(x[i]...) for 0 <= i < n, all operands dense.
template <class F, class Y, class... X> __device__ __forceinline__ void map(Y* y, i64 n, F f, const X*... x) {
  constexpr int N = 16 / size_of_largest<Y, X...>();
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  const i64 first = thread * N;
  if (first >= n) return;
  bool whole = first + N <= n && is_aligned<N>(y);
  ((whole = whole && is_aligned<N>(x)), ...);
  if (whole) {
    Pack<Y, N> out;
    [&](const Pack<X, N>... in) {
#pragma unroll
      for (int i = 0; i < N; ++i) out.v[i] = down<Y>(f(up(in.v[i])...));
    }(*reinterpret_cast<const Pack<X, N>*>(x + first)...);
    *reinterpret_cast<Pack<Y, N>*>(y + first) = out;
    return;
  }
  const i64 end = first + N < n ? first + N : n;
  for (i64 i = first; i < end; ++i) y[i] = down<Y>(f(up(x[i])...));
}

// The innermost dimension of a loop in packs of 16 bytes of the operand with the largest elements, and its division by their number
// (see divisor.cuh). The host fills it (PackedRuns.cs): where not every operand's packs are aligned a pack is one element. No packs: more
// elements than 31 bits count, one a thread.
struct PackedRuns {
  u32 packs;
  u32 reciprocal, shift;
};

// A loop over elements whose operands have strides (in elements; 0 where an operand is broadcast), outermost dimension first.
// Operand 0 is the destination. The host fills the same struct (StridedLoop.cs).
struct StridedLoop {
  i64 count;
  i32 rank;
  PackedRuns runs;
  i64 lengths[8];
  i64 strides[4][8];
};

// The same of more operands (OperandLoop.cs), for expressions that are made at run time.
struct OperandLoop {
  i64 count;
  i32 rank;
  PackedRuns runs;
  i64 lengths[8];
  i64 strides[9][8];
};

// Adds the place along the outermost `dimensions` of a loop to each operand's offset. The outermost needs no division. 32-bit
// division is several times quicker than 64-bit, and nearly always enough.
template <int Operands, class Index, class Loop>
__device__ __forceinline__ void add_offsets(const Loop& loop, int dimensions, Index index, i64 (&at)[Operands]) {
  for (int d = dimensions - 1; d >= 0; --d) {
    Index rest = 0;
    if (d > 0) {
      const Index length = (Index)loop.lengths[d];
      rest = index / length;
      index -= rest * length;
    }
#pragma unroll
    for (int k = 0; k < Operands; ++k) at[k] += (i64)index * loop.strides[k][d];
    index = rest;
  }
}

// The offset of this thread's element in each operand.
template <int Operands, class Loop> __device__ __forceinline__ bool locate(const Loop& loop, i64 (&at)[Operands]) {
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= loop.count) return false;
#pragma unroll
  for (int k = 0; k < Operands; ++k) at[k] = 0;
  if (loop.count <= 0x7fffffff) add_offsets<Operands, u32>(loop, loop.rank, (u32)index, at);
  else add_offsets<Operands, u64>(loop, loop.rank, (u64)index, at);
  return true;
}

// The numbers 0 to Count - 1 as template arguments.
template <int... K> struct Numbers {};
template <int Count, int... K> struct NumbersTo : NumbersTo<Count - 1, Count - 1, K...> {};
template <int... K> struct NumbersTo<0, K...> { using type = Numbers<K...>; };

// Packs of N elements that a thread reads of one operand: `Packs` of them, all in flight before the first is used. The elements stay
// in the words that were loaded until then, so that no load waits for another. An operand that does not step along the
// innermost dimension is one element a pack.
template <class X, int N, int Packs> struct PackedOperand {
  static constexpr int kWords = (int)(sizeof(X) * N + 3) / 4;
  u32 words[Packs][kWords];
  bool steps;

  template <int Operands> __device__ __forceinline__ PackedOperand(const X* x, const i64 (&at)[Packs][Operands], int operand, bool steps, int packs) : steps(steps) {
#pragma unroll
    for (int p = 0; p < Packs; ++p) {
      if (p >= packs) continue;
      if (steps) load<sizeof(X) * N>(x + at[p][operand], words[p]);
      else load<sizeof(X)>(x + at[p][operand], words[p]);
    }
  }

  template <int Bytes> __device__ __forceinline__ static void load(const X* from, u32 (&to)[kWords]) {
    if constexpr (Bytes == 1) to[0] = *reinterpret_cast<const u8*>(from);
    else if constexpr (Bytes == 2) to[0] = *reinterpret_cast<const u16*>(from);
    else {
      const Pack<u32, Bytes / 4> loaded = *reinterpret_cast<const Pack<u32, Bytes / 4>*>(from);
#pragma unroll
      for (int i = 0; i < Bytes / 4; ++i) to[i] = loaded.v[i];
    }
  }

  // Element i of pack p. Of an operand that does not step it is the lowest one of the words, whichever i.
  __device__ __forceinline__ X element(int p, int i) const {
    constexpr int kBits = 8 * (int)sizeof(X);
    if constexpr (sizeof(X) == 8) {
      Pack<u32, 2> pair;
      pair.v[0] = steps ? words[p][2 * i] : words[p][0];
      pair.v[1] = steps ? words[p][2 * i + 1] : words[p][1];
      return bits_as<X>(pair);
    } else if constexpr (sizeof(X) == 4) return bits_as<X>(steps ? words[p][i] : words[p][0]);
    else {
      const u32 word = steps ? words[p][i * kBits / 32] >> i * kBits % 32 : words[p][0];
      if constexpr (sizeof(X) == 2) return bits_as<X>((u16)word);
      else return bits_as<X>((u8)word);
    }
  }

  template <class To, class From> __device__ __forceinline__ static To bits_as(From from) {
    static_assert(sizeof(To) == sizeof(From), "the same bits");
    union Bits {
      From from;
      To to;
      __device__ Bits() {}
    } bits;
    bits.from = from;
    return bits.to;
  }
};

// Packs of N elements that a thread takes of each operand: as many bytes in flight for one or two inputs as for more. The host launches by it.
template <int N, int Inputs> constexpr int kPacksPerThread = Inputs > 2 ? 1 : N > 1 ? 2 : 4;

template <int N, class F, class Y, class Loop, int... K, class... X>
__device__ __forceinline__ void map_packs(Y* y, const Loop& loop, F f, Numbers<K...>, const X*... x) {
  constexpr int Packs = kPacksPerThread<N, sizeof...(X)>, Operands = 1 + (int)sizeof...(X);
  const u32 packs = (u32)(loop.count / N), first = blockIdx.x * (blockDim.x * Packs) + threadIdx.x;
  const int inner = loop.rank - 1;
  i64 at[Packs][Operands];
  int mine = 0;
#pragma unroll
  for (int p = 0; p < Packs; ++p) {
    const u32 index = first + p * blockDim.x;
    if (index >= packs) continue;
    ++mine;
    const u32 run = Divisor::quotient(index, loop.runs.reciprocal, loop.runs.shift);
    const u32 place = (index - run * loop.runs.packs) * N;
#pragma unroll
    for (int k = 0; k < Operands; ++k) at[p][k] = N == 1 ? (i64)place * loop.strides[k][inner] : loop.strides[k][inner] != 0 ? place : 0;
    add_offsets<Operands, u32>(loop, inner, run, at[p]);
  }
  [&](const PackedOperand<X, N, Packs>... in) {
#pragma unroll
    for (int p = 0; p < Packs; ++p) {
      if (p >= mine) continue;
      Pack<Y, N> out;
#pragma unroll
      for (int i = 0; i < N; ++i) out.v[i] = down<Y>(f(up(in.element(p, i))...));
      *reinterpret_cast<Pack<Y, N>*>(y + at[p][0]) = out;
    }
  }(PackedOperand<X, N, Packs>(x, at, K + 1, loop.strides[K + 1][inner] != 0, mine)...);
}

template <class F, class Y, class Loop, int... K, class... X>
__device__ __forceinline__ void map_elements(Y* y, const Loop& loop, F f, Numbers<K...>, const X*... x) {
  i64 at[1 + sizeof...(X)];
  if (locate(loop, at)) y[at[0]] = down<Y>(f(up(x[at[K + 1]])...));
}

// y[i] = f(x[i]...) over the elements of a loop, operand by operand with its own strides.
template <class F, class Y, class Loop, class... X> __device__ __forceinline__ void map_strided(Y* y, const Loop& loop, F f, const X*... x) {
  const typename NumbersTo<sizeof...(X)>::type inputs{};
  if (loop.runs.packs == 0) map_elements(y, loop, f, inputs, x...);
  else if (loop.runs.packs == loop.lengths[loop.rank - 1]) map_packs<1>(y, loop, f, inputs, x...);
  else map_packs<16 / size_of_largest<Y, X...>()>(y, loop, f, inputs, x...);
}

// f with one operand fixed: the scalar forms of the binary operations.
template <class F, class C> struct Bound {
  C scalar;
  bool scalar_is_left;
  template <class X> __device__ __forceinline__ auto operator()(X x) const { return scalar_is_left ? F{}(scalar, x) : F{}(x, scalar); }
};

// The kernels of y = F(x): NAME_dense and NAME_strided over element type T.
#define CK_UNARY_KERNELS(name, F) CK_UNARY_KERNELS_TO(name, T, F)
#define CK_UNARY_KERNELS_TO(name, Y, F)                                                                                            \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_dense(Y* y, const T* x, i64 n) { map(y, n, F{}, x); } \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_strided(Y* y, const T* x, StridedLoop loop) {      \
    map_strided(y, loop, F{}, x);                                                                                                  \
  }

// The kernels of y = F(a, b).
#define CK_PAIR_KERNELS(name, F) CK_PAIR_KERNELS_TO(name, T, F)
#define CK_PAIR_KERNELS_TO(name, Y, F)                                                                                                            \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_dense(Y* y, const T* a, const T* b, i64 n) { map(y, n, F{}, a, b); } \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_strided(Y* y, const T* a, const T* b, StridedLoop loop) {         \
    map_strided(y, loop, F{}, a, b);                                                                                                              \
  }

// The kernels of y = F(a, b) with results of type Y, and of the forms that fix one operand: NAME_scalar_dense and NAME_scalar_strided.
#define CK_BINARY_KERNELS(name, Y, F)                                                                                                \
  CK_PAIR_KERNELS_TO(name, Y, F)                                                                                                     \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock)                                                            \
      name##_scalar_dense(Y* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {                                       \
    map(y, n, Bound<F, compute_t<T>>{scalar, scalar_is_left}, x);                                                                    \
  }                                                                                                                                  \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock)                                                            \
      name##_scalar_strided(Y* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {                          \
    map_strided(y, loop, Bound<F, compute_t<T>>{scalar, scalar_is_left}, x);                                                         \
  }
