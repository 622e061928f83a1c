// Which accesses are ordered before which: vector clocks of the threads of one block, and what they know of other blocks.
//   __syncthreads orders all threads of the block, __syncwarp the lanes of its mask, and nothing else does: not a shuffle, not a vote.
//   Between any threads, also of different blocks: a fence, then an atomic (or volatile) write to a word; an atomic (or volatile)
//   read of that word, then a fence or a __syncthreads. The second fence sees what the first one had seen.
#pragma once
#include <stdint.h>

#include <map>
#include <memory>
#include <vector>

#include "check/access.h"
#include "runtime/fiber.h"

namespace ckrt {
using ClockVector = std::vector<uint32_t>;
// The clocks of other blocks' threads, by block.
using ForeignClocks = std::map<uint32_t, std::shared_ptr<const ClockVector>>;

// What a thread had seen when it executed a fence.
struct Snapshot {
  uint32_t block;
  ClockVector own;
  ForeignClocks foreign;
};

// The snapshots that writes to one word have published, oldest first.
struct SyncWord {
  std::vector<std::shared_ptr<const Snapshot>> published;
};

class Clocks {
 public:
  void begin_block(uint32_t block, uint32_t threads);

  uint32_t now(uint32_t thread) const { return threads_[thread].clock; }
  bool ordered(uint32_t thread, const Access& earlier) const;

  void block_barrier();
  void warp_barrier(uint32_t warp, uint32_t lanes);
  void fence(uint32_t thread);
  // An atomic or volatile access to a word, under the launch's record of it.
  void publish(uint32_t thread, SyncWord& word, bool replaces);
  void observe(uint32_t thread, const std::shared_ptr<SyncWord>& word);
  void acquire(uint32_t thread, const SyncWord& word, size_t count);

 private:
  struct ThreadClocks {
    uint32_t clock;
    uint32_t warp[32];  // what it knows of the lanes of its warp beyond the block's common knowledge
    std::unique_ptr<ClockVector> far;  // the same of any thread of the block, learned through memory
    ForeignClocks foreign;
    std::shared_ptr<const Snapshot> fenced;
    std::vector<std::pair<std::shared_ptr<SyncWord>, size_t>> observed;  // since the last fence
  };

  uint32_t known(uint32_t thread, uint32_t other) const;
  std::shared_ptr<const Snapshot> snapshot(uint32_t thread) const;

  uint32_t block_ = 0, count_ = 0;
  uint32_t base_[kFibersPerWorker];  // what all threads know since the last block barrier
  ForeignClocks foreign_;
  bool touched_[kFibersPerWorker / 32];  // warps in which a lane knows more than that
  bool learned_ = false;                 // whether a thread has learned through memory since the last block barrier
  std::vector<ThreadClocks> threads_;
};
}  // namespace ckrt
