// mbarriers. Their state stands in a table beside the block, not in the 64 bits of shared memory that name them: what those hold
// is opaque on a GPU too.
#include "runtime/mbarrier.h"

#include <stdio.h>
#include <string.h>

#include <string>

#include "runtime/block.h"

namespace ckrt {
constexpr uint32_t kMostArrivals = (1u << 20) - 1;
constexpr int64_t kMostBytes = (1 << 20) - 1;

// The mistake may be of a thread whose copy is carried out late, on the stack of another.
[[noreturn]] static void misuse(Fiber* fiber, int line, uint64_t pc, const char* text) {
  report(fiber, CKRT_SYNC_MISUSE, line, 0, pc, "%s", text);
  leave_block(block_of(self()));
}

Mbarrier& find_mbarrier(Fiber* fiber, uint32_t address, const char* instruction, int line, uint64_t pc) {
  RunningBlock* owner;
  shared_pointer(fiber, address, 8, 8, line, pc, &owner);
  const auto found = owner->mbarriers.find(address % kClusterWindow);
  if (found != owner->mbarriers.end()) return found->second;
  char text[240];
  snprintf(text, sizeof text, "%s at the shared address 0x%x, where no mbarrier is: mbarrier.init is missing, or comes later because no barrier separates it from the use", instruction, address);
  misuse(fiber, line, pc, text);
}

// A phase is over once nothing is missing: the next begins, and all who wait for it go on.
static void end_phase_when_complete(Mbarrier& barrier) {
  if (barrier.pending != 0 || barrier.transactions != 0) return;
  ++barrier.phase;
  barrier.pending = barrier.expected;
  ++progress_of(barrier.owner);
  barrier.completed.join(barrier.arriving);
  barrier.arriving.clear();
  barrier.last_completion = barrier.completion;
  if (barrier.completion != 0) barrier.copied = barrier.phase;
  barrier.completion = 0;
  size_t kept = 0;
  for (MbarrierWaiter& waiter : barrier.waiters) {
    if (waiter.phase < barrier.phase) make_ready(waiter.block, waiter.thread);
    else barrier.waiters[kept++] = waiter;
  }
  barrier.waiters.resize(kept);
}

void arrive_at(Mbarrier& barrier, uint32_t count, Fiber* fiber, int line, uint64_t pc) {
  if (count == 0 || count > barrier.pending) {
    char text[200];
    snprintf(text, sizeof text, "%u arrival(s) at the mbarrier at 0x%x: %u of %u are missing in phase %llu", count, barrier.address, barrier.pending, barrier.expected, (unsigned long long)barrier.phase);
    misuse(fiber, line, pc, text);
  }
  barrier.pending -= count;
  ++progress_of(barrier.owner);
  end_phase_when_complete(barrier);
}

static void expect(Mbarrier& barrier, int64_t bytes, Fiber* fiber, int line, uint64_t pc) {
  barrier.transactions += bytes;
  ++progress_of(barrier.owner);
  if (barrier.transactions <= kMostBytes && barrier.transactions >= -kMostBytes) return;
  char text[200];
  snprintf(text, sizeof text, "the transaction count of the mbarrier at 0x%x becomes %lld: it holds at most %lld bytes either way", barrier.address, (long long)barrier.transactions, (long long)kMostBytes);
  misuse(fiber, line, pc, text);
}

void complete_bytes(Mbarrier& barrier, uint32_t bytes, Fiber* fiber, int line, uint64_t pc) {
  expect(barrier, -(int64_t)bytes, fiber, line, pc);
  end_phase_when_complete(barrier);
}

// A try_wait may give up after a while: the threads that wait so go on with nothing achieved.
bool wake_timed(RunningBlock* block) {
  bool woken = false;
  for (auto& [address, barrier] : block->mbarriers) {
    size_t kept = 0;
    for (MbarrierWaiter& waiter : barrier.waiters) {
      if (waiter.timed) {
        make_ready(waiter.block, waiter.thread);
        woken = true;
      } else {
        barrier.waiters[kept++] = waiter;
      }
    }
    barrier.waiters.resize(kept);
  }
  return woken;
}

// What a thread waits for, beyond the instruction's name; empty where there is no more to say.
std::string describe_wait(const RunningBlock* block, uint32_t thread) {
  for (auto& [address, barrier] : block->mbarriers) {
    for (const MbarrierWaiter& waiter : barrier.waiters) {
      if (waiter.block != block || waiter.thread != thread) continue;
      char text[160];
      snprintf(text, sizeof text, " (mbarrier at 0x%x in phase %llu: %u of %u arrivals and %lld bytes are missing)", address, (unsigned long long)barrier.phase, barrier.pending, barrier.expected, (long long)barrier.transactions);
      return text;
    }
  }
  for (uint32_t i = 0; i < kNamedBarriers; ++i) {
    const NamedBarrier& barrier = block->named[i];
    if (barrier.arrived == 0) continue;
    for (const uint16_t waiting : barrier.waiting) {
      if (waiting != thread) continue;
      char text[120];
      snprintf(text, sizeof text, " (barrier %u: %u of %u threads have arrived)", i, barrier.arrived, barrier.threads);
      return text;
    }
  }
  return "";
}

static void check_use(Fiber* fiber, Mbarrier& barrier, int line, uint64_t pc) {
  if (Checker* checker = checker_of(fiber)) checker->use_mbarrier(fiber, barrier, false, line, pc);
}
}  // namespace ckrt

#define CK_PC ((uint64_t)__builtin_return_address(0) - 1)

