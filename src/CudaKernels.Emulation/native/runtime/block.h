// A block in flight, the operating-system thread that runs it, and the launch it belongs to.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "check/checker.h"
#include "matrix/warpgroup.h"
#include "runtime/abi.h"
#include "runtime/async.h"
#include "runtime/block_group.h"
#include "runtime/fiber.h"
#include "runtime/mbarrier.h"

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

// bar.sync and bar.arrive with a number and a count of threads.
struct NamedBarrier {
  uint32_t threads = 0, arrived = 0;
  int line = 0;  // of the first arrival
  std::vector<uint16_t> waiting;
  SyncClocks clocks;
};
constexpr uint32_t kNamedBarriers = 16;

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
  std::unique_ptr<Warpgroup> warpgroups[kFibersPerWorker / kWarpgroup];  // those that have used wgmma
  uint8_t pending_used[kFibersPerWorker / 32];  // the first so many have been in use
  uint64_t random;  // 0: first in, first out
  uint32_t atomic_steps = 0, yields = 0;
  AsyncQueue async;
  std::unordered_map<uint32_t, Mbarrier> mbarriers;  // by shared address
  NamedBarrier named[kNamedBarriers];
  uint64_t progress = 0, timed_progress = 0;  // grows with all that could end a wait; as it was when a try_wait last gave up
  uint64_t fruitless = 0;                     // times that it has not grown since
  BlockGroup* group = nullptr;
  uint32_t member = 0;                          // of the group
  std::unique_ptr<BlockGroup> alone;            // of a block that uses a cluster's barrier without a cluster
  // By thread: the generation of the cluster's barrier that it has arrived for and not waited for yet, and that it waits for; or 0.
  std::vector<uint64_t> cluster_arrivals, cluster_waits;
  bool at_grid_barrier = false;
  uint32_t grid_thread = 0;  // that waits there
};

// One operating-system thread with its own range of fiber stacks.
struct Worker {
  uint32_t index;
  uint64_t block_number = 0;  // of its block in the launch, cluster by cluster
  void* main_stack;  // where to go when the block is over
  Launch* launch;
  BlockGroup* group = nullptr;  // in which its blocks run, or null
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
  std::shared_ptr<CheckedLaunch> checked;  // null outside the checking mode
};

inline Fiber* fiber(Worker* worker, uint32_t thread) { return (Fiber*)kFiberBase + (size_t)worker->index * kFibersPerWorker + thread; }
inline uint64_t& progress_of(RunningBlock* block) { return block->group == nullptr ? block->progress : block->group->progress; }
inline RunningBlock* block_of(Fiber* fiber) { return (RunningBlock*)fiber->block; }
Index3 position(uint32_t linear, Index3 size);
Index3 block_position(const Launch* launch, uint64_t number);  // of a block, counted cluster by cluster
uint64_t grid_number(const Block* block);  // of the block in its grid
uint64_t next_serial();                    // a number that no other checked launch of the process has

// scheduler.cpp
void prepare_block(Worker* worker, Index3 where);
void run_block(Worker* worker);
bool can_run(const RunningBlock* block);
void wait_here(Fiber* fiber);                          // runs other threads until this one is made ready
[[noreturn]] void leave_block(RunningBlock* block);    // abandons the block's threads
void make_ready(RunningBlock* block, uint32_t thread);
// barrier.cpp, rendezvous.cpp: a thread has exited; threads that waited only for it go on.
void barrier_after_exit(RunningBlock* block);
void rendezvous_after_exit(RunningBlock* block, Fiber* fiber);
// cluster.cpp
void cluster_after_exit(RunningBlock* block, Fiber* fiber);
RunningBlock* cluster_block(const RunningBlock* block, uint32_t rank);  // null outside the cluster
// The block of the cluster in whose shared memory an address lies, or null.
RunningBlock* shared_owner(RunningBlock* block, uintptr_t address);
// mbarrier.cpp
void arrive_at(Mbarrier& barrier, uint32_t count, Fiber* fiber, int line, uint64_t pc);
void complete_bytes(Mbarrier& barrier, uint32_t bytes, Fiber* fiber, int line, uint64_t pc);
bool wake_timed(RunningBlock* block);
std::string describe_wait(const RunningBlock* block, uint32_t thread);
// The mbarrier at a shared address of the cluster; a report and the end of the block where there is none.
Mbarrier& find_mbarrier(Fiber* fiber, uint32_t address, const char* instruction, int line, uint64_t pc);
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
// The pointer of a shared address of the block, or, after mapa, of another block of its cluster, and whose it is.
uint8_t* shared_pointer(Fiber* fiber, uint32_t address, uint32_t bytes, uint32_t alignment, int line, uint64_t pc, RunningBlock** owner);
constexpr uint32_t kClusterWindow = 1u << 24;  // mapa adds it once, and once more for every rank
// memory.cpp
bool reserve_memory();  // false: the fixed addresses are taken
}  // namespace ckrt
