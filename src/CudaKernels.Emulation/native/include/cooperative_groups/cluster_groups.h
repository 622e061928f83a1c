// The blocks of a cluster, their barrier and one another's shared memory.
#pragma once
#include "runtime/async_abi.h"

namespace cooperative_groups {
class cluster_group {
 public:
  static unsigned block_rank() { return ckrt::self()->block->cluster_rank; }
  static unsigned num_blocks() {
    const auto size = ckrt::self()->block->cluster_size;
    return size.x * size.y * size.z;
  }
  static unsigned num_threads() { return num_blocks() * ckrt::self()->block->thread_count; }
  static unsigned size() { return num_threads(); }
  static unsigned thread_rank() { return block_rank() * ckrt::self()->block->thread_count + ckrt::self()->linear; }
  static dim3 dim_blocks() { return ckrt::vector(ckrt::self()->block->cluster_size); }
  static dim3 block_index() {
    const dim3 size = dim_blocks();
    const uint3 block = ckrt::block_index();
    return dim3(block.x % size.x, block.y % size.y, block.z % size.z);
  }
  static void barrier_arrive(CK_LINE) { ckrt_cluster_arrive(1, line); }
  static void barrier_wait(CK_LINE) { ckrt_cluster_wait(1, line); }
  static void sync(CK_LINE) {
    ckrt_cluster_arrive(1, line);
    ckrt_cluster_wait(1, line);
  }
  // The same variable in the shared memory of another block, as a plain pointer.
  template <class T> static T* map_shared_rank(T* variable, int rank, CK_LINE) { return (T*)ckrt_map_pointer((const void*)variable, (unsigned)rank, line); }
  static unsigned query_shared_rank(const void* address, CK_LINE) { return ckrt_pointer_rank(address, line); }
};
inline cluster_group this_cluster() { return {}; }
}  // namespace cooperative_groups
