// A product of a warpgroup is read for by all its 128 threads: each of them has to know of what was written to the operands. The
// issue of the product is entered for the last thread to arrive; the others are looked at here.
#include <unordered_set>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
// Every write is looked at once, however many words it has left behind.
static uint64_t key_of(const Access& write) { return (uint64_t)write.block << 48 ^ (uint64_t)write.thread << 38 ^ (uint64_t)write.flags << 32 ^ write.clock; }

void Checker::read_by_warpgroup(Fiber* last, const ckrt_async& request, uint32_t record, uint64_t pc) {
  std::unordered_set<uint64_t> seen;
  uint64_t latest = 0;
  const uint32_t first = last->linear / kWarpgroup * kWarpgroup;
  const auto look_at = [&](const Cell& cell, const Place& place, uintptr_t address) {
    const Access& write = cell.write;
    const uint64_t key = key_of(write);
    if (write.block == 0 || key == latest || !seen.insert(key).second) return;
    latest = key;
    for (uint32_t thread = first; thread < first + kWarpgroup; ++thread) {
      const bool own = write.block == number_ && write.thread == thread && !(write.flags & kAsync);
      if (thread == last->linear || own || ordered(thread, write)) continue;
      const Access now{number_, record, pc, (uint16_t)thread, 0xF, kAsync | kAsyncProxy, 4};
      race(fiber(worker_, thread), write, now, place.kind, address);
      return;
    }
  };
  for (uint32_t i = 0; i < request.range_count; ++i) {
    const auto address = (uintptr_t)request.ranges[i].address;
    const Place place = locate(last, address, request.ranges[i].bytes, kAsync | kAsyncProxy, pc);
    for (uint32_t word = 0; place.cells != nullptr && word < request.ranges[i].bytes / 4; ++word) {
      const Cell& cell = place.cells[word];
      if (cell.serial != place.serial) continue;
      if (cell.split == 0) look_at(cell, place, address + 4 * word);
      else for (const Cell& byte : (*place.split)[cell.split - 1]) look_at(byte, place, address + 4 * word);
    }
  }
}
}  // namespace ckrt
