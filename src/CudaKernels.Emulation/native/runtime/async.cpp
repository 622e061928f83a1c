#include "runtime/async.h"

#include <stdio.h>
#include <string.h>

#include "runtime/block.h"

namespace ckrt {
void AsyncQueue::clear() {
  if (!used) return;
  used = false;
  for (auto& kind : streams) kind.clear();
  transactions.clear();
}

// Which of the two times an operation takes, the seed chooses: 0 always late, else late, at once, or now this and now that.
static bool is_late(RunningBlock* block) {
  switch (block->worker->launch->config->seed % 4) {
    case 0: return true;
    case 1: return false;
    default: return (block->random >> 20 & 1) != 0;
  }
}

static AsyncStream& stream_of(RunningBlock* block, uint32_t kind, uint32_t thread) {
  auto& streams = block->async.streams[kind];
  const uint32_t owner = kind == CKRT_MMA_GROUP ? thread / 128 : thread;
  if (streams.size() <= owner) streams.resize(block->thread_count);
  block->async.used = true;
  return streams[owner];
}

static void perform(AsyncOperation& operation) {
  if (operation.perform != nullptr) operation.perform(operation.state.data());
  operation.perform = nullptr;
}

// The mbarrier that an operation completes on may be gone by then, or its block.
static Mbarrier* barrier_at(RunningBlock* block, uint32_t address) {
  RunningBlock* owner = address < kClusterWindow ? block : cluster_block(block, address / kClusterWindow - 1);
  const auto found = owner->mbarriers.find(address % kClusterWindow);
  return found == owner->mbarriers.end() ? nullptr : &found->second;
}

static void finish(RunningBlock* block, AsyncOperation& operation) {
  Fiber* issuer = fiber(block->worker, operation.thread);
  perform(operation);
  Mbarrier* barrier = barrier_at(block, operation.barrier);
  if (barrier == nullptr) return;
  Checker* checker = checker_of(issuer);
  if (operation.arrives) {
    auto& copies = stream_of(block, CKRT_COPY_GROUP, operation.thread).pending;
    for (; !copies.empty() && copies.front().sequence < operation.sequence; copies.pop_front()) {
      perform(copies.front());
      if (checker != nullptr) checker->complete_on(copies.front(), *barrier);
    }
    arrive_at(*barrier, 1, issuer, operation.line, operation.pc);
    return;
  }
  if (checker != nullptr) checker->complete_on(operation, *barrier);
  complete_bytes(*barrier, operation.bytes, issuer, operation.line, operation.pc);
}

bool complete_one(RunningBlock* block) {
  auto& all = block->async.transactions;
  if (all.empty()) return false;
  const size_t chosen = block->random == 0 ? 0 : (size_t)((block->random >> 24) % all.size());
  AsyncOperation operation = std::move(all[chosen]);
  all.erase(all.begin() + (ptrdiff_t)chosen);
  finish(block, operation);
  return true;
}

// What is written in shared memory cannot be read until it is there.
static void poison(RunningBlock* block, const ckrt_async& operation) {
  for (uint32_t i = 0; i < operation.range_count; ++i) {
    const ckrt_async_range& range = operation.ranges[i];
    if (range.flags == 1 && shared_owner(block, (uintptr_t)range.address) != nullptr) memset((void*)range.address, 0xFF, range.bytes);
  }
}

void async_after_exit(RunningBlock* block, Fiber* fiber) {
  Checker* checker = checker_of(fiber);
  for (uint32_t kind = CKRT_COPY_GROUP; kind <= CKRT_MMA_GROUP; ++kind) {
    if (block->async.streams[kind].empty() || (kind == CKRT_MMA_GROUP && fiber->linear % 128 != 0)) continue;
    AsyncStream& stream = stream_of(block, kind, fiber->linear);
    if (checker != nullptr) checker->leave_groups(fiber, stream, kind);
    for (AsyncOperation& operation : stream.pending) perform(operation);
    stream.pending.clear();
  }
  // The last thread: what is still on its way arrives.
  while (block->live == 1 && complete_one(block)) {}
}
}  // namespace ckrt

