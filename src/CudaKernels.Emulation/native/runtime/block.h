// A block in flight, the operating-system thread that runs it, and the launch it belongs to.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "check/checker.h"
#include "runtime/abi.h"
#include "runtime/fiber.h"

namespace ckrt {
struct Launch;
struct Worker;

// A warp operation for which lanes are waiting. Diverged lanes may meet in several masks at once.
struct Rendezvous {
  uint32_t mask = 0, arrived = 0;
  ckrt_warp_operation operation = nullptr;
  const char* name = "";
  int line = 0;
  bool whole_warp = false;  // an instruction that needs all 32 lanes
  void* arguments[32];
};
constexpr int kPendingPerWarp = 32;  // as many as lanes, each in a mask of its own

// The threads that can run, first in, first out.
class ReadyQueue {
 public:
  bool empty() const { return head_ == tail_; }
  void push(uint32_t thread) { ring_[tail_++ % kSize] = (uint16_t)thread; }
  uint32_t pop() { return ring_[head_++ % kSize]; }
  // Brings a random waiting thread to the front.
  void shuffle_front(uint64_t random) {
    const uint32_t other = head_ + (uint32_t)(random % (tail_ - head_));
    std::swap(ring_[other % kSize], ring_[head_ % kSize]);
  }
  void clear() { head_ = tail_ = 0; }

 private:
  static constexpr uint32_t kSize = 2048;
  static_assert(kSize >= kFibersPerWorker, "every thread fits");
  uint32_t head_ = 0, tail_ = 0;
  uint16_t ring_[kSize];
};

struct RunningBlock : Block {
  Worker* worker;
  ReadyQueue ready;
  uint32_t live;  // threads that have not exited
  // __syncthreads
  uint32_t at_barrier, barrier_true;
  int barrier_result, barrier_reduction;
  uint16_t barrier_threads[kFibersPerWorker];
  Rendezvous pending[kFibersPerWorker / 32][kPendingPerWarp];
  uint8_t pending_used[kFibersPerWorker / 32];  // the first so many have been in use
  uint64_t random;  // 0: first in, first out
  uint32_t atomic_steps = 0;
};

// One operating-system thread with its own range of fiber stacks.
struct Worker {
  uint32_t index;
  void* main_stack;  // where to go when the block is over
  Launch* launch;
  bool running = false;  // whether its threads run, and not the worker itself
  RunningBlock block;
  uint8_t* dynamic_shared_end;
  uint32_t guarded_stacks = 0;
  uintptr_t static_shared = 0;  // the kernel module's thread-local storage on this thread
  Checker* checker = nullptr;
  alignas(64) uint8_t recovery_stack[64 * 1024];  // a faulting fiber's stack may be full
};

// Waits of whole blocks for one another in a cooperative launch.
struct GridBarrier {
  std::mutex mutex;
  std::condition_variable changed;
  uint32_t blocks = 0, arrived = 0, finished = 0;
  uint64_t generation = 0;
  // The checking mode runs one block at a time: whose turn it is, and which blocks can go on.
  uint32_t turn = 0;
  std::vector<bool> waiting, over;
};

struct Launch {
  const ckrt_launch_config* config;
  std::atomic<uint64_t> next_block{0};
  uint64_t block_count;
  std::atomic<bool> failed{false};
  std::mutex mutex;  // guards the result and the output
  ckrt_result* result;
  std::string output;
  GridBarrier grid;
  uintptr_t text_low = 0, text_high = 0;  // the kernel module's code
  size_t tls_module = 0, tls_size = 0;    // its static shared memory
  uintptr_t module_low = 0, module_high = 0, data_low = 0, data_high = 0;  // the whole module, and its variables
  std::unique_ptr<CheckedLaunch> checked;  // null outside the checking mode
};

inline Fiber* fiber(Worker* worker, uint32_t thread) { return (Fiber*)kFiberBase + (size_t)worker->index * kFibersPerWorker + thread; }
inline RunningBlock* block_of(Fiber* fiber) { return (RunningBlock*)fiber->block; }
Index3 position(uint32_t linear, Index3 size);
uint64_t grid_number(const Block* block);  // of the block in its grid
uint64_t next_serial();                    // a number that no other checked launch of the process has

// scheduler.cpp
void run_block(Worker* worker, uint64_t linear);
void wait_here(Fiber* fiber);                          // runs other threads until this one is made ready
[[noreturn]] void leave_block(RunningBlock* block);    // abandons the block's threads
void make_ready(RunningBlock* block, uint32_t thread);
// barrier.cpp, rendezvous.cpp: a thread has exited; threads that waited only for it go on.
void barrier_after_exit(RunningBlock* block);
void rendezvous_after_exit(RunningBlock* block, Fiber* fiber);
// report.cpp: keeps the first fault of a launch.
void report(Fiber* fiber, int rule, int line, uint64_t address, uint64_t pc, const char* format, ...) __attribute__((format(printf, 6, 7)));
void break_launch(Fiber* fiber, int rule, int line, uint64_t address, uint64_t pc, const char* text);
void report_deadlock(RunningBlock* block);
// faults.cpp
void install_fault_handlers();
void use_signal_stack();
void start_watchdog(Worker* worker, uint32_t milliseconds);
void stop_watchdog();
// module.cpp
void locate_module(Launch* launch);
void poison_static_shared(Worker* worker);
// shared_window.cpp
void place_shared_window(RunningBlock* block);
// memory.cpp
bool reserve_memory();  // false: the fixed addresses are taken
}  // namespace ckrt
