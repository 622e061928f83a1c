// Copies by a whole group. Each thread copies its share at once, as a GPU may; who reads it before wait() has ordered the threads races.
#pragma once
#include "cooperative_groups.h"

namespace cooperative_groups {
template <class Group, class T, class U> inline void memcpy_async(const Group& group, T* target, const U* source, size_t bytes) {
  auto* to = (char*)target;
  auto* from = (const char*)source;
  const auto share = ((uintptr_t)to | (uintptr_t)from | bytes) % 16 == 0 ? 16u : ((uintptr_t)to | (uintptr_t)from | bytes) % 4 == 0 ? 4u : 1u;
  for (size_t at = group.thread_rank() * share; at < bytes; at += (size_t)group.size() * share) {
    if (share == 16) *(uint4*)(to + at) = *(const uint4*)(from + at);
    else if (share == 4) *(unsigned*)(to + at) = *(const unsigned*)(from + at);
    else to[at] = from[at];
  }
}
// By counts of elements: as many as both sides have.
template <class Group, class T> inline void memcpy_async(const Group& group, T* target, size_t target_count, const T* source, size_t source_count) {
  memcpy_async(group, target, source, (target_count < source_count ? target_count : source_count) * sizeof(T));
}
template <class Group> inline void wait(const Group& group, CK_LINE) { group.sync(line); }
template <unsigned Stages, class Group> inline void wait_prior(const Group& group, CK_LINE) { group.sync(line); }
}  // namespace cooperative_groups