CKRT_API void ckrt_async_issue(const ckrt_async* request) {
  using namespace ckrt;
  Fiber* issuer = self();
  RunningBlock* block = block_of(issuer);
  Checker* checker = checker_of(issuer);
  const uint64_t pc = request->pc != 0 ? request->pc : (uint64_t)__builtin_return_address(0) - 1;
  const bool transaction = request->completion == CKRT_TRANSACTION;
  if (transaction) {
    Mbarrier& barrier = find_mbarrier(issuer, request->barrier, request->name, request->line, pc);
    if (checker != nullptr) checker->use_mbarrier(issuer, barrier, true, request->line, pc);
  }
  const bool late = is_late(block);
  AsyncOperation operation{request->name, request->line, issuer->linear, pc, 0, 0, false, request->barrier, request->bytes, 0, 0, request->perform, {}};
  AsyncStream* stream = transaction ? nullptr : &stream_of(block, request->completion, issuer->linear);
  if (stream != nullptr) {
    operation.group = stream->committed;
    operation.sequence = stream->issued++;
  }
  block->async.used = true;
  if (checker != nullptr) checker->issue(issuer, *request, operation, stream, pc);
  if (late) {
    const auto* bytes = (const uint8_t*)request->state;
    operation.state.assign(bytes, bytes + request->state_bytes);
    poison(block, *request);
  } else {
    request->perform((void*)request->state);
    operation.perform = nullptr;
  }
  if (stream != nullptr) {
    // In the fast mode nothing is left to do of what is done.
    if (late || checker != nullptr) stream->pending.push_back(std::move(operation));
  } else if (late) {
    block->async.transactions.push_back(std::move(operation));
  } else {
    finish(block, operation);
  }
}

CKRT_API void ckrt_async_commit(int kind) {
  using namespace ckrt;
  Fiber* fiber = self();
  ++stream_of(block_of(fiber), (uint32_t)kind, fiber->linear).committed;
}

CKRT_API void ckrt_async_wait(int kind, uint32_t most, int reads_only, int) {
  using namespace ckrt;
  Fiber* fiber = self();
  AsyncStream& stream = stream_of(block_of(fiber), (uint32_t)kind, fiber->linear);
  if (stream.committed <= most) return;
  const uint32_t end = stream.committed - most;  // groups below it are done
  while (!stream.pending.empty() && stream.pending.front().group < end) {
    perform(stream.pending.front());
    stream.pending.pop_front();
  }
  if (Checker* checker = checker_of(fiber)) checker->wait_groups(fiber, stream, end, reads_only != 0, kind == CKRT_MMA_GROUP);
}

CKRT_API void ckrt_async_arrive(uint32_t address, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint64_t pc = (uint64_t)__builtin_return_address(0) - 1;
  Mbarrier& barrier = find_mbarrier(fiber, address, "cp.async.mbarrier.arrive", line, pc);
  Checker* checker = checker_of(fiber);
  if (checker != nullptr) {
    checker->use_mbarrier(fiber, barrier, false, line, pc);
    checker->clocks.release(fiber->linear, barrier.arriving);
  }
  AsyncStream& stream = stream_of(block, CKRT_COPY_GROUP, fiber->linear);
  AsyncOperation operation{"cp.async.mbarrier.arrive", line, fiber->linear, pc, stream.committed, stream.issued, true, address, 0, 0, 0, nullptr, {}};
  if (is_late(block)) block->async.transactions.push_back(std::move(operation));
  else finish(block, operation);
}

CKRT_API void ckrt_proxy_fence() {
  ckrt::Fiber* fiber = ckrt::self();
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->proxy_fence(fiber);
}

CKRT_API void ckrt_mbarrier_init_fence() {
  ckrt::Fiber* fiber = ckrt::self();
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->fence_mbarriers(fiber);
}
