// Groups of whole blocks: the block itself, the grid, and thread_group, which stands for any group.
#pragma once

namespace cooperative_groups {
class thread_group;

class thread_block {
 public:
  static unsigned thread_rank() { return ckrt::self()->linear; }
  static unsigned size() { return ckrt::self()->block->thread_count; }
  static unsigned num_threads() { return size(); }
  static dim3 group_index() { return ckrt::block_index(); }
  static dim3 thread_index() { return ckrt::thread_index(); }
  static dim3 group_dim() { return ckrt::block_size(); }
  static dim3 dim_threads() { return ckrt::block_size(); }
  static void sync(CK_LINE) { ckrt_barrier(0, 0, line); }
  // Arriving and waiting apart: nothing may pass the wait before all have arrived, so that waiting alone meets the barrier.
  struct arrival_token {};
  static arrival_token barrier_arrive() { return {}; }
  static void barrier_wait(arrival_token&&, CK_LINE) { sync(line); }
};
inline thread_block this_thread_block() { return {}; }

// What tiles of several warps meet in and pass values through; a kernel declares it as shared memory.
template <unsigned MaxBlockSize = 1024> struct block_tile_memory {
  unsigned arrived[MaxBlockSize / 64 + 1];
  unsigned long long values[4 * (MaxBlockSize / 32)];
};
namespace tiles {
struct Memory {
  unsigned* arrived;
  unsigned long long* values;
};
}  // namespace tiles
class thread_block_with_memory : public thread_block {
 public:
  explicit thread_block_with_memory(tiles::Memory memory) : memory_(memory) {}
  tiles::Memory memory() const { return memory_; }

 private:
  tiles::Memory memory_;
};
template <unsigned MaxBlockSize> inline thread_block_with_memory this_thread_block(block_tile_memory<MaxBlockSize>& memory, CK_LINE) {
  for (unsigned i = ckrt::self()->linear; i < MaxBlockSize / 64 + 1; i += ckrt::self()->block->thread_count) memory.arrived[i] = 0;
  ckrt_barrier(0, 0, line);
  return thread_block_with_memory({memory.arrived, memory.values});
}

class grid_group {
 public:
  static unsigned long long size() { return num_blocks() * ckrt::self()->block->thread_count; }
  static unsigned long long num_threads() { return size(); }
  static unsigned long long thread_rank() { return block_rank() * ckrt::self()->block->thread_count + ckrt::self()->linear; }
  static unsigned long long block_rank() {
    const dim3 block = block_index(), count = ckrt::grid_size();
    return block.x + (unsigned long long)count.x * (block.y + (unsigned long long)count.y * block.z);
  }
  static unsigned long long num_blocks() {
    const dim3 count = ckrt::grid_size();
    return (unsigned long long)count.x * count.y * count.z;
  }
  static dim3 block_index() { return ckrt::block_index(); }
  static dim3 dim_blocks() { return ckrt::grid_size(); }
  static dim3 group_dim() { return ckrt::grid_size(); }
  static bool is_valid() { return ckrt_is_cooperative() != 0; }
  static void sync(CK_LINE) {
    ckrt_barrier(0, 0, line);
    if (ckrt::self()->linear == 0) ckrt_grid_barrier(line);
    ckrt_barrier(0, 0, line);
  }
  struct arrival_token {};
  static arrival_token barrier_arrive() { return {}; }
  static void barrier_wait(arrival_token&&, CK_LINE) { sync(line); }
};
inline grid_group this_grid() { return {}; }

template <class Group> inline void sync(const Group& group, CK_LINE) { group.sync(line); }
template <class Group> inline auto thread_rank(const Group& group) { return group.thread_rank(); }
template <class Group> inline auto group_size(const Group& group) { return group.size(); }
}  // namespace cooperative_groups
