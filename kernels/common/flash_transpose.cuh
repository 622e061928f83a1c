// The values of attention by wgmma with 8-bit floats, transposed in shared memory: the products take only operands whose bytes follow each
// other along k, here the keys. V comes as rows of a tile of 128 keys, as TMA's swizzle leaves them (common/flash_wgmma.cuh); V^T has
// a row of 128 bytes for each column of V, with a swizzle of 128 bytes.
//
// ldmatrix takes pairs of bytes for elements of 16 bits: transposed, a lane has two columns of two keys, and of two matrices one below the
// other the bytes of each column make a register. Its keys, 2 t and 2 t + 1 of either matrix for the lane t of four, are those that two
// accumulators of Q K^T hold, so that weights become a left operand where they are (pack_weights): of 16 keys, the key 8 m + 2 t + b lies at
// 4 t + 2 m + b, in P as in V^T. And of 16 columns of V the even ones come before the odd ones: stmatrix then writes eight rows that follow
// each other, in different banks, and an accumulator of P V with its neighbour holds four columns of V in a row (quantized_attention_wgmma.cu).
#pragma once
#include "common/flash_wgmma.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/permute.cuh"
#include "common/ptx/stmatrix.cuh"

// The offset of 16 bytes in a tile whose rows have Width bytes, the width of its swizzle.
template <int Width> __device__ __forceinline__ u32 swizzled_offset(u32 row, u32 chunk) {
  const u32 offset = row * Width + chunk * 16;
  return offset ^ (offset >> 3 & (Width - 16));
}

// A warp's part of a tile, the pieces of 32 keys and 16 columns that fall to it.
template <int Dim> __device__ __forceinline__ void transpose_tile(u32 to, u32 from, int warp) {
  using Shape = FlashShape<Dim, 1>;
  constexpr int kBoxChunks = Shape::kBoxBytes / 16, kKeyPieces = Shape::kKeys / 32;
  const int lane = threadIdx.x % 32;
#pragma unroll 2
  for (int piece = warp; piece < kKeyPieces * (Dim / 16); piece += Shape::kTransposers) {
    const int keys = piece % kKeyPieces, columns = piece / kKeyPieces;
    const u32 box = from + columns / kBoxChunks * (Shape::kKeys * Shape::kBoxBytes);
    u32 x[4], y[4];
    ptx::ldmatrix_trans(x, box + swizzled_offset<Shape::kBoxBytes>(32 * keys + lane, columns % kBoxChunks));
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
      y[i] = ptx::prmt(x[i], x[i + 1], 0x6420);
      y[i + 1] = ptx::prmt(x[i], x[i + 1], 0x7531);
    }
    ptx::stmatrix(to + swizzled_offset<128>(16 * columns + lane % 16, 2 * keys + lane / 16), y);
  }
}

// What a warp of transposers does with the tiles of all its block's items.
template <int Dim>
__device__ __forceinline__ void transpose_flash_values(const FlashRings<Dim, 1>& rings, const FlashItems& items, const Attention& a,
                                                       const i32* query_offsets, const i32* key_offsets, int warp) {
  using Shape = FlashShape<Dim, 1>;
  FlashStage<Shape::kStages> at;  // of both rings, in which a tile has the same place
  for (int round = 0, item; items.next(round, item);) {
    const FlashWork work = items.template work<Shape>(item, a, query_offsets, key_offsets);
    for (int tile = 0; tile < work.tiles; ++tile) {
      ptx::mbarrier_wait_parity(rings.value_rows_full(at.index), at.parity);
      ptx::mbarrier_wait_parity(rings.values_empty(at.index), at.parity ^ 1);
      transpose_tile<Dim>(rings.values(at.index), rings.value_rows(at.index), warp);
      ptx::fence_proxy_async_shared();
      __syncwarp();
      if (threadIdx.x % 32 == 0) {
        ptx::mbarrier_arrive(rings.values_full(at.index));
        ptx::mbarrier_arrive(rings.value_rows_empty(at.index));
      }
      at.advance();
    }
  }
}
#endif
