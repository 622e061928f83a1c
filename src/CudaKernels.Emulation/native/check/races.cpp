// Accesses to the same bytes in no order: what a word's cell keeps of those before, and what a new one is told against them.
#include <stdio.h>
#include <string.h>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
void Checker::races(Fiber* fiber, const Place& place, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc, uint32_t record) {
  // In shared memory a volatile access orders nothing and excuses nothing; in global memory it is how flags are read.
  if (flags & kVolatile && place.split == &launch_->split && size <= 8) flags |= kAtomic;
  const uint32_t thread = thread_of(fiber);
  Access now{number_, record == 0 ? clocks.now(thread) : record, pc, (uint16_t)thread, 0, flags, size};
  if ((flags & (kVolatile | kAtomic | kWrite)) == (kVolatile | kAtomic | kWrite)) {
    volatile_writes_[thread] = fenced_[thread] ? 0 : pc;
    fenced_[thread] = false;
  }
  uintptr_t at = address & ~(uintptr_t)3;
  for (Cell* cell = place.cells; at < address + size; at += 4, ++cell) {
    now.mask = 0;
    for (int i = 0; i < 4; ++i) now.mask |= (uint8_t)((at + i >= address && at + i < address + size) << i);
    if (cell->serial == place.serial && cell->split == 0 && now.mask == 0xF) {
      check(fiber, *cell, place.serial, now, place.kind, at);
      continue;
    }
    if (cell->serial != place.serial) {
      if (!launch_->unfinished.empty() && place.split == &launch_->split && !waited_for_grids(thread)) overlap(fiber, *cell, now, at);
      memset(cell, 0, sizeof *cell);
      cell->serial = place.serial;
      if (now.mask == 0xF) {
        check(fiber, *cell, place.serial, now, place.kind, at);
        continue;
      }
    }
    if (cell->split == 0) {
      place.split->push_back({*cell, *cell, *cell, *cell});
      cell->split = (uint32_t)place.split->size();
    }
    auto& bytes = (*place.split)[cell->split - 1];
    for (int i = 0; i < 4; ++i) {
      if (now.mask >> i & 1) check(fiber, bytes[i], place.serial, now, place.kind, at);
    }
  }
}

// Atomics of the block's scope do not see those of other blocks.
static bool apart(const Access& earlier, const Access& now) { return earlier.block != now.block && (earlier.flags | now.flags) & kBlockScope; }
static bool conflict(const Access& earlier, const Access& now) { return earlier.block != 0 && (!(earlier.flags & now.flags & kAtomic) || apart(earlier, now)); }

// Lanes of a warp that all write volatile words of global memory at one place and then read each other's, as if they ran in step. The
// first such write behind a fence is none of these, but a flag, for which other lanes may wait.
bool Checker::in_step(const Access& earlier, const Access& now) const {
  const uint8_t both = earlier.flags & now.flags;
  if (earlier.block != now.block || !(both & kVolatile && both & kAtomic) || both & kWrite || earlier.thread / 32 != now.thread / 32) return false;
  const Access &writer = now.flags & kWrite ? now : earlier, &reader = now.flags & kWrite ? earlier : now;
  return writer.flags & kWrite && volatile_writes_[reader.thread] == writer.pc;
}

void Checker::check(Fiber* fiber, Cell& cell, uint64_t, const Access& now, const char* kind, uintptr_t address) {
  const uint32_t thread = now.thread;
  const auto mine = [&](const Access& earlier) { return earlier.block == now.block && earlier.thread == thread && !(earlier.flags & kAsync); };
  if (conflict(cell.write, now) || in_step(cell.write, now)) {
    if (!mine(cell.write) && !ordered(thread, cell.write)) race(fiber, cell.write, now, kind, address);
    else if (now.flags & kAsyncProxy && !(cell.write.flags & kAsyncProxy) && !passed_proxy_fence(thread, cell.write)) proxy_crossed(fiber, cell.write, now, kind, address);
  }
  if (now.flags & kReadOnly && cell.write.block != 0) stale(fiber, cell.write, now, address);
  if (now.flags & kWrite) {
    for (Access& read : cell.reads) {
      if ((conflict(read, now) || in_step(read, now)) && !mine(read) && !ordered(thread, read)) race(fiber, read, now, kind, address);
      if (read.flags & kReadOnly && read.block != 0) stale(fiber, read, now, address);
      read.block = 0;
    }
    cell.write = now;
    return;
  }
  keep_read(cell, now);
}

