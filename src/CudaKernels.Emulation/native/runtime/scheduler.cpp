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

bool can_run(const RunningBlock* block) { return !block->ready.empty(); }

// Blocks are numbered cluster by cluster.
Index3 block_position(const Launch* launch, uint64_t number) {
  const ckrt_launch_config* config = launch->config;
  const uint32_t* size = config->cluster;
  const uint64_t blocks = (uint64_t)size[0] * size[1] * size[2];
  const uint64_t cluster = number / blocks;
  const uint32_t across = config->grid[0] / size[0], down = config->grid[1] / size[1];
  const Index3 inside = position((uint32_t)(number % blocks), {size[0], size[1], size[2]});
  return {(uint32_t)(cluster % across) * size[0] + inside.x, (uint32_t)(cluster / across % down) * size[1] + inside.y, (uint32_t)(cluster / across / down) * size[2] + inside.z};
}

void leave_block(RunningBlock* block) {
  if (block->group != nullptr && block->live != 0) block->group->failed = true;
  void* abandoned;
  ckrt_switch(&abandoned, block->worker->main_stack);
  __builtin_unreachable();
}

static bool complete_any(RunningBlock* block) {
  if (complete_one(block)) return true;
  if (block->group == nullptr) return false;
  for (Worker* member : block->group->members) {
    if (member != block->worker && complete_one(&member->block)) return true;
  }
  return false;
}

static bool wake_any_timed(RunningBlock* block) {
  if (block->group == nullptr) return wake_timed(block);
  bool woken = false;
  for (Worker* member : block->group->members) woken |= !block->group->over[member->block.member] && wake_timed(&member->block);
  return woken;
}

// No thread of the block can run: other blocks of its group run, then what is pending is carried out, then waits with a time limit
// give up. Where nothing is left, the block is stuck.
__attribute__((noinline)) static void await_ready(RunningBlock* block) {  // apart, so that a wait with others ready stays short
  constexpr uint64_t kFruitless = 64;
  while (block->ready.empty()) {
    if (block->group != nullptr && block->group->hand_over(block->member, block->random)) continue;
    if (complete_any(block)) continue;
    uint64_t& progress = progress_of(block);
    block->fruitless = progress == block->timed_progress ? block->fruitless + 1 : 0;
    block->timed_progress = progress;
    if (block->fruitless < kFruitless && wake_any_timed(block)) continue;
    // Beside a block that failed the others wait in vain: they have nothing to report.
    if (block->group == nullptr || !block->group->failed) report_deadlock(block);
    leave_block(block);
  }
}

void wait_here(Fiber* fiber) {
  RunningBlock* block = block_of(fiber);
  if (block->ready.empty()) await_ready(block);
  Fiber* next = next_thread(block);
  if (next != fiber) ckrt_switch(&fiber->stack_pointer, next->stack_pointer);
}

// Every fiber starts here. The kernel must hold no destructors: a block that fails is abandoned.
static void fiber_main() {
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const ckrt_launch_config* config = block->worker->launch->config;
  config->entry(config->args);
  Checker* checker = checker_of(fiber);
  if (checker != nullptr) checker->settle();
  if (fiber->watched) leave_warpgroup(block, fiber);
  if (block->async.used) async_after_exit(block, fiber);
  fiber->state = State::Exited;
  --block->live;
  cluster_after_exit(block, fiber);
  if (block->live == 0) {
    if (checker != nullptr) checker->end_block(fiber);
    leave_block(block);
  }
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
  fiber->watched = 0;
  fiber->carry = fiber->block_scope = false;
  fiber->stack_pointer = first_frame(bottom + ((uintptr_t)1 << kStackShift) - 64 - colour, bottom + kPage, fiber_main);
}

