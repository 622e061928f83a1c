// The emulated twin of common/ptx/address.cuh.
#pragma once

namespace ptx {
__forceinline__ unsigned smem_u32(const void* pointer, CK_LINE) { return ckrt_shared_address(pointer, line); }
}  // namespace ptx
