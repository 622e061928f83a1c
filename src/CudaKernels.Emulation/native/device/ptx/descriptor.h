// The emulated twin of common/ptx/descriptor.cuh.
#pragma once

namespace ptx {
// On a GPU the bits above the 18th are lost, and the product reads somewhere else.
__forceinline__ unsigned long long descriptor_address(unsigned address, CK_LINE) {
  if (address >= 0x40000) ckrt_fail(CKRT_OUT_OF_BOUNDS, line, "a matrix descriptor of a shared address at or above 0x40000");
  return address >> 4;
}
}  // namespace ptx
