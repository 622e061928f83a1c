// The emulated twin of common/ptx/stmatrix.cuh.
#pragma once
#include "device/ptx/matrix_rows.h"

#if __CUDA_ARCH__ >= 900
namespace ckrt {
template <bool kTransposed, int N> __forceinline__ void stmatrix(u32 address, const u32 (&r)[N], int line) {
  static_assert(N == 1 || N == 2 || N == 4, "stmatrix stores one, two or four matrices");
  MatrixRows<N> rows;
  rows.address = address;
  for (int i = 0; i < N; ++i) rows.registers[i] = r[i];
  ckrt_warp_instruction(MatrixRows<N>::template store<kTransposed>, &rows, line, "stmatrix");
}
}  // namespace ckrt

namespace ptx {
template <int N> __forceinline__ void stmatrix(u32 address, const u32 (&r)[N], CK_LINE) { ckrt::stmatrix<false>(address, r, line); }
template <int N> __forceinline__ void stmatrix_trans(u32 address, const u32 (&r)[N], CK_LINE) { ckrt::stmatrix<true>(address, r, line); }
}  // namespace ptx
#endif
