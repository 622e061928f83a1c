// What the checking mode remembers of an access to memory, and where: one cell for every aligned word of four bytes.
#pragma once
#include <stdint.h>

#include "runtime/abi.h"

namespace ckrt {
enum AccessFlags : uint8_t {
  kWrite = CKRT_WRITE,
  kAtomic = CKRT_ATOMIC,
  kVolatile = CKRT_VOLATILE,
  kReadOnly = CKRT_READ_ONLY,
  kAsync = 16,       // by an asynchronous operation: done once somebody has waited for it
  kAsyncProxy = 32,  // through the async proxy
  kBlockScope = 64,  // an atomic one that counts for the threads of its block alone
};

struct Access {
  uint32_t block;  // its number in the grid + 1; 0 = no access
  uint32_t clock;  // the thread's own time; of an asynchronous operation its number in the launch
  uint64_t pc;
  uint16_t thread;
  uint8_t mask;  // which bytes of the word
  uint8_t flags;
  uint32_t size;
};

// The last write and the reads since, of which three are kept: the first, one of another warp or block (which a __syncwarp does not
// order), and the latest. Where many threads read, one that is not ordered before a later write is then nearly always among them.
struct Cell {
  Access write, reads[3];
  uint64_t serial;  // the launch (global memory) or the block (shared memory) that the cell speaks of; others are over
  uint32_t split;   // 0, or the number of the four byte cells that took over when bytes of the word were accessed apart
};
}  // namespace ckrt
