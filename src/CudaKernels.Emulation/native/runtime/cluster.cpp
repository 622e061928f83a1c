// The blocks of a cluster: their barrier, and the addresses of each other's shared memory.
#include <stdio.h>

#include "runtime/block.h"

namespace ckrt {
static ClusterBarrier& barrier_of(const RunningBlock* block) { return block->group->clusters[block->member / block->group->cluster_blocks]; }

RunningBlock* cluster_block(const RunningBlock* block, uint32_t rank) {
  const BlockGroup* group = block->group;
  if (group == nullptr) return rank == 0 ? const_cast<RunningBlock*>(block) : nullptr;
  if (rank >= group->cluster_blocks) return nullptr;
  return &group->members[block->member - block->member % group->cluster_blocks + rank]->block;
}

static bool owns(const RunningBlock& block, uintptr_t address) {
  return address - (uintptr_t)block.dynamic_shared < block.dynamic_shared_bytes || address - (uintptr_t)block.static_shared < block.static_shared_bytes;
}

RunningBlock* shared_owner(RunningBlock* block, uintptr_t address) {
  if (owns(*block, address)) return block;
  const uint32_t blocks = block->group == nullptr ? 0 : block->group->cluster_blocks;
  for (uint32_t rank = 0; rank < blocks; ++rank) {
    RunningBlock* other = cluster_block(block, rank);
    if (owns(*other, address)) return other;
  }
  return nullptr;
}

static uint32_t live_threads(const RunningBlock* block) {
  uint32_t live = 0;
  for (uint32_t rank = 0; rank < block->group->cluster_blocks; ++rank) live += cluster_block(block, rank)->live;
  return live;
}

static void release_when_complete(RunningBlock* block) {
  ClusterBarrier& barrier = barrier_of(block);
  if (barrier.arrived == 0 || barrier.arrived != live_threads(block)) return;
  barrier.arrived = 0;
  const uint64_t over = ++barrier.generation;
  ++block->group->progress;
  barrier.completed = std::move(barrier.arriving);
  barrier.arriving.clear();
  for (uint32_t rank = 0; rank < block->group->cluster_blocks; ++rank) {
    RunningBlock* other = cluster_block(block, rank);
    if (block->group->over[other->member]) continue;
    for (uint32_t thread = 0; thread < other->thread_count; ++thread) {
      if (other->cluster_waits[thread] == over) {
        other->cluster_waits[thread] = 0;
        make_ready(other, thread);
      }
    }
  }
}

void cluster_after_exit(RunningBlock* block, Fiber* fiber) {
  if (block->group == nullptr) return;
  ClusterBarrier& barrier = barrier_of(block);
  if (block->cluster_arrivals[fiber->linear] == barrier.generation + 1) --barrier.arrived;
  release_when_complete(block);
}
}  // namespace ckrt

CKRT_API void ckrt_cluster_arrive(int releases, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  if (block->group == nullptr) {
    // Without a cluster the block is one of its own.
    if (block->alone == nullptr) block->alone = std::make_unique<BlockGroup>(block->worker->launch, 1, 1);
    block->alone->members[0] = block->worker;
    block->group = block->alone.get();
    block->member = 0;
    block->group->clusters[0] = ClusterBarrier();
    block->group->over[0] = false;
    block->cluster_arrivals.assign(block->thread_count, 0);
    block->cluster_waits.assign(block->thread_count, 0);
  }
  ClusterBarrier& barrier = barrier_of(block);
  uint64_t& arrival = block->cluster_arrivals[fiber->linear];
  if (arrival != 0) ckrt_fail(CKRT_SYNC_MISUSE, line, "barrier.cluster.arrive by a thread that has arrived and not yet waited: arrive and wait take turns");
  arrival = barrier.generation + 1;
  ++barrier.arrived;
  if (Checker* checker = checker_of(fiber); checker != nullptr && releases) checker->clocks.release(fiber->linear, barrier.arriving);
  release_when_complete(block);
}

CKRT_API void ckrt_cluster_wait(int acquires, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  if (block->group == nullptr || block->cluster_arrivals[fiber->linear] == 0) ckrt_fail(CKRT_SYNC_MISUSE, line, "barrier.cluster.wait by a thread that has not arrived");
  uint64_t& arrival = block->cluster_arrivals[fiber->linear];
  ClusterBarrier& barrier = barrier_of(block);
  if (barrier.generation < arrival) {
    block->cluster_waits[fiber->linear] = arrival;
    fiber->state = State::Waiting;
    fiber->wait_line = (uint32_t)line;
    fiber->wait_name = "barrier.cluster.wait";
    fiber->wait_pc = (uint64_t)__builtin_return_address(0) - 1;
    wait_here(fiber);
  }
  arrival = 0;
  if (Checker* checker = checker_of(fiber); checker != nullptr && acquires) checker->clocks.acquire(fiber->linear, barrier.completed);
}

CKRT_API uint32_t ckrt_map_shared(uint32_t address, uint32_t rank, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint32_t own = address % kClusterWindow;
  if (cluster_block(block, rank) == nullptr) {
    char text[160];
    snprintf(text, sizeof text, "mapa names rank %u of a cluster of %u block(s)", rank, block->group == nullptr ? 1 : block->group->cluster_blocks);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  shared_pointer(fiber, own, 0, 1, line, (uint64_t)__builtin_return_address(0) - 1, nullptr);
  return (rank + 1) * kClusterWindow + own;
}

// The same for a generic pointer into the block's own shared memory.
CKRT_API void* ckrt_map_pointer(const void* pointer, uint32_t rank, int line) {
  using namespace ckrt;
  return shared_pointer(self(), ckrt_map_shared(ckrt_shared_address(pointer, line), rank, line), 0, 1, line, (uint64_t)__builtin_return_address(0) - 1, nullptr);
}

CKRT_API uint32_t ckrt_pointer_rank(const void* pointer, int line) {
  using namespace ckrt;
  if (RunningBlock* owner = shared_owner(block_of(self()), (uintptr_t)pointer)) return owner->cluster_rank;
  ckrt_fail(CKRT_OUT_OF_BOUNDS, line, "the rank of a pointer that lies in no shared memory of the cluster is asked for");
}