// Forgets what an earlier block left behind.
static void reset_barriers(RunningBlock* block) {
  block->at_barrier = 0;
  memset(block->pending_used, 0, sizeof block->pending_used);
  for (NamedBarrier& barrier : block->named) barrier.arrived = 0;
  block->at_grid_barrier = false;
  block->mbarriers.clear();
  block->async.clear();
  for (auto& group : block->warpgroups) group.reset();
  block->progress = block->timed_progress = block->fruitless = 0;
  block->yields = block->atomic_steps = 0;
  if (block->group == nullptr) return;
  block->cluster_arrivals.assign(block->thread_count, 0);
  block->cluster_waits.assign(block->thread_count, 0);
}

void prepare_block(Worker* worker, Index3 where) {
  const ckrt_launch_config* config = worker->launch->config;
  RunningBlock* block = &worker->block;
  block->worker = worker;
  block->group = worker->group;
  block->cluster_size = {config->cluster[0], config->cluster[1], config->cluster[2]};
  block->cluster_rank = 0;
  block->grid_size = {config->grid[0], config->grid[1], config->grid[2]};
  block->block_size = {config->block[0], config->block[1], config->block[2]};
  block->block = where;
  const uint64_t linear = grid_number(block);
  block->thread_count = block->live = config->block[0] * config->block[1] * config->block[2];
  // The end of the buffer meets the inaccessible page; its start is aligned for every swizzle and descriptor.
  block->dynamic_shared = worker->dynamic_shared_end - ((config->dynamic_shared + 1023) & ~1023u);
  block->dynamic_shared_bytes = config->dynamic_shared;
  block->random = config->seed == 0 ? 0 : (config->seed * 0x9E3779B97F4A7C15ull) ^ ((linear + 1) * 0xD1342543DE82EF95ull);
  block->ready.clear();
  reset_barriers(block);
  guard_stacks(worker, block->thread_count);
  memset(block->dynamic_shared, 0xFF, config->dynamic_shared);
  poison_static_shared(worker);
  place_shared_window(block);
  if (worker->launch->checked != nullptr) {
    if (worker->checker == nullptr) worker->checker = new Checker(worker);  // lives as long as the worker: for ever
    worker->checker->begin_block(block, (uint32_t)linear);
  }
  const bool reversed = config->flags & CKRT_REVERSED;
  for (uint32_t thread = 0; thread < block->thread_count; ++thread) {
    start_fiber(worker, block, thread);
    block->ready.push(reversed ? block->thread_count - 1 - thread : thread);
  }
}

void run_block(Worker* worker) {
  RunningBlock* block = &worker->block;
  Fiber* first = next_thread(block);
  worker->running = true;
  ckrt_switch(&worker->main_stack, first->stack_pointer);
  worker->running = false;
}
}  // namespace ckrt

// Atomics call this, and loads of inline PTX: a spin lock then lets its holder run, and single ones cost no switch.
CKRT_API void ckrt_atomic_step() {
  ckrt::RunningBlock* block = ckrt::block_of(ckrt::self());
  if (++block->atomic_steps % 64 == 0) ckrt_yield();
}

// A loop that waits for another thread calls this now and then; the others then run. What it waits for may also come from another
// block of the group, or from a copy that is not done yet.
CKRT_API void ckrt_yield() {
  ckrt::Fiber* fiber = ckrt::self();
  ckrt::RunningBlock* block = ckrt::block_of(fiber);
  const bool idle = block->ready.empty();
  const bool looks_around = idle || ++block->yields % 64 == 0;
  if (looks_around && block->async.used) ckrt::complete_one(block);
  if (block->group == nullptr) {
    if (block->ready.empty()) return;
    block->ready.push(fiber->linear);
    ckrt::wait_here(fiber);
    return;
  }
  block->ready.push(fiber->linear);
  if (looks_around || (block->random != 0 && block->random % 8 == 0)) block->group->hand_over(block->member, block->random);
  ckrt::wait_here(fiber);
}

CKRT_API void ckrt_fail(int rule, int line, const char* message) {
  ckrt::Fiber* fiber = ckrt::self();
  ckrt::report(fiber, rule, line, 0, (uint64_t)__builtin_return_address(0) - 1, "%s", message);
  ckrt::leave_block(ckrt::block_of(fiber));
}
