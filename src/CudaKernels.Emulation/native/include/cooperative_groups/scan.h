// Prefix sums of a group, in the order of ranks. The first thread of an exclusive scan gets the operator's neutral value.
#pragma once
#include <limits>

#include "cooperative_groups.h"
#include "cooperative_groups/operators.h"

namespace cooperative_groups {
template <class Group, class T, class Op> inline T inclusive_scan(const Group& group, T value, Op&& op, CK_LINE) {
  const unsigned rank = group.thread_rank();
  for (unsigned distance = 1; distance < group.size(); distance *= 2) {
    const T before = group.shfl_up(value, distance, line);
    if (rank >= distance) value = op(before, value);
  }
  return value;
}
template <class Group, class T> inline T inclusive_scan(const Group& group, T value, CK_LINE) { return inclusive_scan(group, value, plus<T>{}, line); }

namespace lanes {
template <class Op, class T> inline T neutral() {
  using Operator = std::remove_cvref_t<Op>;
  if constexpr (std::is_same_v<Operator, bit_and<T>> || std::is_same_v<Operator, bit_and<void>>) return (T)~T{};
  else if constexpr (std::is_same_v<Operator, less<T>> || std::is_same_v<Operator, less<void>>) return std::numeric_limits<T>::max();
  else if constexpr (std::is_same_v<Operator, greater<T>> || std::is_same_v<Operator, greater<void>>) return std::numeric_limits<T>::lowest();
  else return T{};
}
}  // namespace lanes

template <class Group, class T, class Op> inline T exclusive_scan(const Group& group, T value, Op&& op, CK_LINE) {
  const T before = group.shfl_up(inclusive_scan(group, value, op, line), 1, line);
  return group.thread_rank() == 0 ? lanes::neutral<Op, T>() : before;
}
template <class Group, class T> inline T exclusive_scan(const Group& group, T value, CK_LINE) { return exclusive_scan(group, value, plus<T>{}, line); }
}  // namespace cooperative_groups
