// The checking mode's view of one worker: every access of its block's threads to memory goes through it.
#pragma once
#include <stdint.h>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "check/async_records.h"
#include "check/clocks.h"
#include "check/findings.h"
#include "check/shadow.h"

struct ckrt_async;

namespace ckrt {
struct AsyncOperation;
struct AsyncStream;
struct Fiber;
struct Launch;
struct Mbarrier;
struct RunningBlock;
struct Worker;

// A module's static shared memory is that of all its kernels together: this much at most.
constexpr uint32_t kStaticWindow = 16 * 1024 * 1024;

// What the threads of a whole launch share.
struct CheckedLaunch {
  CheckedLaunch(uint64_t serial, const ckrt_launch_config* config);
  uint64_t first_serial, serial;  // the numbers of its cells: each barrier of the grid begins another
  uint32_t grid[3], block[3];
  // Launches before it that may still run, until its threads wait for them; their cells tell what they have accessed.
  std::vector<std::shared_ptr<const CheckedLaunch>> unfinished;
  bool outlasts_them = false;  // a block waits for them before it lets, or ends and so lets, the next launch begin
  Findings findings;
  std::unordered_map<uintptr_t, std::shared_ptr<SyncWord>> words;
  std::deque<std::array<Cell, 4>> split;  // byte cells of global memory
  AsyncRecords async;
  uint32_t broken_blocks = 0;
  uint64_t accesses = 0;
};

class Checker {
 public:
  explicit Checker(Worker* worker);

