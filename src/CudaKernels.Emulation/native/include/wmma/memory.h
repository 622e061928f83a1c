// load_matrix_sync and store_matrix_sync: the lanes meet, then each moves its own elements, so that every access is checked.
#pragma once
#include "wmma/fragment.h"

namespace nvcuda {
namespace wmma {
CK_QUIET inline void meet_all(void**, uint32_t) {}

// Every row (or column) of a fragment must start at a multiple of its own size, at most 32 bytes.
template <class Fragment, class Memory> inline void require_aligned(const Memory* memory, unsigned leading, bool row_major, int line) {
  const size_t length = (row_major ? Fragment::columns : Fragment::rows) * sizeof(Memory), alignment = length < 32 ? length : 32;
  char text[160];
  if ((uintptr_t)memory % alignment != 0) {
    snprintf(text, sizeof text, "the matrix of a wmma load or store starts at 0x%llx, which is no multiple of %d", (unsigned long long)(uintptr_t)memory, (int)alignment);
    ckrt_fail(CKRT_MISALIGNED, line, text);
  }
  if (leading * sizeof(Memory) % 16 != 0) ckrt_fail(CKRT_MISALIGNED, line, "the leading dimension of a wmma load or store is no multiple of 16 bytes");
}

template <class Fragment, class F> inline void each_element(Fragment& fragment, unsigned leading, bool row_major, F move) {
  for (int i = 0; i < Fragment::num_elements; ++i) {
    const unsigned position = Fragment::position(ckrt::lane(), i), row = position / Fragment::columns, column = position % Fragment::columns;
    move(fragment.x[i], row_major ? row * (size_t)leading + column : column * (size_t)leading + row);
  }
}

template <class Use, int M, int N, int K, class T, class Layout, class Memory>
inline void load_matrix_sync(fragment<Use, M, N, K, T, Layout>& target, const Memory* memory, unsigned leading, CK_LINE) {
  static_assert(!std::is_same_v<Use, accumulator>, "an accumulator is loaded with a layout: mem_row_major or mem_col_major");
  ckrt_rendezvous(0xffffffffu, meet_all, nullptr, line, "wmma::load_matrix_sync");
  require_aligned<fragment<Use, M, N, K, T, Layout>>(memory, leading, std::is_same_v<Layout, row_major>, line);
  each_element(target, leading, std::is_same_v<Layout, row_major>, [&](auto& element, size_t at) { element = memory[at]; });
}
template <int M, int N, int K, class T> inline void load_matrix_sync(fragment<accumulator, M, N, K, T>& target, const T* memory, unsigned leading, layout_t layout, CK_LINE) {
  ckrt_rendezvous(0xffffffffu, meet_all, nullptr, line, "wmma::load_matrix_sync");
  require_aligned<fragment<accumulator, M, N, K, T>>(memory, leading, layout == mem_row_major, line);
  each_element(target, leading, layout == mem_row_major, [&](T& element, size_t at) { element = memory[at]; });
}
template <int M, int N, int K, class T> inline void store_matrix_sync(T* memory, const fragment<accumulator, M, N, K, T>& source, unsigned leading, layout_t layout, CK_LINE) {
  ckrt_rendezvous(0xffffffffu, meet_all, nullptr, line, "wmma::store_matrix_sync");
  require_aligned<fragment<accumulator, M, N, K, T>>(memory, leading, layout == mem_row_major, line);
  each_element(source, leading, layout == mem_row_major, [&](const T& element, size_t at) { memory[at] = element; });
}
}  // namespace wmma
}  // namespace nvcuda