CKRT_API void ckrt_mbarrier_init(uint32_t address, uint32_t count, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint64_t pc = CK_PC;
  char text[200];
  if (count == 0 || count > kMostArrivals) {
    snprintf(text, sizeof text, "mbarrier.init with a count of %u: 1 to %u arrivals are possible", count, kMostArrivals);
    misuse(fiber, line, pc, text);
  }
  if (address >= kClusterWindow) misuse(fiber, line, pc, "mbarrier.init in another block's shared memory: every block initialises its own");
  uint8_t* word = shared_pointer(fiber, address, 8, 8, line, pc, nullptr);
  auto [place, fresh] = block->mbarriers.try_emplace(address);
  Mbarrier& barrier = place->second;
  if (!fresh) {
    snprintf(text, sizeof text, "mbarrier.init at 0x%x, where an mbarrier of line %d is in use: mbarrier.inval has to come first", address, barrier.init_line);
    misuse(fiber, line, pc, text);
  }
  barrier.owner = block;
  barrier.address = address;
  barrier.expected = barrier.pending = count;
  barrier.init_line = line;
  memset(word, 0, 8);
  if (Checker* checker = checker_of(fiber)) checker->init_mbarrier(fiber, barrier, word, pc);
}

CKRT_API void ckrt_mbarrier_inval(uint32_t address, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  Mbarrier& barrier = find_mbarrier(fiber, address, "mbarrier.inval", line, pc);
  check_use(fiber, barrier, line, pc);
  if (!barrier.waiters.empty() || barrier.transactions != 0) misuse(fiber, line, pc, "mbarrier.inval while threads wait for the mbarrier or bytes are still to come");
  barrier.owner->mbarriers.erase(address % kClusterWindow);
}

CKRT_API uint64_t ckrt_mbarrier_arrive(uint32_t address, uint32_t count, uint32_t bytes, int releases, int may_complete, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  Mbarrier& barrier = find_mbarrier(fiber, address, "mbarrier.arrive", line, pc);
  check_use(fiber, barrier, line, pc);
  if (!may_complete && count == barrier.pending) misuse(fiber, line, pc, "mbarrier.arrive.noComplete by the last arrival of the phase");
  if (bytes != 0) expect(barrier, bytes, fiber, line, pc);
  if (Checker* checker = checker_of(fiber); checker != nullptr && releases) checker->clocks.release(fiber->linear, barrier.arriving);
  const uint64_t phase = barrier.phase;
  arrive_at(barrier, count, fiber, line, pc);
  return phase;
}

CKRT_API void ckrt_mbarrier_expect(uint32_t address, uint32_t bytes, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  Mbarrier& barrier = find_mbarrier(fiber, address, "mbarrier.expect_tx", line, pc);
  check_use(fiber, barrier, line, pc);
  expect(barrier, bytes, fiber, line, pc);
}

CKRT_API void ckrt_mbarrier_complete(uint32_t address, uint32_t bytes, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  Mbarrier& barrier = find_mbarrier(fiber, address, "mbarrier.complete_tx", line, CK_PC);
  check_use(fiber, barrier, line, CK_PC);
  complete_bytes(barrier, bytes, fiber, line, CK_PC);
}

CKRT_API int ckrt_mbarrier_wait(uint32_t address, uint64_t phase, int by_parity, int patience, int acquires, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  const char* name = patience == 0 ? "mbarrier.test_wait" : "mbarrier.try_wait";
  if (address >= kClusterWindow) misuse(fiber, line, pc, "a wait for another block's mbarrier: a block waits for its own only");
  Mbarrier* barrier = &find_mbarrier(fiber, address, name, line, pc);
  check_use(fiber, *barrier, line, pc);
  // A parity speaks of the phase in progress or of the one before it.
  if (by_parity) phase = (barrier->phase & 1) == (phase & 1) ? barrier->phase : barrier->phase - 1;
  else if (phase > barrier->phase || phase + 1 < barrier->phase) misuse(fiber, line, pc, "mbarrier.test_wait with the state of a phase that is neither the one in progress nor the one before it");
  const auto over = [&] { return phase + 1 <= barrier->phase || phase == UINT64_MAX; };
  if (!over() && patience == 0) {
    ckrt_yield();
    barrier = &find_mbarrier(fiber, address, name, line, pc);
    RunningBlock* block = block_of(fiber);
    // Whoever tests in a loop while nobody else can do anything will never see the phase end.
    if (block->ready.empty() && progress_of(block) == block->timed_progress) {
      if (++block->fruitless == 1'000'000) {
        report(fiber, CKRT_DEADLOCK, line, 0, pc, "the thread tests the mbarrier at 0x%x for ever: in phase %llu %u of %u arrivals and %lld bytes are missing, and no other thread can run", address,
               (unsigned long long)barrier->phase, barrier->pending, barrier->expected, (long long)barrier->transactions);
        leave_block(block);
      }
    } else {
      block->fruitless = 0;
      block->timed_progress = progress_of(block);
    }
    return 0;
  }
  if (!over()) {
    barrier->waiters.push_back({block_of(fiber), fiber->linear, phase, patience == 1});
    fiber->state = State::Waiting;
    fiber->wait_line = (uint32_t)line;
    fiber->wait_name = name;
    fiber->wait_pc = pc;
    wait_here(fiber);
    barrier = &find_mbarrier(fiber, address, name, line, pc);
    if (!over()) return 0;
  }
  if (phase != UINT64_MAX && barrier->observed < phase + 1) barrier->observed = phase + 1;
  if (Checker* checker = checker_of(fiber); checker != nullptr && phase != UINT64_MAX) {
    if (acquires) checker->clocks.acquire(fiber->linear, barrier->completed);
    if (phase + 1 == barrier->phase) checker->observe(fiber, barrier->last_completion);
  }
  return 1;
}
