// The emulated twin of common/ptx/mma_integer.cuh.
#pragma once
#include "device/ptx/rounding.h"
#include "device/ptx/mma_product.h"

namespace ptx {
template <class T> constexpr bool kIs8BitInteger = std::is_same_v<T, i8> || std::is_same_v<T, u8>;

template <class A, class B = A> requires kIs8BitInteger<A> && kIs8BitInteger<B>
__forceinline__ void mma_m8n8k16(i32 (&d)[2], const u32 (&a)[1], const u32 (&b)[1], const i32 (&c)[2], CK_LINE) {
  ckrt::Mma<A, B, i32, 8, 16>::multiply(d, a, b, c, line);
}
#if __CUDA_ARCH__ >= 800
template <class A, class B = A> requires kIs8BitInteger<A> && kIs8BitInteger<B>
__forceinline__ void mma_m16n8k16(i32 (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const i32 (&c)[4], CK_LINE) {
  ckrt::Mma<A, B, i32, 16, 16>::multiply(d, a, b, c, line);
}
template <class A, class B = A> requires kIs8BitInteger<A> && kIs8BitInteger<B>
__forceinline__ void mma_m16n8k32(i32 (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const i32 (&c)[4], CK_LINE) {
  ckrt::Mma<A, B, i32, 16, 32>::multiply(d, a, b, c, line);
}
#endif
}  // namespace ptx
