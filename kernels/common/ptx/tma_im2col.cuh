// The copy engine's loads for convolutions, sm_90 and above: cp.async.bulk.tensor with .im2col. The map is of an NWC, NHWC or NDHWC
// tensor with a window. The coordinates are those of the first pixel that the filter's first place meets; the offsets, 16 bits each,
// say which place of the filter is loaded. Rows of shared memory are pixels, one after the other along W, H, D and the images. For
// the rest as in tma_load.cuh.
#pragma once
#include "common/ptx/address.cuh"
#include "common/ptx/tensor_map.cuh"

#if defined(CK_EMU)
#include "device/ptx/tma_im2col.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// cp.async.bulk.tensor.3d.im2col
__device__ __forceinline__ void tma_load_im2col_3d(u32 to, const TensorMap* map, i32 c, i32 w, i32 n, u32 barrier, u16 offset_w) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4}], [%5], {%6};" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(n), "r"(barrier), "h"(offset_w) : "memory");
}
__device__ __forceinline__ void tma_load_im2col_multicast_3d(u32 to, const TensorMap* map, i32 c, i32 w, i32 n, u32 barrier, u16 offset_w, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4}], [%5], {%6}, %7;" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(n), "r"(barrier), "h"(offset_w), "h"(blocks) : "memory");
}
// cp.async.bulk.tensor.4d.im2col
__device__ __forceinline__ void tma_load_im2col_4d(u32 to, const TensorMap* map, i32 c, i32 w, i32 h, i32 n, u32 barrier, u16 offset_w, u16 offset_h) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4, %5}], [%6], {%7, %8};" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(h), "r"(n), "r"(barrier), "h"(offset_w), "h"(offset_h) : "memory");
}
__device__ __forceinline__ void tma_load_im2col_multicast_4d(u32 to, const TensorMap* map, i32 c, i32 w, i32 h, i32 n, u32 barrier, u16 offset_w, u16 offset_h, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4, %5}], [%6], {%7, %8}, %9;" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(h), "r"(n), "r"(barrier), "h"(offset_w), "h"(offset_h), "h"(blocks) : "memory");
}
// cp.async.bulk.tensor.5d.im2col
__device__ __forceinline__ void tma_load_im2col_5d(u32 to, const TensorMap* map, i32 c, i32 w, i32 h, i32 d, i32 n, u32 barrier, u16 offset_w, u16 offset_h, u16 offset_d) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4, %5, %6}], [%7], {%8, %9, %10};" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(h), "r"(d), "r"(n), "r"(barrier), "h"(offset_w), "h"(offset_h), "h"(offset_d) : "memory");
}
__device__ __forceinline__ void tma_load_im2col_multicast_5d(u32 to, const TensorMap* map, i32 c, i32 w, i32 h, i32 d, i32 n, u32 barrier, u16 offset_w, u16 offset_h, u16 offset_d, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4, %5, %6}], [%7], {%8, %9, %10}, %11;" ::"r"(to), "l"(map), "r"(c), "r"(w), "r"(h), "r"(d), "r"(n), "r"(barrier), "h"(offset_w), "h"(offset_h), "h"(offset_d), "h"(blocks) : "memory");
}
}  // namespace ptx
#endif
