// The emulated twin of common/ptx/approx.cuh. The functions are computed exactly and rounded once: only a GPU shows their error.
// Special values and the flushing of subnormal numbers are the instructions'.
#pragma once
#include "device/ptx/rounding.h"

namespace ckrt {
CK_QUIET inline float flush(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0.0f, x) : x; }
CK_QUIET inline float ex2(float x) { return flush((float)exp2((double)flush(x))); }
CK_QUIET inline float lg2(float x) { return flush((float)log2((double)flush(x))); }
CK_QUIET inline float rcp(float x) { return flush((float)(1.0 / (double)flush(x))); }
CK_QUIET inline float rsqrt_ftz(float x) { return flush((float)(1.0 / sqrt((double)flush(x)))); }
CK_QUIET inline float tanh_rounded(float x) { return (float)tanh((double)x); }
}  // namespace ckrt

namespace ptx {
__forceinline__ float ex2_approx(float x) { return ckrt::ex2(x); }
__forceinline__ float lg2_approx(float x) { return ckrt::lg2(x); }
__forceinline__ float rcp_approx(float x) { return ckrt::rcp(x); }
__forceinline__ float rsqrt_approx(float x) { return ckrt::rsqrt_ftz(x); }
__forceinline__ float tanh_approx(float x) { return ckrt::tanh_rounded(x); }
__forceinline__ f16x2 ex2_approx(f16x2 x) { return f16x2{ckrt::round_f16(exp2((double)ckrt::value(x.x))), ckrt::round_f16(exp2((double)ckrt::value(x.y)))}; }
__forceinline__ f16x2 tanh_approx(f16x2 x) { return f16x2{ckrt::round_f16(tanh((double)ckrt::value(x.x))), ckrt::round_f16(tanh((double)ckrt::value(x.y)))}; }
#if __CUDA_ARCH__ >= 900
namespace twin {
__forceinline__ bf16 ex2_flushed(bf16 x) {
  const bf16 y = ckrt::round_bf16(exp2((double)ckrt::flush(ckrt::value(x))));
  return (y.bits & 0x7f80u) == 0 ? bf16{0} : y;
}
}  // namespace twin
__forceinline__ bf16x2 ex2_approx(bf16x2 x) { return bf16x2{twin::ex2_flushed(x.x), twin::ex2_flushed(x.y)}; }
__forceinline__ bf16x2 tanh_approx(bf16x2 x) { return bf16x2{ckrt::round_bf16(tanh((double)ckrt::value(x.x))), ckrt::round_bf16(tanh((double)ckrt::value(x.y)))}; }
#endif
}  // namespace ptx
