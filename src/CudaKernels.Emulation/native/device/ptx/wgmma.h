// The emulated twin of common/ptx/wgmma.cuh, and what the twins of the products share.
#pragma once
#include "matrix/wgmma_abi.h"

#if __CUDA_ARCH__ >= 900
namespace ckrt {
template <int N, int ScaleA, int ScaleB, int TransposeA, int TransposeB>
CK_QUIET inline ckrt_wgmma wgmma_form(const char* name, int line, ckrt_matrix_type a, ckrt_matrix_type b, ckrt_accumulator_type accumulator, bool accumulate, void* d) {
  static_assert((ScaleA == 1 || ScaleA == -1) && (ScaleB == 1 || ScaleB == -1), "a scale is 1 or -1");
  static_assert((TransposeA == 0 || TransposeA == 1) && (TransposeB == 0 || TransposeB == 1), "a transpose is 0 or 1");
  return {name, line, (uint8_t)a, (uint8_t)b, (uint8_t)accumulator, accumulate, ScaleA < 0, ScaleB < 0, TransposeA, TransposeB, 0, N, 0, 0, nullptr, d};
}

__forceinline__ void wgmma(ckrt_wgmma form, uint64_t a, uint64_t b) {
  form.a = a;
  form.b = b;
  ckrt_wgmma_issue(&form);
}
__forceinline__ void wgmma(ckrt_wgmma form, const unsigned* a, uint64_t b) {
  form.registers = a;
  form.b = b;
  ckrt_wgmma_issue(&form);
}
}  // namespace ckrt

namespace ptx {
__forceinline__ void wgmma_fence(CK_LINE) { ckrt_wgmma_fence(line); }
__forceinline__ void wgmma_commit(CK_LINE) { ckrt_wgmma_commit(line); }
template <int Pending> __forceinline__ void wgmma_wait(CK_LINE) {
  static_assert(Pending >= 0 && Pending <= 7, "at most seven groups");
  ckrt_wgmma_wait(Pending, line);
}
template <class T, int N> __forceinline__ void wgmma_pin(T (&)[N]) {}
}  // namespace ptx

// The two forms of a product of 16-bit numbers: A by its descriptor, and A in registers.
#define CK_WGMMA_TRANSPOSED(function, type, accumulator, D, columns)                                                                     \
  template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeA = 0, int TransposeB = 0>                                              \
  __forceinline__ void function(D (&d)[N / columns], unsigned long long a, unsigned long long b, bool accumulate, CK_LINE) {             \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    ckrt::wgmma(ckrt::wgmma_form<N, ScaleA, ScaleB, TransposeA, TransposeB>("wgmma.mma_async", line, type, type, accumulator, accumulate, d), a, b); \
  }                                                                                                                                     \
  template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeB = 0>                                                                  \
  __forceinline__ void function(D (&d)[N / columns], const unsigned (&a)[4], unsigned long long b, bool accumulate, CK_LINE) {           \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    ckrt::wgmma(ckrt::wgmma_form<N, ScaleA, ScaleB, 0, TransposeB>("wgmma.mma_async", line, type, type, accumulator, accumulate, d), a, b); \
  }

// The same of numbers that are K-major.
#define CK_WGMMA_SCALED(function, type_a, type_b, accumulator, D, columns)                                                              \
  template <int N, int ScaleA = 1, int ScaleB = 1>                                                                                      \
  __forceinline__ void function(D (&d)[N / columns], unsigned long long a, unsigned long long b, bool accumulate, CK_LINE) {             \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    ckrt::wgmma(ckrt::wgmma_form<N, ScaleA, ScaleB, 0, 0>("wgmma.mma_async", line, type_a, type_b, accumulator, accumulate, d), a, b);    \
  }                                                                                                                                     \
  template <int N, int ScaleA = 1, int ScaleB = 1>                                                                                      \
  __forceinline__ void function(D (&d)[N / columns], const unsigned (&a)[4], unsigned long long b, bool accumulate, CK_LINE) {           \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    ckrt::wgmma(ckrt::wgmma_form<N, ScaleA, ScaleB, 0, 0>("wgmma.mma_async", line, type_a, type_b, accumulator, accumulate, d), a, b);    \
  }
#endif
