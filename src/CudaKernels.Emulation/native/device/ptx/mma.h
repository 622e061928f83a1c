// The emulated twin of common/ptx/mma.cuh.
#pragma once
#include "device/ptx/rounding.h"
#include "device/ptx/mma_product.h"

namespace ptx {
#if __CUDA_ARCH__ >= 800
template <class T> constexpr bool kIs16Bit = std::is_same_v<T, f16> || std::is_same_v<T, bf16>;

template <class T> requires kIs16Bit<T> __forceinline__ void mma_m16n8k16(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4], CK_LINE) {
  ckrt::Mma<T, T, float, 16, 16>::multiply(d, a, b, c, line);
}
template <class T> requires std::is_same_v<T, f16> __forceinline__ void mma_m16n8k16(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2], CK_LINE) {
  ckrt::Mma<f16, f16, f16, 16, 16>::multiply(d, a, b, c, line);
}
template <class T> requires std::is_same_v<T, tf32> __forceinline__ void mma_m16n8k8(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4], CK_LINE) {
  ckrt::Mma<tf32, tf32, float, 16, 8>::multiply(d, a, b, c, line);
}
template <class T> requires std::is_same_v<T, tf32> __forceinline__ void mma_m16n8k4(float (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const float (&c)[4], CK_LINE) {
  ckrt::Mma<tf32, tf32, float, 16, 4>::multiply(d, a, b, c, line);
}
#else
template <class T> constexpr bool kIs16Bit = std::is_same_v<T, f16>;
#endif

template <class T> requires kIs16Bit<T> __forceinline__ void mma_m16n8k8(float (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const float (&c)[4], CK_LINE) {
  ckrt::Mma<T, T, float, 16, 8>::multiply(d, a, b, c, line);
}
template <class T> requires std::is_same_v<T, f16> __forceinline__ void mma_m16n8k8(u32 (&d)[2], const u32 (&a)[2], const u32 (&b)[1], const u32 (&c)[2], CK_LINE) {
  ckrt::Mma<f16, f16, f16, 16, 8>::multiply(d, a, b, c, line);
}
}  // namespace ptx
