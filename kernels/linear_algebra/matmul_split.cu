// C = alpha * op(A) * op(B) + beta * C on tensor cores where C has too few tiles to fill the device and k is long: k is cut into parts
// (split-K), whose sums blocks of their own leave in memory, as floats; a second kernel adds them in their order, so that the result
// is the same at every run; it also adds those of matmul_wgmma.cu. Otherwise as matmul_mma.cu.
//
// Moves 8*parts*m*n bytes more than it does.
#include "common/block_reduce.cuh"
#include "common/mma_product.cuh"
#include "common/pack.cuh"
#include "common/part_sums.cuh"
#include "common/ptx/fence.cuh"
#include "common/scaled_store.cuh"

template <class T, bool TransposeA, bool TransposeB, int Products>
__global__ void __launch_bounds__(256) matmul_mma_parts(
    float* sums,  // of gridDim.z parts (common/part_sums.cuh)
    const T* a,   // [batch, m, k], or [batch, k, m] when transposed
    const T* b,   // [batch, k, n], or [batch, n, k] when transposed
    MatrixProblem problem,
    i64 depth) {  // steps along k of a part, a whole number of stages
#if __CUDA_ARCH__ >= 800
#if __CUDA_ARCH__ >= 900
  ptx::grid_dependency_launch();  // the kernel that adds may be set up
#endif
  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(a, b, problem, part_sums(sums, problem), depth);
#else
  __trap();  // the host refuses it
#endif
}

// Of four lanes beside each other each has a value for each of them; afterwards a lane has those that were for it, in the lanes' order.
__device__ __forceinline__ void exchange_four(float (&x)[4]) {
  const bool is_odd = threadIdx.x % 2 != 0, is_high = threadIdx.x % 4 / 2 != 0;
#pragma unroll
  for (int i = 0; i < 4; i += 2) {
    const float other = __shfl_xor_sync(kAllLanes, is_odd ? x[i] : x[i + 1], 1);
    (is_odd ? x[i] : x[i + 1]) = other;
  }
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const float other = __shfl_xor_sync(kAllLanes, is_high ? x[i] : x[i + 2], 2);
    (is_high ? x[i] : x[i + 2]) = other;
  }
}

// Stores eight results beside each other, or as many as there are columns.
template <class T> __device__ __forceinline__ void store_eight(const ScaledStore<T>& store, i64 row, i64 column, i64 columns, const float (&sums)[8]) {
  constexpr int N = 16 / (int)sizeof(T);
  T* to = store.c + row * store.pitch + column;
  if (column + 8 <= columns && is_aligned<N>(to)) {
#pragma unroll
    for (int first = 0; first < 8; first += N) {
      auto* pack = reinterpret_cast<Pack<T, N>*>(to + first);
      Pack<T, N> values;
      if (store.beta != 0.0f) values = *pack;
#pragma unroll
      for (int i = 0; i < N; ++i) values.v[i] = store.scaled(&values.v[i], sums[first + i]);
      *pack = values;
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    if (column + i < columns) store.element(row, column + i, sums[i]);
  }
}

// One warp to up to four fragments beside each other, 16 rows by 32 columns, of all parts: a lane reads its place in them, 16 bytes, and
// changes places with its neighbours to have eight results beside each other, of two rows. It is set up while the parts are made, where
// the device can, and waits for them itself. Where k is cut there are few tiles: fragments are counted in 32 bits. Where there are many
// parts (ProductLaunch.cs) the warps of a block share its one strip: each adds as many parts as the others, in their order,
// and the first adds what the warps have, in theirs.
template <class T>
__global__ void __launch_bounds__(256) matmul_combine(
    T* c,               // [batch, m, n]
    const float* sums,  // of `parts` parts, as common/part_sums.cuh has them
    i32 parts,
    i32 sharers,  // warps to a strip: 1, or all of the block
    MatrixProblem problem, float alpha, float beta) {
  constexpr int kFour = 4, kPartsAtOnce = 4, kWarps = 8;
  __shared__ float4 shared[kWarps - 1][kFour][32];
  const PartPlaces places(problem);
  const u32 warp = sharers == 1 ? blockIdx.x * kWarps + threadIdx.x / 32 : blockIdx.x, down = (u32)places.down, fours = ((u32)places.across + kFour - 1) / kFour;
  const u32 strip = warp / fours, four = warp - strip * fours, matrix = strip / down, fragment_row = strip - matrix * down;
  if (matrix >= problem.batch) return;
  const i64 step = problem.batch * places.down * places.across * 32;
  const int there = (int)places.across - (int)four * kFour;
  const i32 share = sharers == 1 ? 0 : threadIdx.x / 32, each = (parts + sharers - 1) / sharers, after = (share + 1) * each, end = after < parts ? after : parts;
  const float4* from = part_lane(sums, places.at(matrix, fragment_row, four * kFour)) + share * each * step;
  i64 place[kFour];  // of a missing fragment the last one is read again, so that no load waits for a branch
#pragma unroll
  for (int i = 0; i < kFour; ++i) place[i] = 32 * (i < there ? i : there - 1);
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  ptx::grid_dependency_wait();
#endif
  float added[4][kFour] = {};
  for (i32 first = share * each; first < end; first += kPartsAtOnce, from += kPartsAtOnce * step) {
    float4 x[kPartsAtOnce][kFour];
#pragma unroll
    for (int part = 0; part < kPartsAtOnce; ++part) {
#pragma unroll
      for (int i = 0; i < kFour; ++i) {
        if (first + part < end) x[part][i] = from[part * step + place[i]];
      }
    }
#pragma unroll
    for (int part = 0; part < kPartsAtOnce; ++part) {
      if (first + part >= end) break;
#pragma unroll
      for (int i = 0; i < kFour; ++i) {
        added[0][i] += x[part][i].x;
        added[1][i] += x[part][i].y;
        added[2][i] += x[part][i].z;
        added[3][i] += x[part][i].w;
      }
    }
  }
  if (sharers != 1) {
    const int lane = threadIdx.x % 32;
    if (share != 0) {
#pragma unroll
      for (int i = 0; i < kFour; ++i) shared[share - 1][i][lane] = {added[0][i], added[1][i], added[2][i], added[3][i]};
    }
    __syncthreads();
    if (share != 0) return;
#pragma unroll
    for (int other = 0; other < kWarps - 1; ++other) {
#pragma unroll
      for (int i = 0; i < kFour; ++i) {
        const float4 theirs = shared[other][i][lane];
        added[0][i] += theirs.x;
        added[1][i] += theirs.y;
        added[2][i] += theirs.z;
        added[3][i] += theirs.w;
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) exchange_four(added[i]);
  const ScaledStore<T> store = ScaledStore<T>(c, problem, alpha, beta).of(matrix);
  const i64 column = (i64)(four * kFour + threadIdx.x % 4) * kPartColumns;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float eight[8];
#pragma unroll
    for (int i = 0; i < 8; ++i) eight[i] = added[2 * half + i % 2][i / 2];
    const i64 row = (i64)fragment_row * kPartRows + threadIdx.x % 32 / 4 + 8 * half;
    if (row < problem.m) store_eight(store, row, column, problem.n, eight);
  }
}
