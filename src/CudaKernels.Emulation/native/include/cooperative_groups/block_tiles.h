// Tiles of several warps: 64 to 512 threads, which meet by counting in the block's tile memory.
#pragma once
#include "cooperative_groups/partitions.h"

namespace cooperative_groups {
template <unsigned Size> class block_tile {
  static_assert(Size == 64 || Size == 128 || Size == 256 || Size == 512, "tiles of several warps have 64, 128, 256 or 512 threads");

 public:
  explicit block_tile(tiles::Memory memory) : memory_(memory) {}
  static unsigned thread_rank() { return ckrt::self()->linear % Size; }
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  static unsigned meta_group_rank() { return ckrt::self()->linear / Size; }
  static unsigned meta_group_size() { return (ckrt::self()->block->thread_count + Size - 1) / Size; }

  // The count only grows: a thread waits for the end of the round that it has arrived in.
  void sync(int = 0) const {
    unsigned* arrived = memory_.arrived + meta_group_rank();
    __threadfence_block();
    const unsigned round = atomicAdd(arrived, 1u) / Size + 1;
    while (__atomic_load_n(arrived, __ATOMIC_RELAXED) < round * Size) ckrt_yield();
    __threadfence_block();
  }

  template <class T> T shfl(T value, unsigned rank) const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 32, "groups shuffle values of up to 32 bytes");
    auto* slot = (T*)(memory_.values + 4 * (ckrt::self()->linear / Size * (Size / 32)));
    if (thread_rank() == rank) *slot = value;
    sync();
    const T result = *slot;
    sync();
    return result;
  }
  // Every warp leaves one value; all combine them in the same order.
  template <class T, class Op> T reduce(T value, Op&& op, int line) const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 32, "groups reduce values of up to 32 bytes");
    for (unsigned distance = 16; distance > 0; distance /= 2) value = op(value, lanes::shuffle(0xffffffffu, value, (int)(ckrt::lane() ^ distance), line, "reduce"));
    auto slot = [&](unsigned warp) { return (T*)(memory_.values + 4 * (ckrt::self()->linear / Size * (Size / 32) + warp)); };
    if (ckrt::lane() == 0) *slot(thread_rank() / 32) = value;
    sync();
    value = *slot(0);
    for (unsigned warp = 1; warp < Size / 32; ++warp) value = op(value, *slot(warp));
    sync();
    return value;
  }
  int any(int predicate, CK_LINE) const { return reduce(predicate != 0, [](bool a, bool b) { return a || b; }, line); }
  int all(int predicate, CK_LINE) const { return reduce(predicate != 0, [](bool a, bool b) { return a && b; }, line); }

 private:
  tiles::Memory memory_;
};

template <unsigned Size> inline auto tiled_partition(const thread_block_with_memory& block) {
  if constexpr (Size <= 32) return tiled_partition<Size>((const thread_block&)block);
  else return block_tile<Size>(block.memory());
}
}  // namespace cooperative_groups
