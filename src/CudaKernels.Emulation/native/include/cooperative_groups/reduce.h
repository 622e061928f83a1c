// reduce: every thread of the group gets the value of all.
#pragma once
#include "cooperative_groups.h"
#include "cooperative_groups/operators.h"

namespace cooperative_groups {
template <unsigned Size, class Parent, class T, class Op> inline T reduce(const thread_block_tile<Size, Parent>& tile, T value, Op&& op, CK_LINE) {
  for (unsigned distance = Size / 2; distance > 0; distance /= 2) value = op(value, tile.shfl_xor(value, distance, line));
  return value;
}
template <class T, class Op> inline T reduce(const coalesced_group& group, T value, Op&& op, CK_LINE) {
  T result = group.shfl(value, 0, line);
  for (unsigned rank = 1; rank < group.size(); ++rank) result = op(result, group.shfl(value, rank, line));
  return result;
}
template <unsigned Size, class T, class Op> inline T reduce(const block_tile<Size>& tile, T value, Op&& op, CK_LINE) { return tile.reduce(value, op, line); }
template <class Group, class T, class Op> inline void reduce_store_async(const Group& group, T* target, T value, Op&& op, CK_LINE) {
  const T result = reduce(group, value, op, line);
  if (group.thread_rank() == 0) *target = result;
}
}  // namespace cooperative_groups
