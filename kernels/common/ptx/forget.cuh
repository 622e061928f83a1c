// What a compiler may know of a register.
#pragma once
#include "common/numeric.cuh"

namespace ptx {
// No instruction: the compiler takes x for any number from here on. So what was computed from it before is computed again where it is
// needed, rather than kept in registers that what stands between wants for itself.
#if defined(CK_EMU)
template <class T> __device__ __forceinline__ void forget(T&) {}
#else
__device__ __forceinline__ void forget(i32& x) { asm volatile("" : "+r"(x)); }
__device__ __forceinline__ void forget(u32& x) { asm volatile("" : "+r"(x)); }
__device__ __forceinline__ void forget(i64& x) { asm volatile("" : "+l"(x)); }
#endif
}  // namespace ptx