void Checker::keep_read(Cell& cell, const Access& now) {
  const auto same_warp = [&](const Access& earlier) { return earlier.block == now.block && earlier.thread / 32 == now.thread / 32; };
  // One that is ordered before this read is ordered before all that come after it.
  for (Access& read : cell.reads) {
    if (read.block == 0 || (read.block == now.block && read.thread == now.thread && !(read.flags & kAsync)) || ordered(now.thread, read)) {
      read = now;
      return;
    }
  }
  // A copy that still reads is what a later write most easily misses.
  if (now.flags & kAsync) {
    cell.reads[1] = now;
    return;
  }
  const bool is_other = !same_warp(cell.reads[0]) && cell.reads[1].block == cell.reads[0].block && cell.reads[1].thread / 32 == cell.reads[0].thread / 32;
  Access& other = cell.reads[is_other ? 1 : 2];
  if (!(other.flags & kAsync)) other = now;
}

ckrt_finding Checker::pair(Fiber* fiber, int rule, const Access& earlier, const Access& now, uintptr_t address) const {
  ckrt_finding finding;
  fill_finding(fiber, finding, rule);
  finding.pc = now.pc;
  finding.other_pc = earlier.pc;
  finding.address = in_arena(address) ? address : 0;
  const Index3 other = position(earlier.thread, block_->block_size), where = position(earlier.block - 1, block_->grid_size);
  memcpy(finding.other_thread, &other, sizeof finding.other_thread);
  memcpy(finding.other_block, &where, sizeof finding.other_block);
  finding.has_other = 1;
  return finding;
}

void Checker::stale(Fiber* fiber, const Access& earlier, const Access& now, uintptr_t address) {
  ckrt_finding finding = pair(fiber, CKRT_UNDEFINED, earlier, now, address);
  snprintf(finding.message, sizeof finding.message, "ld.global.nc reads global memory that the same kernel writes: the read-only path may give what was there before");
  launch_->findings.add(finding);
}

const char* in_words(const Access& access) {
  if (access.flags & kBlockScope) return "an atomic access of the block's scope";
  if (access.flags & kAtomic) return access.flags & kVolatile ? "a volatile access" : "an atomic access";
  if (access.flags & kWrite) return access.flags & kVolatile ? "a volatile write" : "a write";
  return access.flags & kVolatile ? "a volatile read" : "a read";
}

void Checker::race(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address) {
  if ((now.flags | earlier.flags) & kAsync) {
    async_race(fiber, earlier, now, kind, address);
    return;
  }
  ckrt_finding finding = pair(fiber, CKRT_RACE, earlier, now, address);
  const bool cluster = earlier.block != now.block && block_->group != nullptr && kind[0] == 's';
  const char* cure = cluster                              ? "barrier.cluster, or an mbarrier, orders the blocks of a cluster"
                     : apart(earlier, now) && earlier.flags & now.flags & kAtomic ? "it counts for the threads of its own block alone (_block, .cta); other blocks need the device's scope (atomicAdd, .gpu)"
                     : earlier.block != now.block             ? "blocks are ordered only by atomics with fences of the device (__threadfence), or by the end of the kernel"
                     : earlier.thread / 32 != now.thread / 32 ? "__syncthreads() is missing between them"
                     : (earlier.flags | now.flags) & kVolatile ? "__syncwarp() orders the lanes of a warp; volatile does not order lanes since Volta"
                                                              : "the lanes of a warp run apart: __syncwarp() orders them";
  snprintf(finding.message, sizeof finding.message, "%s and %s of the same %s in no order: %s", in_words(earlier), in_words(now), kind, cure);
  if (now.flags & kWrite && earlier.flags & kWrite && !((now.flags | earlier.flags) & kAtomic) && now.size == earlier.size && now.size <= 4 && !pending_.active) {
    // Not yet a mistake: the same value may be written twice.
    pending_.active = true;
    pending_.address = address & ~(uintptr_t)3;
    pending_.size = 4;
    memcpy(pending_.before, (const void*)pending_.address, 4);
    pending_.finding = finding;
    return;
  }
  launch_->findings.add(finding);
}

void Checker::settle() {
  ++beats_;
  if (!pending_.active) return;
  pending_.active = false;
  if (memcmp(pending_.before, (const void*)pending_.address, pending_.size) == 0) {
    pending_.finding.rule = CKRT_NOTE;
    snprintf(pending_.finding.message, sizeof pending_.finding.message, "several threads write the same value to the same place");
  }
  launch_->findings.add(pending_.finding);
}
}  // namespace ckrt
