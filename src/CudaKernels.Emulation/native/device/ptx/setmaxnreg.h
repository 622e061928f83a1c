// The emulated twin of common/ptx/setmaxnreg.cuh: nothing here has registers, but a whole warp has to take part.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ckrt {
CK_QUIET inline void set_registers(void**, uint32_t) {}
}  // namespace ckrt

namespace ptx {
template <int Registers> __forceinline__ void setmaxnreg_inc(CK_LINE) {
  static_assert(Registers >= 24 && Registers <= 256 && Registers % 8 == 0, "setmaxnreg takes a multiple of 8 from 24 to 256");
  ckrt_rendezvous(0xffffffffu, ckrt::set_registers, nullptr, line, "setmaxnreg");
}
template <int Registers> __forceinline__ void setmaxnreg_dec(CK_LINE) { setmaxnreg_inc<Registers>(line); }
}  // namespace ptx
#endif
