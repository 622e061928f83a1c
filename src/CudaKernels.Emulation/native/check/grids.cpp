// Programmatic dependent launch: a kernel may begin while the one before it in its stream still runs, and what that one has written is there
// once griddepcontrol.wait has returned. The grids run one after another here, so the results are right without it; but each word's cell
// still tells what the launch before has done with it.
#include <stdio.h>
#include <string.h>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
CheckedLaunch::CheckedLaunch(uint64_t serial, const ckrt_launch_config* config) : first_serial(serial), serial(serial) {
  memcpy(grid, config->grid, sizeof grid);
  memcpy(block, config->block, sizeof block);
}

void Checker::wait_for_grids(Fiber* fiber) {
  const uint32_t thread = thread_of(fiber);
  if (waited_[thread]) return;
  waited_[thread] = true;
  if (!lets_next_begin_) launch_->outlasts_them = true;
  // Those who meet it at a barrier need not wait themselves; a lane of each warp is enough to tell.
  for (const Access& wait : waits_) {
    if (wait.thread / 32 == thread / 32) return;
  }
  waits_.push_back({number_, clocks.now(thread), 0, (uint16_t)thread, 0, 0, 0});
}

bool Checker::waited_for_grids(uint32_t thread) {
  for (size_t i = 0; i < waits_.size() && !waited_[thread]; ++i) waited_[thread] = clocks.ordered(thread, waits_[i]);
  return waited_[thread];
}

void Checker::overlap(Fiber* fiber, const Cell& cell, const Access& now, uintptr_t address) {
  for (const auto& before : launch_->unfinished) {
    if (cell.serial < before->first_serial || cell.serial > before->serial) continue;
    const Access* earlier = nullptr;
    const auto meet = [&](const Cell& bytes) {
      if (bytes.write.block != 0) earlier = &bytes.write;
      for (const Access& read : bytes.reads) {
        if (now.flags & kWrite && read.block != 0 && earlier == nullptr) earlier = &read;
      }
    };
    if (cell.split == 0) {
      meet(cell);
    } else {
      for (int i = 0; i < 4 && earlier == nullptr; ++i) {
        if (now.mask >> i & 1) meet(before->split[cell.split - 1][i]);
      }
    }
    if (earlier == nullptr) return;
    ckrt_finding finding;
    fill_finding(fiber, finding, CKRT_RACE);
    finding.pc = now.pc;
    finding.other_pc = earlier->pc;
    finding.address = address;
    const Index3 thread = position(earlier->thread, {before->block[0], before->block[1], before->block[2]});
    const Index3 block = position(earlier->block - 1, {before->grid[0], before->grid[1], before->grid[2]});
    memcpy(finding.other_thread, &thread, sizeof finding.other_thread);
    memcpy(finding.other_block, &block, sizeof finding.other_block);
    finding.has_other = 1;
    snprintf(finding.message, sizeof finding.message, "%s of global memory, and %s by a kernel before it that may still run: griddepcontrol.wait is missing (programmatic dependent launch)", in_words(now),
             in_words(*earlier));
    launch_->findings.add(finding);
    return;
  }
}
}  // namespace ckrt

CKRT_API void ckrt_grid_dependency_wait() {
  ckrt::Fiber* fiber = ckrt::self();
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->wait_for_grids(fiber);
}

CKRT_API void ckrt_grid_dependency_launch() {
  if (ckrt::Checker* checker = ckrt::checker_of(ckrt::self())) checker->let_next_grid_begin();
}
