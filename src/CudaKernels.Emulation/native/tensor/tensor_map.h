// The software device's form of a tensor map: EncodedTensorMap.cs fills it in.
#pragma once
#include <stdint.h>

namespace ckrt {
enum TensorElement : uint8_t { kU8, kU16, kU32, kS32, kU64, kS64, kF16, kF32, kF64, kBf16, kF32Flushed, kTf32, kTf32Flushed };

struct TensorMap {
  uint64_t address;
  uint32_t mark;
  uint8_t rank, element, swizzle, fill;
  uint8_t is_im2col, l2_promotion;
  uint16_t channels, pixels;
  uint16_t box[5];
  uint32_t last_index[5];  // the length less one, innermost dimension first
  int16_t lower[3], upper[3];
  uint64_t strides[4];
  uint8_t steps[5];
  uint64_t digest;
  uint64_t unused[2];
};
static_assert(sizeof(TensorMap) == 128, "a CUtensorMap");

constexpr uint32_t kTensorMapMark = 0x4D544B43;

inline bool is_tensor_map(const TensorMap& map) {
  uint64_t digest = 0xcbf29ce484222325ull;
  for (int i = 0; i < 13; ++i) digest = (digest ^ ((const uint64_t*)&map)[i]) * 0x100000001b3ull;
  return map.mark == kTensorMapMark && map.digest == digest;
}

inline uint32_t element_size(const TensorMap& map) {
  switch (map.element) {
    case kU8: return 1;
    case kU16: case kF16: case kBf16: return 2;
    case kU64: case kS64: case kF64: return 8;
    default: return 4;
  }
}
inline int64_t length(const TensorMap& map, uint32_t dimension) { return (int64_t)map.last_index[dimension] + 1; }
inline uint32_t swizzle_width(const TensorMap& map) { return map.swizzle == 0 ? 0 : 16u << map.swizzle; }
}  // namespace ckrt
