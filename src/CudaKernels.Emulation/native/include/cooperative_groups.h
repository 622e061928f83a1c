// Cooperative groups for users' kernels on the software device: blocks, tiles of a power of two, the cluster, the grid, and
// reductions.
#pragma once
#include "runtime/async_abi.h"

namespace cooperative_groups {
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
};
inline thread_block this_thread_block() { return {}; }

class grid_group {
 public:
  static unsigned long long size() { return (unsigned long long)blocks() * ckrt::self()->block->thread_count; }
  static unsigned long long num_threads() { return size(); }
  static unsigned long long thread_rank() { return (unsigned long long)block_rank() * ckrt::self()->block->thread_count + ckrt::self()->linear; }
  static unsigned long long block_rank() {
    const auto* block = ckrt::self()->block;
    return block->block.x + (unsigned long long)block->grid_size.x * (block->block.y + (unsigned long long)block->grid_size.y * block->block.z);
  }
  static unsigned long long num_blocks() { return blocks(); }
  static dim3 group_dim() { return ckrt::grid_size(); }
  static bool is_valid() { return true; }
  static void sync(CK_LINE) {
    ckrt_barrier(0, 0, line);
    if (ckrt::self()->linear == 0) ckrt_grid_barrier(line);
    ckrt_barrier(0, 0, line);
  }

 private:
  static unsigned long long blocks() {
    const auto size = ckrt::self()->block->grid_size;
    return (unsigned long long)size.x * size.y * size.z;
  }
};
inline grid_group this_grid() { return {}; }

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

template <unsigned Size> class thread_block_tile {
  static_assert(Size >= 1 && Size <= 32 && (Size & (Size - 1)) == 0, "a tile is a power of two of at most 32 threads");

 public:
  static unsigned thread_rank() { return ckrt::self()->linear % Size; }
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  static unsigned meta_group_rank() { return ckrt::self()->linear / Size; }
  static unsigned meta_group_size() { return (ckrt::self()->block->thread_count + Size - 1) / Size; }
  static void sync(CK_LINE) { __syncwarp(mask(), line); }
  template <class T> static T shfl(T value, int source, CK_LINE) { return __shfl_sync(mask(), value, source, Size, line); }
  template <class T> static T shfl_xor(T value, int lanes, CK_LINE) { return __shfl_xor_sync(mask(), value, lanes, Size, line); }
  template <class T> static T shfl_down(T value, unsigned delta, CK_LINE) { return __shfl_down_sync(mask(), value, delta, Size, line); }
  template <class T> static T shfl_up(T value, unsigned delta, CK_LINE) { return __shfl_up_sync(mask(), value, delta, Size, line); }
  static int any(int predicate, CK_LINE) { return __any_sync(mask(), predicate, line); }
  static int all(int predicate, CK_LINE) { return __all_sync(mask(), predicate, line); }
  template <class T> static unsigned match_any(T value, CK_LINE) { return __match_any_sync(mask(), value, line) >> first(); }
  static unsigned ballot(int predicate, CK_LINE) { return __ballot_sync(mask(), predicate, line) >> first(); }

 private:
  static unsigned first() { return ckrt::lane() / Size * Size; }
  static unsigned mask() { return (Size == 32 ? 0xffffffffu : ((1u << Size) - 1)) << first(); }
};
template <unsigned Size, class Group> inline thread_block_tile<Size> tiled_partition(const Group&) { return {}; }

template <class T> struct plus { T operator()(T a, T b) const { return a + b; } };
template <class T> struct less { T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T> struct greater { T operator()(T a, T b) const { return a < b ? b : a; } };
template <class T> struct bit_and { T operator()(T a, T b) const { return a & b; } };
template <class T> struct bit_or { T operator()(T a, T b) const { return a | b; } };
template <class T> struct bit_xor { T operator()(T a, T b) const { return a ^ b; } };

template <unsigned Size, class T, class Op> inline T reduce(const thread_block_tile<Size>& tile, T value, Op op, CK_LINE) {
  for (int distance = Size / 2; distance > 0; distance /= 2) value = op(value, tile.shfl_xor(value, distance, line));
  return value;
}
template <class Group> inline void sync(const Group& group, CK_LINE) { group.sync(line); }
}  // namespace cooperative_groups
