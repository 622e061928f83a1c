// Groups within a warp: any set of lanes (coalesced_group), and tiles of a power of two. Ranks count the lanes of the mask from the
// lowest; values of up to 32 bytes are moved in pieces of eight.
#pragma once
#include "cooperative_groups/block_groups.h"

namespace cooperative_groups {
namespace lanes {
inline unsigned rank(unsigned mask) { return (unsigned)__builtin_popcount(mask & ((1u << ckrt::lane()) - 1)); }
inline unsigned count(unsigned mask) { return (unsigned)__builtin_popcount(mask); }
// The lane of a rank.
inline int lane_of(unsigned mask, unsigned rank) {
  for (; rank != 0; --rank) mask &= mask - 1;
  return mask == 0 ? 0 : __builtin_ctz(mask);
}
// A mask of lanes as a mask of ranks, and back.
inline unsigned pack(unsigned bits, unsigned mask) {
  unsigned packed = 0, rank = 0;
  for (unsigned rest = mask; rest != 0; rest &= rest - 1, ++rank) packed |= (bits >> __builtin_ctz(rest) & 1u) << rank;
  return packed;
}
inline unsigned unpack(unsigned ranks, unsigned mask) {
  unsigned bits = 0;
  for (unsigned rest = mask; rest != 0; rest &= rest - 1, ranks >>= 1) bits |= (ranks & 1u) << __builtin_ctz(rest);
  return bits;
}
template <class T> inline T shuffle(unsigned mask, T value, int source, int line, const char* name) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 32, "groups shuffle values of up to 32 bytes");
  if constexpr (sizeof(T) <= 8) {
    return ckrt::shuffle(mask, value, source, line, name);
  } else {
    unsigned long long pieces[4] = {};
    memcpy(pieces, &value, sizeof value);
    for (unsigned i = 0; i * 8 < sizeof(T); ++i) pieces[i] = ckrt::shuffle(mask, pieces[i], source, line, name);
    memcpy(&value, pieces, sizeof value);
    return value;
  }
}
}  // namespace lanes

// What coalesced groups and tiles have in common.
class lane_group {
 public:
  unsigned thread_rank() const { return lanes::rank(mask_); }
  unsigned meta_group_rank() const { return meta_rank_; }
  unsigned meta_group_size() const { return meta_size_; }
  void sync(CK_LINE) const { __syncwarp(mask_, line); }
  template <class T> T shfl(T value, unsigned rank, CK_LINE) const { return lanes::shuffle(mask_, value, lanes::lane_of(mask_, rank % lanes::count(mask_)), line, "shfl"); }
  template <class T> T shfl_up(T value, unsigned delta, CK_LINE) const {
    const unsigned rank = thread_rank();
    return lanes::shuffle(mask_, value, rank >= delta ? lanes::lane_of(mask_, rank - delta) : (int)ckrt::lane(), line, "shfl_up");
  }
  template <class T> T shfl_down(T value, unsigned delta, CK_LINE) const {
    const unsigned rank = thread_rank();
    return lanes::shuffle(mask_, value, rank + delta < lanes::count(mask_) ? lanes::lane_of(mask_, rank + delta) : (int)ckrt::lane(), line, "shfl_down");
  }
  int any(int predicate, CK_LINE) const { return __any_sync(mask_, predicate, line); }
  int all(int predicate, CK_LINE) const { return __all_sync(mask_, predicate, line); }
  unsigned ballot(int predicate, CK_LINE) const { return lanes::pack(__ballot_sync(mask_, predicate, line), mask_); }
  template <class T> unsigned match_any(T value, CK_LINE) const { return lanes::pack(__match_any_sync(mask_, value, line), mask_); }
  template <class T> unsigned match_all(T value, int& predicate, CK_LINE) const { return lanes::pack(__match_all_sync(mask_, value, &predicate, line), mask_); }
  // Of the software device: the lanes of the warp.
  unsigned lane_mask() const { return mask_; }

 protected:
  lane_group(unsigned mask, unsigned meta_rank, unsigned meta_size) : mask_(mask), meta_rank_(meta_rank), meta_size_(meta_size) {}
  unsigned mask_, meta_rank_, meta_size_;
};

class coalesced_group : public lane_group {
 public:
  coalesced_group(unsigned mask, unsigned meta_rank, unsigned meta_size) : lane_group(mask, meta_rank, meta_size) {}
  unsigned size() const { return lanes::count(mask_); }
  unsigned num_threads() const { return size(); }
};
// The lanes that have come to this line together.
inline coalesced_group coalesced_threads(CK_LINE) { return {ckrt_converged_lanes(line), 0, 1}; }

template <unsigned Size, class Parent = void> class thread_block_tile : public lane_group {
  static_assert(Size >= 1 && Size <= 32 && (Size & (Size - 1)) == 0, "a tile is a power of two; one of more than 32 threads is made of a block with block_tile_memory");

 public:
  thread_block_tile(unsigned meta_rank, unsigned meta_size) : lane_group((Size == 32 ? 0xffffffffu : (1u << Size % 32) - 1) << ckrt::lane() / Size * Size, meta_rank, meta_size) {}
  // A tile of a tile is a tile.
  template <class Other> thread_block_tile(const thread_block_tile<Size, Other>& other) : lane_group(other) {}
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  template <class T> T shfl_xor(T value, unsigned ranks, CK_LINE) const {
    const unsigned other = thread_rank() ^ ranks;
    return lanes::shuffle(mask_, value, other < Size ? lanes::lane_of(mask_, other) : (int)ckrt::lane(), line, "shfl_xor");
  }
};

// Any of the groups above, or a block.
class thread_group {
 public:
  thread_group(const thread_block&) : mask_(0), meta_rank_(0), meta_size_(1) {}
  thread_group(const lane_group& group) : mask_(group.lane_mask()), meta_rank_(group.meta_group_rank()), meta_size_(group.meta_group_size()) {}
  bool is_block() const { return mask_ == 0; }
  unsigned lane_mask() const { return mask_; }
  unsigned thread_rank() const { return is_block() ? thread_block::thread_rank() : lanes::rank(mask_); }
  unsigned size() const { return is_block() ? thread_block::size() : lanes::count(mask_); }
  unsigned num_threads() const { return size(); }
  void sync(CK_LINE) const {
    if (is_block()) thread_block::sync(line);
    else __syncwarp(mask_, line);
  }

 private:
  unsigned mask_, meta_rank_, meta_size_;  // no lanes: the block
};
}  // namespace cooperative_groups