  void begin_block(RunningBlock* block, uint32_t number);
  void access(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  // The same without handing over to another thread: for what is done in the name of a thread that waits.
  void look(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  void fence(Fiber* fiber, Scope scope) {
    fenced_[thread_of(fiber)] = true;
    clocks.fence(thread_of(fiber), scope);
  }
  // An atomic operation's order: release and acquire have an effect of their own, without fences.
  void atomic(Fiber* fiber, uintptr_t address, bool reads, bool writes, bool acquires, bool releases, Scope scope);
  void note_arrival(Fiber* fiber, int line, uint64_t pc);
  void barrier_released();
  void settle();  // decides what waited for the value of a write
  void misuse(Fiber* fiber, int line, uint64_t pc, const char* message);
  void wait_for_grids(Fiber* fiber);   // griddepcontrol.wait
  void let_next_grid_begin() { lets_next_begin_ = true; }  // griddepcontrol.launch_dependents
  // Memory is other than it was. An atomic access alone need not change it: a lock that is taken, a sum of 0.
  void changed() { idle_steps_ = 0; }
  // Grows with all that the block does: the watchdog, a signal handler, reads it.
  uint64_t beats() const { return beats_; }

  // Asynchronous operations (check/async.cpp). Their accesses count from the issue on, and are ordered before those who waited.
  void issue(Fiber* fiber, const ckrt_async& request, AsyncOperation& operation, AsyncStream* stream, uint64_t pc);
  void complete_on(const AsyncOperation& operation, Mbarrier& barrier);  // in its present phase
  void observe(Fiber* fiber, uint32_t completion);
  void wait_groups(Fiber* fiber, AsyncStream& stream, uint32_t end, bool reads_only, bool shared);
  void leave_groups(Fiber* fiber, const AsyncStream& stream, uint32_t kind);
  void proxy_fence(Fiber* fiber);

  // mbarriers and clusters (check/barriers.cpp).
  void init_mbarrier(Fiber* fiber, Mbarrier& barrier, const void* word, uint64_t pc);
  void fence_mbarriers(Fiber* fiber);
  void use_mbarrier(Fiber* fiber, Mbarrier& barrier, bool by_async, int line, uint64_t pc);
  void end_block(Fiber* fiber);  // its last thread exits

  Clocks clocks;

 private:
  struct Place {
    Cell* cells = nullptr;  // of the word at address & ~3
    uint64_t serial = 0;
    std::deque<std::array<Cell, 4>>* split = nullptr;
    const char* kind = "";
  };

  static uint32_t thread_of(Fiber* fiber);
  Place global(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  Place shared(Fiber* fiber, uintptr_t base, uint32_t window, uint32_t bytes, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  Place variable(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  Place place_of(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);  // within checker.cpp, where it is inlined
  Place locate(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  Place remote(Fiber* fiber, RunningBlock* owner, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc);
  // `record`: the number of an asynchronous operation, or 0.
  void races(Fiber* fiber, const Place& place, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc, uint32_t record);
  bool ordered(uint32_t thread, const Access& earlier) { return earlier.flags & kAsync ? async_ordered(thread, earlier) : clocks.ordered(thread, earlier); }
  bool async_ordered(uint32_t thread, const Access& earlier);
  bool observed(uint32_t thread, uint32_t completion);  // by the thread, or by one that it is ordered after
  bool passed_proxy_fence(uint32_t thread, const Access& earlier) const;
  void read_by_warpgroup(Fiber* last, const ckrt_async& request, uint32_t record, uint64_t pc);  // check/warpgroup.cpp
  void async_race(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address);
  void proxy_crossed(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address);
  void leave_mbarriers(Fiber* fiber);
  // What is wrong with a use of another block's shared memory, or null. A copy there is over by its mbarrier: nothing else keeps the block.
  const char* touch_remote(Fiber* fiber, RunningBlock* owner, bool by_copy, uint64_t pc);
  void note_line(Fiber* fiber, int rule, int line, uint64_t pc, const char* format, ...) __attribute__((format(printf, 6, 7)));
  void check(Fiber* fiber, Cell& cell, uint64_t serial, const Access& access, const char* kind, uintptr_t address);
  [[noreturn]] void stop(Fiber* fiber);  // after what would damage other memory, or fault: the block ends, the others still run
  ckrt_finding pair(Fiber* fiber, int rule, const Access& earlier, const Access& now, uintptr_t address) const;
  // What a launch before it has accessed, and may still: check/grids.cpp.
  bool waited_for_grids(uint32_t thread);
  void overlap(Fiber* fiber, const Cell& cell, const Access& now, uintptr_t address);
  void stale(Fiber* fiber, const Access& earlier, const Access& now, uintptr_t address);  // of a read-only load and a write, in any order
  void race(Fiber* fiber, const Access& earlier, const Access& now, const char* kind, uintptr_t address);
  void find(Fiber* fiber, int rule, uint64_t pc, uintptr_t address, const char* format, ...) __attribute__((format(printf, 6, 7)));
  void keep_read(Cell& cell, const Access& now);
  bool in_step(const Access& earlier, const Access& now) const;
  void maybe_preempt(Fiber* fiber, uint8_t flags, uint64_t pc);

  // A second write to the same bytes is no mistake when it writes the same value; that shows only after it.
  struct Pending {
    bool active = false;
    uintptr_t address = 0;
    uint32_t size = 0;
    uint8_t before[16];
    ckrt_finding finding;
  };

  Worker* worker_;
  RunningBlock* block_ = nullptr;
  CheckedLaunch* launch_ = nullptr;
  uint32_t number_ = 0;  // the block's number in the grid + 1
  uint64_t shared_serial_ = 0;
  Cell* shared_cells_;        // of the shared window's words
  uint64_t* shared_written_;  // the serial of the block that wrote each byte
  std::deque<std::array<Cell, 4>> shared_split_;
  std::vector<uint64_t> volatile_writes_;  // by thread: where it last wrote global memory by a volatile access; 0 if that was a flag
  std::vector<bool> fenced_;               // by thread: no such write since its last fence, so that the next one is a flag
  uint64_t random_ = 0;
  uint64_t idle_steps_ = 0;
  volatile uint64_t beats_ = 0;
  Pending pending_;
  ckrt_finding last_;
  std::vector<std::array<uint32_t, 4>> seen_;  // by thread: completions that it is known to be ordered after
  std::vector<bool> waited_;  // by thread: what came before this launch is over
  std::vector<Access> waits_;  // of griddepcontrol.wait, one a warp
  bool lets_next_begin_ = false;
  std::map<std::pair<uint32_t, uint32_t>, Access> remote_;  // the latest access of other blocks' threads to this block's shared memory
  int barrier_line_[kFibersPerWorker / 32];
  uint64_t barrier_pc_[kFibersPerWorker / 32];
  uint32_t barrier_lanes_[kFibersPerWorker / 32];
};

// The checker of a fiber's worker; null outside the checking mode.
Checker* checker_of(Fiber* fiber);
const char* in_words(const Access& access);  // "a volatile read"
void fill_finding(Fiber* fiber, ckrt_finding& finding, int rule);
}  // namespace ckrt
