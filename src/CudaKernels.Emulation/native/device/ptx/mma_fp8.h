// The emulated twin of common/ptx/mma_fp8.cuh.
#pragma once
#include "device/ptx/rounding.h"
#include "device/ptx/mma_product.h"

#if __CUDA_ARCH__ >= 890
namespace ptx {
template <class T> constexpr bool kIsFp8 = std::is_same_v<T, e4m3> || std::is_same_v<T, e5m2>;

template <class A, class B = A> requires kIsFp8<A> && kIsFp8<B>
__forceinline__ void mma_m16n8k32(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4], CK_LINE) {
  ckrt::Mma<A, B, float, 16, 32>::multiply(d, a, b, c, line);
}
template <class A, class B = A> requires kIsFp8<A> && kIsFp8<B>
__forceinline__ void mma_m16n8k32(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2], CK_LINE) {
  ckrt::Mma<A, B, f16, 16, 32>::multiply(d, a, b, c, line);
}
}  // namespace ptx
#endif
