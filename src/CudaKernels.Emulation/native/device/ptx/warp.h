// The emulated twin of common/ptx/warp.cuh, on the meetings of device/warp.h.
#pragma once

namespace ptx {
#if __CUDA_ARCH__ >= 800
#define CK_REDUX(name, T, expression) \
  __forceinline__ T redux_##name(T value, u32 mask = 0xffffffffu, CK_LINE) { return ckrt::reduce(mask, value, [](T a, T b) -> T { return expression; }, line, "redux.sync." #name); }
CK_REDUX(add, u32, a + b)
CK_REDUX(add, i32, (i32)((u32)a + (u32)b))
CK_REDUX(min, u32, a < b ? a : b)
CK_REDUX(min, i32, a < b ? a : b)
CK_REDUX(max, u32, a > b ? a : b)
CK_REDUX(max, i32, a > b ? a : b)
CK_REDUX(and, u32, a & b)
CK_REDUX(or, u32, a | b)
CK_REDUX(xor, u32, a ^ b)
#undef CK_REDUX
#endif

namespace twin {
template <class T> __forceinline__ u32 match(T value, u32 mask, bool all, int line, const char* name) {
  const ckrt::Gather lanes = ckrt::gather(mask, value, line, name);
  u32 same = 0;
  for (u32 rest = lanes.present; rest != 0; rest &= rest - 1) same |= (u32)(lanes.all[__builtin_ctz(rest)] == lanes.value) << __builtin_ctz(rest);
  return all && same != lanes.present ? 0 : same;
}
}  // namespace twin
__forceinline__ u32 match_any(u32 value, u32 mask = 0xffffffffu, CK_LINE) { return twin::match(value, mask, false, line, "match.any.sync"); }
__forceinline__ u32 match_any(u64 value, u32 mask = 0xffffffffu, CK_LINE) { return twin::match(value, mask, false, line, "match.any.sync"); }
__forceinline__ u32 match_all(u32 value, u32 mask = 0xffffffffu, CK_LINE) { return twin::match(value, mask, true, line, "match.all.sync"); }
__forceinline__ u32 match_all(u64 value, u32 mask = 0xffffffffu, CK_LINE) { return twin::match(value, mask, true, line, "match.all.sync"); }

__forceinline__ bool vote_uniform(bool predicate, u32 mask = 0xffffffffu, CK_LINE) {
  const ckrt::Vote votes = ckrt::vote(mask, predicate, line, "vote.sync.uni");
  return votes.ballot == 0 || votes.ballot == votes.present;
}

template <int Bit> __forceinline__ u32 vote_like(u32 value, CK_LINE) {
  const bool is_set = (value >> Bit & 1) != 0;
  const u32 set = ckrt::vote(0xffffffffu, is_set, line, "vote.sync.ballot").ballot;
  return is_set ? set : ~set;
}
}  // namespace ptx
