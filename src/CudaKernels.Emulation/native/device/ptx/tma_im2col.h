// The emulated twin of common/ptx/tma_im2col.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ckrt {
template <class... Offset> __forceinline__ void im2col_load(ckrt_tensor_copy copy, uint32_t barrier, uint32_t blocks, Offset... offsets) {
  const uint16_t all[] = {offsets...};
  for (uint32_t i = 0; i < sizeof...(Offset); ++i) copy.offsets[i] = all[i];
  copy.barrier = barrier;
  copy.blocks = blocks;
  copy.is_im2col = 1;
  ckrt_tensor_load(&copy);
}
}  // namespace ckrt

namespace ptx {
#define CK_TMA_IM2COL(rank, parameters, coordinates, offset_parameters, offsets)                                                                          \
  __forceinline__ void tma_load_im2col_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier, CK_STRIP offset_parameters,     \
                                                 CK_CALLER) {                                                                                          \
    ckrt::im2col_load(ckrt::tensor_copy("cp.async.bulk.tensor.im2col", caller.number, map, to, CK_STRIP coordinates), barrier, 0, CK_STRIP offsets);      \
  }                                                                                                                                                    \
  __forceinline__ void tma_load_im2col_multicast_##rank##d(unsigned to, const TensorMap* map, CK_STRIP parameters, unsigned barrier,                      \
                                                           CK_STRIP offset_parameters, unsigned short blocks, CK_CALLER) {                              \
    ckrt::im2col_load(ckrt::tensor_copy("cp.async.bulk.tensor.im2col", caller.number, map, to, CK_STRIP coordinates), barrier, blocks, CK_STRIP offsets); \
  }
CK_TMA_IM2COL(3, (int c, int w, int n), (c, w, n), (unsigned short offset_w), (offset_w))
CK_TMA_IM2COL(4, (int c, int w, int h, int n), (c, w, h, n), (unsigned short offset_w, unsigned short offset_h), (offset_w, offset_h))
CK_TMA_IM2COL(5, (int c, int w, int h, int d, int n), (c, w, h, d, n), (unsigned short offset_w, unsigned short offset_h, unsigned short offset_d), (offset_w, offset_h, offset_d))
#undef CK_TMA_IM2COL
}  // namespace ptx
#endif
