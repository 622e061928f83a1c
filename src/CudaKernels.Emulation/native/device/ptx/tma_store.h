// The emulated twin of common/ptx/tma_store.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ckrt {
__forceinline__ void tensor_store(ckrt_tensor_copy copy, ckrt_reduction reduction) {
  copy.reduction = reduction;
  ckrt_tensor_store(&copy);
}
}  // namespace ckrt

namespace ptx {
#define CK_TMA_REDUCE(name, reduction, rank, parameters, coordinates)                                                                      \
  __forceinline__ void tma_reduce_##name##_##rank##d(const TensorMap* map, CK_STRIP parameters, unsigned from, CK_CALLER) {                 \
    ckrt::tensor_store(ckrt::tensor_copy("cp.reduce.async.bulk.tensor", caller.number, map, from, CK_STRIP coordinates), reduction);       \
  }
#define CK_TMA_STORE(rank, parameters, coordinates)                                                                                        \
  __forceinline__ void tma_store_##rank##d(const TensorMap* map, CK_STRIP parameters, unsigned from, CK_CALLER) {                           \
    ckrt::tensor_store(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, from, CK_STRIP coordinates), CKRT_NO_REDUCTION);      \
  }                                                                                                                                       \
  __forceinline__ void tma_store_##rank##d(const TensorMap* map, CK_STRIP parameters, unsigned from, unsigned long long, CK_CALLER) {       \
    ckrt::tensor_store(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, from, CK_STRIP coordinates), CKRT_NO_REDUCTION);      \
  }                                                                                                                                       \
  CK_TMA_REDUCE(add, CKRT_ADD, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(min, CKRT_MIN, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(max, CKRT_MAX, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(inc, CKRT_INC, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(dec, CKRT_DEC, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(and, CKRT_AND, rank, parameters, coordinates)                                                                              \
  CK_TMA_REDUCE(or, CKRT_OR, rank, parameters, coordinates)                                                                                \
  CK_TMA_REDUCE(xor, CKRT_XOR, rank, parameters, coordinates)
CK_TMA_STORE(1, (int x), (x))
CK_TMA_STORE(2, (int x, int y), (x, y))
CK_TMA_STORE(3, (int x, int y, int z), (x, y, z))
CK_TMA_STORE(4, (int x, int y, int z, int v), (x, y, z, v))
CK_TMA_STORE(5, (int x, int y, int z, int v, int w), (x, y, z, v, w))
#undef CK_TMA_STORE
#undef CK_TMA_REDUCE
}  // namespace ptx
#endif
