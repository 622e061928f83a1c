// The emulated twin of common/ptx/ldmatrix.cuh.
#pragma once
#include "device/ptx/matrix_rows.h"

namespace ckrt {
template <bool kTransposed, int N> __forceinline__ void ldmatrix(u32 (&r)[N], u32 address, int line) {
  static_assert(N == 1 || N == 2 || N == 4, "ldmatrix loads one, two or four matrices");
  MatrixRows<N> rows;
  rows.address = address;
  ckrt_warp_instruction(MatrixRows<N>::template load<kTransposed>, &rows, line, "ldmatrix");
  for (int i = 0; i < N; ++i) r[i] = rows.registers[i];
}
}  // namespace ckrt

namespace ptx {
template <int N> __forceinline__ void ldmatrix(u32 (&r)[N], u32 address, CK_LINE) { ckrt::ldmatrix<false>(r, address, line); }
template <int N> __forceinline__ void ldmatrix_trans(u32 (&r)[N], u32 address, CK_LINE) { ckrt::ldmatrix<true>(r, address, line); }
}  // namespace ptx
