// Runs the threads of one block on one operating-system thread, handing over directly from fiber to fiber.
#include <string.h>
#include <sys/mman.h>

#include "runtime/block.h"
#include "runtime/switch.h"

namespace ckrt {
Index3 position(uint32_t linear, Index3 size) { return {linear % size.x, linear / size.x % size.y, linear / size.x / size.y}; }

uint64_t grid_number(const Block* block) {
  return block->block.x + (uint64_t)block->grid_size.x * (block->block.y + (uint64_t)block->grid_size.y * block->block.z);
}

void make_ready(RunningBlock* block, uint32_t thread) {
  fiber(block->worker, thread)->state = State::Ready;
  block->ready.push(thread);
}

static Fiber* next_thread(RunningBlock* block) {
  if (block->random != 0) {
    block->random ^= block->random << 13;
    block->random ^= block->random >> 7;
    block->random ^= block->random << 17;
    block->ready.shuffle_front(block->random);
  }
  return fiber(block->worker, block->ready.pop());
}

void leave_block(RunningBlock* block) {
  void* abandoned;
  ckrt_switch(&abandoned, block->worker->main_stack);
  __builtin_unreachable();
}

void wait_here(Fiber* fiber) {
  RunningBlock* block = block_of(fiber);
  if (block->ready.empty()) {
    report_deadlock(block);
    leave_block(block);
  }
  Fiber* next = next_thread(block);
  if (next != fiber) ckrt_switch(&fiber->stack_pointer, next->stack_pointer);
}

// Every fiber starts here. The kernel must hold no destructors: a block that fails is abandoned.
static void fiber_main() {
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const ckrt_launch_config* config = block->worker->launch->config;
  config->entry(config->args);
  if (Checker* checker = checker_of(fiber)) checker->settle();
  fiber->state = State::Exited;
  if (--block->live == 0) leave_block(block);
  rendezvous_after_exit(block, fiber);
  barrier_after_exit(block);
  wait_here(fiber);
  __builtin_unreachable();
}

// The lowest page of a stack is a guard. Guards are set as blocks grow, since each costs the process two of the 65,530 mappings
// that Linux allows by default; device memory and the managed side need the rest. Beyond the limit (more than 16 full blocks in
// flight) stacks have no guard.
static void guard_stacks(Worker* worker, uint32_t threads) {
  constexpr uint32_t kMostGuards = 16384;
  static std::atomic<uint32_t> guards{0};
  for (; worker->guarded_stacks < threads && guards < kMostGuards; ++worker->guarded_stacks, ++guards) {
    mprotect((void*)(kStackBase + (((uintptr_t)worker->index * kFibersPerWorker + worker->guarded_stacks) << kStackShift)), kPage, PROT_NONE);
  }
}

static void start_fiber(Worker* worker, RunningBlock* block, uint32_t thread) {
  Fiber* fiber = ckrt::fiber(worker, thread);
  const uintptr_t bottom = kStackBase + (((uintptr_t)worker->index * kFibersPerWorker + thread) << kStackShift);
  // Stacks that all began at the same offset would fight for the same cache sets.
  const uintptr_t colour = thread * 7 % 61 * 64;
  fiber->block = block;
  fiber->thread = position(thread, block->block_size);
  fiber->linear = thread;
  fiber->state = State::Ready;
  fiber->wait_line = 0;
  fiber->wait_name = "";
  fiber->wait_pc = 0;
  fiber->stack_pointer = first_frame(bottom + ((uintptr_t)1 << kStackShift) - 64 - colour, bottom + kPage, fiber_main);
}

void run_block(Worker* worker, uint64_t linear) {
  const ckrt_launch_config* config = worker->launch->config;
  RunningBlock* block = &worker->block;
  block->worker = worker;
  block->grid_size = {config->grid[0], config->grid[1], config->grid[2]};
  block->block_size = {config->block[0], config->block[1], config->block[2]};
  block->block = {(uint32_t)(linear % config->grid[0]), (uint32_t)(linear / config->grid[0] % config->grid[1]), (uint32_t)(linear / config->grid[0] / config->grid[1])};
  block->thread_count = block->live = config->block[0] * config->block[1] * config->block[2];
  // The end of the buffer meets the inaccessible page; its start is aligned for every swizzle and descriptor.
  block->dynamic_shared = worker->dynamic_shared_end - ((config->dynamic_shared + 1023) & ~1023u);
  block->dynamic_shared_bytes = config->dynamic_shared;
  block->at_barrier = 0;
  block->random = config->seed == 0 ? 0 : (config->seed * 0x9E3779B97F4A7C15ull) ^ ((linear + 1) * 0xD1342543DE82EF95ull);
  block->ready.clear();
  for (uint32_t warp = 0; warp * 32 < block->thread_count; ++warp) {
    for (Rendezvous& pending : block->pending[warp]) pending.arrived = 0;
  }
  guard_stacks(worker, block->thread_count);
  memset(block->dynamic_shared, 0xFF, config->dynamic_shared);
  poison_static_shared(worker);
  if (worker->launch->checked != nullptr) {
    if (worker->checker == nullptr) worker->checker = new Checker(worker);  // lives as long as the worker: for ever
    worker->checker->begin_block(block, (uint32_t)linear);
  }
  const bool reversed = config->flags & CKRT_REVERSED;
  for (uint32_t thread = 0; thread < block->thread_count; ++thread) {
    start_fiber(worker, block, thread);
    block->ready.push(reversed ? block->thread_count - 1 - thread : thread);
  }
  ckrt_switch(&worker->main_stack, next_thread(block)->stack_pointer);
}
}  // namespace ckrt

// Atomics call this: a spin lock then lets its holder run, and single atomics cost no switch.
CKRT_API void ckrt_atomic_step() {
  ckrt::RunningBlock* block = ckrt::block_of(ckrt::self());
  if (++block->atomic_steps % 64 == 0) ckrt_yield();
}

// A loop that waits for another thread calls this now and then; the others then run.
CKRT_API void ckrt_yield() {
  ckrt::Fiber* fiber = ckrt::self();
  ckrt::RunningBlock* block = ckrt::block_of(fiber);
  if (block->ready.empty()) return;
  block->ready.push(fiber->linear);
  ckrt::wait_here(fiber);
}

CKRT_API void ckrt_fail(int rule, int line, const char* message) {
  ckrt::Fiber* fiber = ckrt::self();
  ckrt::report(fiber, rule, line, 0, (uint64_t)__builtin_return_address(0) - 1, "%s", message);
  ckrt::leave_block(ckrt::block_of(fiber));
}
