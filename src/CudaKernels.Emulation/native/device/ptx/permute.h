// The emulated twin of common/ptx/permute.cuh.
#pragma once

namespace ckrt {
// Both operands by their sign, the sum modulo 2^32.
template <class A, class B> CK_QUIET inline u32 dot4(u32 a, u32 b, u32 c) {
  for (int i = 0; i < 32; i += 8) c += (u32)((i32)(A)(a >> i) * (i32)(B)(b >> i));
  return c;
}
}  // namespace ckrt

namespace ptx {
__forceinline__ u32 prmt(u32 a, u32 b, u32 selector) { return __byte_perm(a, b, selector); }
template <u32 kTable> __forceinline__ u32 lop3(u32 a, u32 b, u32 c) {
  static_assert(kTable <= 0xff, "a table of three bits has eight entries");
  u32 d = 0;
  for (int entry = 0; entry < 8; ++entry) {
    if (kTable >> entry & 1) d |= (entry & 4 ? a : ~a) & (entry & 2 ? b : ~b) & (entry & 1 ? c : ~c);
  }
  return d;
}
__forceinline__ u32 shf_left_wrap(u32 low, u32 high, u32 count) { return __funnelshift_l(low, high, count); }
__forceinline__ u32 shf_left_clamp(u32 low, u32 high, u32 count) { return __funnelshift_lc(low, high, count); }
__forceinline__ u32 shf_right_wrap(u32 low, u32 high, u32 count) { return __funnelshift_r(low, high, count); }
__forceinline__ u32 shf_right_clamp(u32 low, u32 high, u32 count) { return __funnelshift_rc(low, high, count); }
__forceinline__ i32 dp4a(i32 a, i32 b, i32 c) { return (i32)ckrt::dot4<i8, i8>((u32)a, (u32)b, (u32)c); }
__forceinline__ i32 dp4a(i32 a, u32 b, i32 c) { return (i32)ckrt::dot4<i8, u8>((u32)a, b, (u32)c); }
__forceinline__ i32 dp4a(u32 a, i32 b, i32 c) { return (i32)ckrt::dot4<u8, i8>(a, (u32)b, (u32)c); }
__forceinline__ u32 dp4a(u32 a, u32 b, u32 c) { return ckrt::dot4<u8, u8>(a, b, c); }
}  // namespace ptx
