// Which bytes of shared memory the operands of a product cover, as few ranges: the checking mode looks at each.
#pragma once
#include <stdint.h>

#include <vector>

#include "matrix/product.h"
#include "runtime/async_abi.h"

namespace ckrt {
class OperandRanges {
 public:
  void add(const Operand& operand, uint32_t extent, uint32_t type);
  void list(std::vector<ckrt_async_range>& ranges) const;

 private:
  // Per part of the window, a bit for each 16 bytes.
  struct Part {
    const uint8_t* origin = nullptr;
    uint32_t low = ~0u, high = 0;  // chunks
    std::vector<uint64_t> chunks;
  };
  Part parts_[2];  // static and dynamic shared memory
};
}  // namespace ckrt
