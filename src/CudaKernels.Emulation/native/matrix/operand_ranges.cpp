#include "matrix/operand_ranges.h"

#include <algorithm>

namespace ckrt {
void OperandRanges::add(const Operand& operand, uint32_t extent, uint32_t type) {
  Part& part = parts_[0].origin == nullptr || parts_[0].origin == operand.origin ? parts_[0] : parts_[1];
  part.origin = operand.origin;
  part.chunks.resize((1u << 18) / 16 / 64);  // all that a descriptor can reach
  const OperandShape shape = shape_of(operand.mn_major, extent, type);
  for (uint32_t line = 0; line < shape.lines; ++line) {
    for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk) {
      const uint32_t number = chunk_address(operand.matrix, operand.mn_major, line, chunk) / 16;
      part.chunks[number / 64] |= 1ull << number % 64;
      part.low = std::min(part.low, number);
      part.high = std::max(part.high, number);
    }
  }
}

void OperandRanges::list(std::vector<ckrt_async_range>& ranges) const {
  for (const Part& part : parts_) {
    if (part.origin == nullptr) continue;
    for (uint32_t at = part.low; at <= part.high; ++at) {
      if ((part.chunks[at / 64] >> at % 64 & 1) == 0) continue;
      uint32_t end = at + 1;
      while (end <= part.high && part.chunks[end / 64] >> end % 64 & 1) ++end;
      ranges.push_back({part.origin + 16 * (size_t)at, 16 * (end - at), 0});
      at = end;
    }
  }
}
}  // namespace ckrt
