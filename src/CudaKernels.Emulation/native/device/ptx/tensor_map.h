// The emulated twin of common/ptx/tensor_map.cuh.
#pragma once
#include "device/ptx/line.h"
#include "tensor/tensor_abi.h"

namespace ckrt {
template <class... At> CK_QUIET inline ckrt_tensor_copy tensor_copy(const char* name, int line, const void* map, uint32_t shared, At... at) {
  return {name, line, map, sizeof...(At), {at...}, shared, 0, 0, 0, {}, CKRT_NO_REDUCTION};
}
}  // namespace ckrt

#if __CUDA_ARCH__ >= 900
namespace ptx {
__forceinline__ void prefetch_tensor_map(const TensorMap* map, CK_LINE) { ckrt_tensor_prefetch_map(map, line); }
}  // namespace ptx
#endif
