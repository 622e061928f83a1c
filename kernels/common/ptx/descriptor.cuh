// The 64-bit matrix descriptor by which wgmma finds an operand in shared memory: where it starts, how its 8 x 16-byte core matrices
// follow each other, and how its rows are swizzled.
//   bits 0-13 address / 16, 16-29 leading byte offset / 16, 32-45 stride byte offset / 16, 49-51 base offset, 62-63 swizzle
// With W the width of the swizzle (128, 64 or 32 bytes) and T = 16 bytes of elements, element (mn, k) lies at the start plus
//   K-major:         (mn % 8) * W + (mn / 8) * stride + k                                       swizzled; the leading offset is not used
//   K-major, none:   (mn % 8) * 16 + (mn / 8) * stride + k % T + (k / T) * leading
//   MN-major:        mn % W + (mn / W) * leading + (k % 8) * W + (k / 8) * stride               swizzled (mn in bytes)
//   MN-major, none:  mn % T + (mn / T) * stride + (k % 8) * 16 + (k / 8) * leading
// and a swizzle then exchanges address bits as TMA does. A tile of a swizzle starts at a multiple of 8 * W.
#pragma once
#include "common/ptx/address.cuh"

#if defined(CK_EMU)
#include "device/ptx/descriptor.h"
#else
namespace ptx {
// The start address, 18 bits of it, in its field.
__device__ __forceinline__ u64 descriptor_address(u32 address) { return (address & 0x3ffff) >> 4; }
}  // namespace ptx
#endif

namespace ptx {
// The descriptor's numbers for the swizzles: not those of a tensor map.
enum class Swizzle : u32 { none = 0, bytes128 = 1, bytes64 = 2, bytes32 = 3 };

// Bytes in a row of the swizzle's pattern; without one, of a core matrix.
__device__ __forceinline__ constexpr u32 swizzle_width(Swizzle swizzle) { return swizzle == Swizzle::none ? 16u : 256u >> (u32)swizzle; }

// Offsets in bytes. The base offset is 0 where the swizzle's pattern starts at a multiple of 8 * W, else (pattern start / 128) % 8.
__device__ __forceinline__ u64 matrix_descriptor(u32 address, u32 leading, u32 stride, Swizzle swizzle, u32 base_offset = 0) {
  return descriptor_address(address) | (u64)((leading & 0x3ffff) >> 4) << 16 | (u64)((stride & 0x3ffff) >> 4) << 32 | (u64)(base_offset & 7) << 49 | (u64)swizzle << 62;
}

// A K-major operand whose rows are as wide as the swizzle and follow each other, as a TMA box {W bytes of k, rows} leaves them.
// The next instruction's k lies 32 bytes further on in the row: add 2 to the descriptor.
__device__ __forceinline__ u64 k_major_descriptor(u32 address, Swizzle swizzle) { return matrix_descriptor(address, 16, 8 * swizzle_width(swizzle), swizzle); }

// An MN-major operand of 16-bit elements in TMA boxes {W bytes of mn, k rows} side by side, `box_bytes` apart. The next
// instruction's 16 k lie 2 * 8 * W bytes further on: add W to the descriptor.
__device__ __forceinline__ u64 mn_major_descriptor(u32 address, u32 box_bytes, Swizzle swizzle) { return matrix_descriptor(address, box_bytes, 8 * swizzle_width(swizzle), swizzle); }
}  // namespace ptx
