// The emulated twin of common/ptx/tma_load.cuh. A policy changes nothing that a program could see.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ckrt {
__forceinline__ void tensor_load(ckrt_tensor_copy copy, uint32_t barrier, uint32_t blocks) {
  copy.barrier = barrier;
  copy.blocks = blocks;
  ckrt_tensor_load(&copy);
}
}  // namespace ckrt

namespace ptx {
#define CK_TMA_LOAD(rank, parameters, coordinates)                                                                                                      \
  __forceinline__ void tma_load_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier, CK_CALLER) {                          \
    ckrt::tensor_load(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, to, CK_STRIP coordinates), barrier, 0);                              \
  }                                                                                                                                                    \
  __forceinline__ void tma_load_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier, unsigned long long, CK_CALLER) {      \
    ckrt::tensor_load(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, to, CK_STRIP coordinates), barrier, 0);                              \
  }                                                                                                                                                    \
  __forceinline__ void tma_load_multicast_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier, unsigned short blocks,       \
                                                    CK_CALLER) {                                                                                       \
    ckrt::tensor_load(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, to, CK_STRIP coordinates), barrier, blocks);                         \
  }                                                                                                                                                    \
  __forceinline__ void tma_load_multicast_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier, unsigned short blocks,       \
                                                    unsigned long long, CK_CALLER) {                                                                   \
    ckrt::tensor_load(ckrt::tensor_copy("cp.async.bulk.tensor", caller.number, map, to, CK_STRIP coordinates), barrier, blocks);                         \
  }                                                                                                                                                    \
  __forceinline__ void tma_prefetch_##rank##d(const TensorMap* map, CK_STRIP parameters, CK_CALLER) {                                                     \
    const ckrt_tensor_copy copy = ckrt::tensor_copy("cp.async.bulk.prefetch.tensor", caller.number, map, 0, CK_STRIP coordinates);                       \
    ckrt_tensor_prefetch(&copy);                                                                                                                       \
  }
CK_TMA_LOAD(1, (int x), (x))
CK_TMA_LOAD(2, (int x, int y), (x, y))
CK_TMA_LOAD(3, (int x, int y, int z), (x, y, z))
CK_TMA_LOAD(4, (int x, int y, int z, int v), (x, y, z, v))
CK_TMA_LOAD(5, (int x, int y, int z, int v, int w), (x, y, z, v, w))
#undef CK_TMA_LOAD
}  // namespace ptx
#endif
