// Which accesses are ordered before which: vector clocks of the threads of one block, and what they know of other blocks.
//   __syncthreads orders all threads of the block, __syncwarp the lanes of its mask, and nothing else does: not a shuffle, not a vote.
//   Between any threads, also of different blocks: a fence, then an atomic (or volatile) write to a word; an atomic (or volatile)
//   read of that word, then a fence or a __syncthreads. The second fence sees what the first one had seen. A fence of the block
//   (__threadfence_block), or an atomic of its scope, tells other blocks nothing and learns nothing of them.
//   mbarriers, named barriers and the cluster's barrier: who waits has seen what those who arrived had seen (SyncClocks).
// A write through the generic proxy has to pass a proxy fence on its way before the async proxy may read it: what has passed one is
// known beside what has been seen, and travels with it.
#pragma once
#include <stdint.h>

#include <memory>
#include <vector>

#include "check/access.h"
#include "check/sync_clocks.h"
#include "runtime/fiber.h"

namespace ckrt {
// What a thread had seen when it executed a fence.
struct Snapshot {
  uint32_t block;
  ClockVector own;
  ForeignClocks foreign;
  Knowledge proxied;
};

// The threads that a fence or an atomic is for.
enum class Scope { kBlock, kDevice };

// The snapshots that writes to one word have published, oldest first.
struct SyncWord {
  struct Published {
    std::shared_ptr<const Snapshot> seen;
    Scope scope;
  };
  std::vector<Published> published;
};

class Clocks {
 public:
  void begin_block(uint32_t block, uint32_t threads);

  uint32_t now(uint32_t thread) const { return threads_[thread].clock; }
  bool ordered(uint32_t thread, const Access& earlier) const;

  void block_barrier();
  void warp_barrier(uint32_t warp, uint32_t lanes);
  void fence(uint32_t thread, Scope scope);
  // An atomic or volatile access to a word, under the launch's record of it.
  void publish(uint32_t thread, SyncWord& word, bool replaces, Scope scope);
  void observe(uint32_t thread, const std::shared_ptr<SyncWord>& word, Scope scope);
  void acquire(uint32_t thread, const SyncWord& word, size_t count, Scope scope);
  // Arriving at a barrier, and having waited there.
  void release(uint32_t thread, SyncClocks& into);
  void acquire(uint32_t thread, const SyncClocks& from);

  void proxy_fence(uint32_t thread);
  bool proxied(uint32_t thread, const Access& earlier) const;
  // Whether the thread has heard of a block at all, and whether any thread knows of an access.
  bool knows_block(uint32_t thread, uint32_t block) const;
  bool ordered_for_any(const Access& earlier) const;

 private:
  // How many of a word's snapshots have been read: at all, and by accesses of the device's scope.
  struct Observed {
    std::shared_ptr<SyncWord> word;
    size_t count, of_device;
  };
  struct ThreadClocks {
    uint32_t clock;
    uint32_t warp[32];  // what it knows of the lanes of its warp beyond the block's common knowledge
    std::unique_ptr<ClockVector> far;  // the same of any thread of the block, learned through memory
    ForeignClocks foreign;
    std::shared_ptr<const Snapshot> fenced, fenced_block;  // by its last fence of the device, and by its last one
    std::vector<Observed> observed;  // since the last fence
    std::unique_ptr<Knowledge> proxied;
  };

  ClockVector seen(uint32_t thread) const;
  void acquire(uint32_t thread, const Observed& observed, Scope scope);
  Knowledge& proxied_of(uint32_t thread);

  uint32_t known(uint32_t thread, uint32_t other) const;
  std::shared_ptr<const Snapshot> snapshot(uint32_t thread) const;

  uint32_t block_ = 0, count_ = 0;
  uint32_t base_[kFibersPerWorker];  // what all threads know since the last block barrier
  ForeignClocks foreign_;
  bool touched_[kFibersPerWorker / 32];  // warps in which a lane knows more than that
  Knowledge proxied_;                    // of all threads since the last block barrier
  bool uses_proxies_ = false;            // whether there has been a proxy fence
  bool learned_ = false;                 // whether a thread has learned through memory since the last block barrier
  std::vector<ThreadClocks> threads_;
};
}  // namespace ckrt
