// What a compiler may know of a register.
#pragma once

namespace ptx {
// No instruction: the compiler takes x for any number from here on. So what was computed from it before is computed again where it is
// needed, rather than kept in registers that what stands between wants for itself.
__device__ __forceinline__ void forget(int& x) {
#if defined(CK_EMU)
  (void)x;
#else
  asm volatile("" : "+r"(x));
#endif
}
}  // namespace ptx
