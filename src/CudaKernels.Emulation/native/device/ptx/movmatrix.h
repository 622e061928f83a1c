// The emulated twin of common/ptx/movmatrix.cuh.
#pragma once

namespace ckrt {
struct Movmatrix { u32 from, to; };

CK_QUIET inline void movmatrix(void** lanes, uint32_t) {
  for (int lane = 0; lane < 32; ++lane) {
    auto* mine = (Movmatrix*)lanes[lane];
    mine->to = 0;
    for (int half = 0; half < 2; ++half) {
      const int row = 2 * (lane % 4) + half, column = lane / 4;
      const u32 source = ((const Movmatrix*)lanes[4 * row + column / 2])->from;
      mine->to |= (source >> (16 * (column % 2)) & 0xffffu) << (16 * half);
    }
  }
}
}  // namespace ckrt

namespace ptx {
__forceinline__ u32 movmatrix_trans(u32 a, CK_LINE) {
  ckrt::Movmatrix moved{a, 0};
  ckrt_warp_instruction(ckrt::movmatrix, &moved, line, "movmatrix");
  return moved.to;
}
}  // namespace ptx
