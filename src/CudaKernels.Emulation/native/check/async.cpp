// The checking mode's view of asynchronous operations. What an operation reads and writes is entered into the cells when it is
// issued, under a number of its own; it is ordered before an access when the accessing thread has waited for the operation, or
// knows of a thread that had.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
void Checker::issue(Fiber* fiber, const ckrt_async& request, AsyncOperation& operation, AsyncStream* stream, uint64_t pc) {
  settle();
  AsyncRecords& records = launch_->async;
  for (uint32_t i = 0; i < request.range_count; ++i) {
    uint32_t& record = request.ranges[i].flags & kWrite ? operation.writes : operation.reads;
    if (record == 0) record = records.add(request.name);
  }
  if (stream != nullptr) {
    if (stream->groups.empty() || stream->groups.back().number != stream->committed) stream->groups.push_back({stream->committed, 0, 0});
    AsyncGroup& group = stream->groups.back();
    for (const auto& [record, completion] : {std::pair(operation.writes, &group.writes), std::pair(operation.reads, &group.reads)}) {
      if (record == 0) continue;
      if (*completion == 0) *completion = records.add_completion();
      records.complete(record, *completion);
    }
  }
  const auto kind = (uint8_t)(kAsync | (request.async_proxy ? kAsyncProxy : 0));
  for (uint32_t i = 0; i < request.range_count; ++i) {
    const ckrt_async_range& range = request.ranges[i];
    if (range.bytes == 0) continue;
    const auto flags = (uint8_t)(kind | range.flags);
    const auto address = (uintptr_t)range.address;
    ++launch_->accesses;
    if (on_fiber_stack(address)) {
      find(fiber, CKRT_NOT_DEVICE_MEMORY, pc, address, "%s of a thread's local memory", request.name);
      stop(fiber);
    }
    const Place place = locate(fiber, address, range.bytes, flags, pc);
    if (place.cells != nullptr) races(fiber, place, address, range.bytes, flags, pc, range.flags & kWrite ? operation.writes : operation.reads);
  }
  if (request.completion == CKRT_MMA_GROUP) read_by_warpgroup(fiber, request, operation.reads, pc);
}

void Checker::complete_on(const AsyncOperation& operation, Mbarrier& barrier) {
  if (barrier.completion == 0) barrier.completion = launch_->async.add_completion();
  barrier.copy_line = operation.line;
  barrier.copy_pc = operation.pc;
  for (const uint32_t record : {operation.writes, operation.reads}) {
    if (record != 0) launch_->async.complete(record, barrier.completion);
  }
}

void Checker::observe(Fiber* fiber, uint32_t completion) {
  if (completion == 0) return;
  const uint32_t thread = thread_of(fiber);
  auto& seen = seen_[thread];
  if (std::find(seen.begin(), seen.end(), completion) != seen.end()) return;
  Access stamp{};
  stamp.block = number_;
  stamp.thread = (uint16_t)thread;
  stamp.clock = clocks.now(thread);
  launch_->async.observers(completion).push_back(stamp);
  std::rotate(seen.begin(), seen.end() - 1, seen.end());
  seen[0] = completion;
}

bool Checker::observed(uint32_t thread, uint32_t completion) {
  if (completion == 0) return false;
  auto& seen = seen_[thread];
  if (std::find(seen.begin(), seen.end(), completion) != seen.end()) return true;
  for (const Access& observer : launch_->async.observers(completion)) {
    if (!clocks.ordered(thread, observer)) continue;
    std::rotate(seen.begin(), seen.end() - 1, seen.end());
    seen[0] = completion;
    return true;
  }
  return false;
}

bool Checker::async_ordered(uint32_t thread, const Access& earlier) {
  for (const uint32_t completion : launch_->async.completions(earlier.clock)) {
    if (observed(thread, completion)) return true;
  }
  return false;
}

bool Checker::passed_proxy_fence(uint32_t thread, const Access& earlier) const {
  if (!(earlier.flags & kAsync)) return clocks.proxied(thread, earlier);
  for (const uint32_t completion : launch_->async.completions(earlier.clock)) {
    if (completion == 0) continue;
    const auto& observers = launch_->async.observers(completion);
    if (std::any_of(observers.begin(), observers.end(), [&](const Access& observer) { return clocks.proxied(thread, observer); })) return true;
  }
  return false;
}

void Checker::async_race(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address) {
  const bool pending = earlier.flags & kAsync;
  ckrt_finding finding = pair(fiber, pending ? CKRT_ASYNC_WAIT : CKRT_RACE, earlier, now, address);
  const char* copy = launch_->async.name(pending ? earlier.clock : now.clock);
  const char* access = now.flags & kAsync ? launch_->async.name(now.clock) : in_words(now);
  if (!pending) {
    snprintf(finding.message, sizeof finding.message, "%s %s %s in no order with %s by a thread: a barrier or an arrival that the issuing thread waits for is missing between them", copy,
             now.flags & kWrite ? "overwrites" : "reads", kind, in_words(earlier));
  } else if (earlier.flags & kWrite) {
    snprintf(finding.message, sizeof finding.message, "%s of %s into which %s copies, before this thread has waited for the copy, or is ordered after a thread that has", access, kind, copy);
  } else {
    snprintf(finding.message, sizeof finding.message, "%s of %s that %s still reads: nothing has waited for it to have read", access, kind, copy);
  }
  launch_->findings.add(finding);
}

void Checker::proxy_crossed(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address) {
  ckrt_finding finding = pair(fiber, CKRT_ASYNC_WAIT, earlier, now, address);
  snprintf(finding.message, sizeof finding.message, "%s %s %s that a thread wrote through the generic proxy: fence.proxy.async is missing after that write", launch_->async.name(now.clock),
           now.flags & kWrite ? "overwrites" : "reads", kind);
  launch_->findings.add(finding);
}

void Checker::wait_groups(Fiber* fiber, AsyncStream& stream, uint32_t end, bool reads_only, bool shared) {
  settle();
  for (const AsyncGroup& group : stream.groups) {
    if (group.number >= end) break;
    observe(fiber, group.reads);
    if (!reads_only) observe(fiber, group.writes);
  }
  // The other threads of a warpgroup wait for the same groups: the latest are kept.
  const size_t kept = shared ? 16 : 0;
  while (!reads_only && stream.groups.size() > kept && stream.groups.front().number < end) stream.groups.pop_front();
}

// A copy into shared memory, or out of it, that nothing has waited for: the block's memory may be another block's by then.
void Checker::leave_groups(Fiber* fiber, const AsyncStream& stream, uint32_t kind) {
  for (const AsyncOperation& operation : stream.pending) {
    const char* cure = kind == CKRT_COPY_GROUP ? "cp.async.wait_group" : kind == CKRT_BULK_GROUP ? "cp.async.bulk.wait_group" : "wgmma.wait_group";
    note_line(fiber, CKRT_ASYNC_WAIT, operation.line, operation.pc, "the thread ends while its %s is pending: %s%s is missing", operation.name, operation.group >= stream.committed ? "the commit of its group, and " : "", cure);
  }
}

void Checker::proxy_fence(Fiber* fiber) {
  settle();
  fence_mbarriers(fiber);
  clocks.proxy_fence(thread_of(fiber));
}

void Checker::note_line(Fiber* fiber, int rule, int line, uint64_t pc, const char* format, ...) {
  ckrt_finding finding;
  fill_finding(fiber, finding, rule);
  finding.line = line;
  finding.pc = pc;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(finding.message, sizeof finding.message, format, arguments);
  va_end(arguments);
  launch_->findings.add(finding);
}
}  // namespace ckrt
