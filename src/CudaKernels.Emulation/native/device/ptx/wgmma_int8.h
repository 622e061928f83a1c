// The emulated twin of common/ptx/wgmma_int8.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ckrt {
template <int N> CK_QUIET inline ckrt_wgmma wgmma_integers(int line, ckrt_matrix_type a, ckrt_matrix_type b, bool saturate, bool accumulate, void* d) {
  static_assert(N % (N <= 32 ? 8 : 16) == 0 && N >= 8 && N <= 256, "N is 8, 16, 24, 32 or a multiple of 16 up to 256");
  ckrt_wgmma form = wgmma_form<N, 1, 1, 0, 0>("wgmma.mma_async", line, a, b, CKRT_TO_S32, accumulate, d);
  form.saturate = saturate;
  return form;
}
}  // namespace ckrt

#define CK_WGMMA_INTEGERS(function, type_a, type_b, saturate)                                                                            \
  template <int N> __forceinline__ void function(int (&d)[N / 2], unsigned long long a, unsigned long long b, bool accumulate, CK_LINE) { \
    ckrt::wgmma(ckrt::wgmma_integers<N>(line, type_a, type_b, saturate, accumulate, d), a, b);                                            \
  }                                                                                                                                     \
  template <int N> __forceinline__ void function(int (&d)[N / 2], const unsigned (&a)[4], unsigned long long b, bool accumulate, CK_LINE) { \
    ckrt::wgmma(ckrt::wgmma_integers<N>(line, type_a, type_b, saturate, accumulate, d), a, b);                                            \
  }

namespace ptx {
CK_WGMMA_INTEGERS(wgmma_s32_s8_s8, CKRT_S8, CKRT_S8, false)
CK_WGMMA_INTEGERS(wgmma_s32_s8_u8, CKRT_S8, CKRT_U8, false)
CK_WGMMA_INTEGERS(wgmma_s32_u8_s8, CKRT_U8, CKRT_S8, false)
CK_WGMMA_INTEGERS(wgmma_s32_u8_u8, CKRT_U8, CKRT_U8, false)
CK_WGMMA_INTEGERS(wgmma_s32_s8_s8_sat, CKRT_S8, CKRT_S8, true)
CK_WGMMA_INTEGERS(wgmma_s32_s8_u8_sat, CKRT_S8, CKRT_U8, true)
CK_WGMMA_INTEGERS(wgmma_s32_u8_s8_sat, CKRT_U8, CKRT_S8, true)
CK_WGMMA_INTEGERS(wgmma_s32_u8_u8_sat, CKRT_U8, CKRT_U8, true)
}  // namespace ptx
#undef CK_WGMMA_INTEGERS
#endif
