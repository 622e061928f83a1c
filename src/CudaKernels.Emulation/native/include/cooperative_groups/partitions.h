// Groups made of groups.
#pragma once
#include "cooperative_groups/warp_groups.h"

namespace cooperative_groups {
template <unsigned Size> inline thread_block_tile<Size, thread_block> tiled_partition(const thread_block&) {
  return {ckrt::self()->linear / Size, (ckrt::self()->block->thread_count + Size - 1) / Size};
}
template <unsigned Size, unsigned Outer, class Parent> inline thread_block_tile<Size, thread_block_tile<Outer>> tiled_partition(const thread_block_tile<Outer, Parent>& parent) {
  static_assert(Size <= Outer, "a tile of a tile is no larger than it");
  return {parent.thread_rank() / Size, Outer / Size};
}

// Of any lanes: consecutive ranks, the last tile may have fewer.
inline coalesced_group tiled_partition(const coalesced_group& parent, unsigned size) {
  const unsigned tile = parent.thread_rank() / size, ranks = size >= 32 ? 0xffffffffu : ((1u << size) - 1) << tile * size;
  return {lanes::unpack(ranks, parent.lane_mask()), tile, (parent.size() + size - 1) / size};
}
template <unsigned Size> inline coalesced_group tiled_partition(const coalesced_group& parent) { return tiled_partition(parent, Size); }
inline thread_group tiled_partition(const thread_group& parent, unsigned size) {
  const unsigned lanes_of_warp = ckrt::self()->block->thread_count - ckrt::self()->linear / 32 * 32;
  const unsigned mask = parent.is_block() ? (lanes_of_warp >= 32 ? 0xffffffffu : (1u << lanes_of_warp) - 1) : parent.lane_mask();
  return tiled_partition(coalesced_group(mask, 0, 1), size);
}
inline thread_group tiled_partition(const thread_block& parent, unsigned size) { return tiled_partition(thread_group(parent), size); }

template <class Group> inline coalesced_group binary_partition(const Group& group, bool predicate, CK_LINE) {
  const unsigned yes = __ballot_sync(group.lane_mask(), predicate, line);
  return {predicate ? yes : group.lane_mask() & ~yes, predicate ? 1u : 0u, 2};
}
template <class Group, class Label> inline coalesced_group labeled_partition(const Group& group, Label label, CK_LINE) {
  static_assert(std::is_integral_v<Label>, "labels are integers");
  const unsigned mine = __match_any_sync(group.lane_mask(), label, line);
  // The lowest lane of each label stands for it.
  const unsigned leaders = __ballot_sync(group.lane_mask(), ckrt::lane() == (unsigned)__builtin_ctz(mine), line);
  return {mine, lanes::count(leaders & ((1u << __builtin_ctz(mine)) - 1)), lanes::count(leaders)};
}

template <class Group, class F, class... Arguments> inline void invoke_one(const Group& group, F&& function, Arguments&&... arguments) {
  if (group.thread_rank() == 0) function(std::forward<Arguments>(arguments)...);
}
template <class Group, class F, class... Arguments> inline auto invoke_one_broadcast(const Group& group, F&& function, Arguments&&... arguments) {
  decltype(function(std::forward<Arguments>(arguments)...)) result{};
  if (group.thread_rank() == 0) result = function(std::forward<Arguments>(arguments)...);
  return group.shfl(result, 0);
}
}  // namespace cooperative_groups
