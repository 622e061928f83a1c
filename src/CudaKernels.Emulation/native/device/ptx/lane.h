// The emulated twin of common/ptx/lane.cuh.
#pragma once

namespace ckrt {
CK_QUIET inline void elect(void** lanes, uint32_t present) {
  const uint32_t leader = ckrt_elected_lane(present);
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) *(uint32_t*)lanes[__builtin_ctz(rest)] = leader;
}
}  // namespace ckrt

namespace ptx {
__forceinline__ unsigned lane_id() { return ckrt::lane(); }

#if __CUDA_ARCH__ >= 900
__forceinline__ bool elect_one(unsigned mask = 0xffffffffu, CK_LINE) {
  uint32_t leader = 0;
  ckrt_rendezvous(mask, ckrt::elect, &leader, line, "elect.sync");
  return leader == ckrt::lane();
}
#endif
}  // namespace ptx
