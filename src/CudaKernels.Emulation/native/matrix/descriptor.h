// The 64-bit matrix descriptor of wgmma, as the hardware reads it: common/ptx/descriptor.cuh says what the fields mean. Kernels of
// tests include this file too.
#pragma once
#include <stdint.h>

namespace ckrt {
struct MatrixDescriptor {
  uint32_t start, leading, stride;  // bytes
  uint32_t base_offset;
  uint32_t width;       // bytes in a row of the swizzle; 0 without one
  uint32_t swizzle;     // the field
  uint64_t unused;      // bits that must be 0
};

inline MatrixDescriptor read_descriptor(uint64_t bits) {
  const auto swizzle = (uint32_t)(bits >> 62);
  // The start has 14 bits; a shared address beyond 18 bits that was not cut off shows in the two after them.
  constexpr uint64_t kUnused = 0xC000ull | 0xC000ull << 16 | 0x1C000ull << 32 | 0x3FFull << 52;
  return {(uint32_t)(bits & 0x3FFF) << 4, (uint32_t)(bits >> 16 & 0x3FFF) << 4, (uint32_t)(bits >> 32 & 0x3FFF) << 4, (uint32_t)(bits >> 49 & 7), swizzle == 0 ? 0 : 256u >> swizzle, swizzle, bits & kUnused};
}

// Exchanges the 16-byte chunks of an address by the row that it lies in.
inline uint32_t swizzle_address(uint32_t address, uint32_t width) { return width == 0 ? address : address ^ (address >> 3 & (width - 16)); }

// Where the 16-byte chunk lies that holds, for K-major, bytes 16 * chunk … of row `row`; for MN-major, of k = `row` the elements
// from 8 * chunk on.
inline uint32_t chunk_address(const MatrixDescriptor& matrix, bool mn_major, uint32_t row, uint32_t chunk) {
  const uint32_t width = matrix.width, start = matrix.start;
  if (!mn_major) {
    if (width == 0) return start + row % 8 * 16 + row / 8 * matrix.stride + chunk * matrix.leading;
    return swizzle_address(start + row % 8 * width + row / 8 * matrix.stride + chunk * 16, width);
  }
  if (width == 0) return start + chunk * matrix.stride + row % 8 * 16 + row / 8 * matrix.leading;
  const uint32_t chunks = width / 16;
  return swizzle_address(start + chunk % chunks * 16 + chunk / chunks * matrix.leading + row % 8 * width + row / 8 * matrix.stride, width);
}

// The address of element (mn, k).
inline uint32_t element_address(const MatrixDescriptor& matrix, bool mn_major, uint32_t element_bytes, uint32_t mn, uint32_t k) {
  const uint32_t row = mn_major ? k : mn, at = (mn_major ? mn : k) * element_bytes;
  return chunk_address(matrix, mn_major, row, at / 16) + at % 16;
}
}  // namespace ckrt
