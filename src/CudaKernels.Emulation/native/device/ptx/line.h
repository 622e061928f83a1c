// The caller's line where a plain number would be ambiguous.
#pragma once

namespace ckrt {
struct Line {
  int number;
  static constexpr Line here(int line = __builtin_LINE()) { return {line}; }
};
}  // namespace ckrt

#define CK_CALLER ckrt::Line caller = ckrt::Line::here()
