// What the threads that arrived at a barrier had seen, joined: what a thread that waits there may then take as done.
#pragma once
#include <stdint.h>

#include <map>
#include <memory>
#include <vector>

namespace ckrt {
using ClockVector = std::vector<uint32_t>;
// The clocks of other blocks' threads, by block.
using ForeignClocks = std::map<uint32_t, std::shared_ptr<const ClockVector>>;

// Takes the later of each pair of clocks.
void join(ClockVector& into, const ClockVector& clocks);
void join(ForeignClocks& into, uint32_t block, const std::shared_ptr<const ClockVector>& clocks);
void join(ForeignClocks& into, const ForeignClocks& clocks);

// Clocks of one block's threads and of other blocks'.
struct Knowledge {
  ClockVector own;  // empty: nothing
  ForeignClocks foreign;

  bool empty() const { return own.empty() && foreign.empty(); }
  void clear() {
    own.clear();
    foreign.clear();
  }
  void learn(const Knowledge& other) {
    join(own, other.own);
    join(foreign, other.foreign);
  }
};

struct SyncClocks {
  std::map<uint32_t, ClockVector> seen, proxied;  // by block

  void clear() {
    seen.clear();
    proxied.clear();
  }
  void join(const SyncClocks& other);
};
}  // namespace ckrt
