// A launch: its blocks are shared out over worker threads, leased from one pool for the whole process. Kernels never run on a
// thread of the managed side.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <functional>
#include <memory>
#include <thread>

#include "runtime/block.h"

namespace ckrt {
constexpr uint64_t kDynamicSharedSpan = 256 * 1024;

class WorkerThread {
 public:
  explicit WorkerThread(uint32_t index) : worker_(new Worker()), thread_([this] { run(); }) {
    worker_->index = index;
    // Page-aligned, an inaccessible page behind it: an overrun faults.
    auto* memory = (uint8_t*)mmap(nullptr, kDynamicSharedSpan + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(memory + kDynamicSharedSpan, kPage, PROT_NONE);
    worker_->dynamic_shared_end = memory + kDynamicSharedSpan;
    thread_.detach();
  }

  Worker* worker() { return worker_; }

  void start(std::function<void()> work) {
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = std::move(work);
    changed_.notify_one();
  }

 private:
  void run() {
    use_signal_stack();
    for (;;) {
      std::function<void()> work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return (bool)work_; });
        work = std::move(work_);
        work_ = nullptr;
      }
      work();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;
  Worker* worker_;
  std::thread thread_;
};

// The idle workers. A launch takes what it can get, at least one; a cooperative launch waits until it gets all it needs.
class WorkerPool {
 public:
  std::vector<WorkerThread*> lease(uint32_t wanted, bool all) {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint32_t needed = all ? wanted : 1;
    changed_.wait(lock, [&] { return idle_.size() + (kWorkers - made_) >= needed; });
    std::vector<WorkerThread*> leased;
    while (leased.size() < wanted && (!idle_.empty() || made_ < kWorkers)) {
      if (idle_.empty()) {
        leased.push_back(new WorkerThread(made_++));
      } else {
        leased.push_back(idle_.back());
        idle_.pop_back();
      }
    }
    return leased;
  }

  void give_back(const std::vector<WorkerThread*>& leased) {
    std::lock_guard<std::mutex> lock(mutex_);
    idle_.insert(idle_.end(), leased.begin(), leased.end());
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WorkerThread*> idle_;
  uint32_t made_ = 0;
};

static WorkerPool& pool() {
  static auto* pool = new WorkerPool();  // never destroyed: its threads outlive main
  return *pool;
}

// The checking mode runs the blocks of a cooperative launch one at a time, in the order of their numbers between two barriers: a
// run can then be repeated exactly. The caller holds the grid's mutex.
static void pass_turn(Launch* launch) {
  GridBarrier& grid = launch->grid;
  for (uint32_t i = 1; i <= grid.blocks; ++i) {
    const uint32_t next = (grid.turn + i) % grid.blocks;
    if (grid.waiting[next]) continue;
    grid.turn = next;
    break;
  }
  grid.changed.notify_all();
}

static void await_turn(Launch* launch, uint32_t block) {
  if (launch->checked == nullptr) return;
  std::unique_lock<std::mutex> lock(launch->grid.mutex);
  launch->grid.changed.wait(lock, [&] { return launch->grid.turn == block; });
}

// A block is over: blocks that wait for it at the grid's barrier wait in vain.
static void leave_grid(Launch* launch, uint32_t block) {
  std::lock_guard<std::mutex> lock(launch->grid.mutex);
  GridBarrier& grid = launch->grid;
  ++grid.finished;
  if (launch->checked != nullptr) {
    grid.waiting.assign(grid.blocks, false);
    grid.over[block] = true;
    for (uint32_t i = 0; i < grid.blocks; ++i) grid.waiting[i] = grid.over[i];
    pass_turn(launch);
  }
  grid.changed.notify_all();
}

static void run_blocks(Launch* launch, Worker* worker) {
  worker->launch = launch;
  start_watchdog(worker, launch->config->time_limit_ms);
  const bool cooperative = launch->config->flags & CKRT_COOPERATIVE;
  while (!launch->failed || (cooperative && launch->checked != nullptr)) {
    const uint64_t block = launch->next_block++;
    if (block >= launch->block_count) break;
    if (cooperative) await_turn(launch, (uint32_t)block);
    run_block(worker, block);
    if (cooperative) leave_grid(launch, (uint32_t)block);
  }
  stop_watchdog();
}

static void run(Launch* launch, const std::vector<WorkerThread*>& threads) {
  std::mutex mutex;
  std::condition_variable done;
  size_t running = threads.size();
  for (WorkerThread* thread : threads) {
    thread->start([&, thread] {
      run_blocks(launch, thread->worker());
      std::lock_guard<std::mutex> lock(mutex);
      if (--running == 0) done.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  done.wait(lock, [&] { return running == 0; });
}
}  // namespace ckrt

namespace ckrt {
uint64_t next_serial() {
  static std::atomic<uint64_t> serials{0};
  return ++serials;
}

static int give_findings(const CheckedLaunch& checked, ckrt_result* result) {
  const auto& all = checked.findings.all();
  result->accesses = checked.accesses;
  if (all.empty()) return 0;
  result->findings = (ckrt_finding*)malloc(all.size() * sizeof(ckrt_finding));
  if (result->findings == nullptr) return -1;
  memcpy(result->findings, all.data(), all.size() * sizeof(ckrt_finding));
  result->finding_count = all.size();
  return 0;
}
}  // namespace ckrt

CKRT_API int ckrt_launch(const ckrt_launch_config* config, ckrt_result* result) {
  using namespace ckrt;
  static std::once_flag once;
  std::call_once(once, install_fault_handlers);
  memset(result, 0, sizeof *result);
  if (!reserve_memory()) {
    result->rule = CKRT_FAULT;
    snprintf(result->message, sizeof result->message, "the addresses that the software device needs for its stacks and memory are taken in this process");
    return 0;
  }
  Launch launch;
  launch.config = config;
  launch.result = result;
  launch.block_count = (uint64_t)config->grid[0] * config->grid[1] * config->grid[2];
  launch.grid.blocks = (uint32_t)launch.block_count;
  locate_module(&launch);
  const bool cooperative = config->flags & CKRT_COOPERATIVE;
  if (config->flags & CKRT_CHECK) {
    const char* reason = !enable_shadow() ? "the addresses that the checking mode needs are taken in this process"
                         : launch.tls_size > kStaticWindow ? "the kernels of this file have more static shared memory together than the checking mode watches (16 MiB)"
                                                           : nullptr;
    if (reason != nullptr) {
      result->rule = CKRT_LIMIT;
      snprintf(result->message, sizeof result->message, "%s", reason);
      return 0;
    }
    launch.checked = std::make_unique<CheckedLaunch>(next_serial());
    launch.grid.waiting.assign(launch.block_count, false);
    launch.grid.over.assign(launch.block_count, false);
  }
  // One thread for a checked launch: the same seed then gives the same run.
  const uint64_t workers = config->workers == 0 || launch.checked != nullptr ? 1 : config->workers;
  const uint64_t wanted = cooperative ? launch.block_count : std::min<uint64_t>(workers, launch.block_count);
  if (wanted > kWorkers || config->dynamic_shared > kDynamicSharedSpan) return -1;
  const auto threads = pool().lease((uint32_t)wanted, cooperative);
  run(&launch, threads);
  pool().give_back(threads);
  if (!launch.output.empty()) {
    result->output = (char*)malloc(launch.output.size());
    if (result->output == nullptr) return -1;
    memcpy(result->output, launch.output.data(), launch.output.size());
    result->output_length = launch.output.size();
  }
  return launch.checked == nullptr ? 0 : give_findings(*launch.checked, result);
}

CKRT_API void ckrt_release(ckrt_result* result) {
  free(result->output);
  free(result->findings);
  result->output = nullptr;
  result->findings = nullptr;
}

CKRT_API uint32_t ckrt_version() { return 1; }

CKRT_API int ckrt_is_cooperative() { return (ckrt::block_of(ckrt::self())->worker->launch->config->flags & CKRT_COOPERATIVE) != 0; }
CKRT_API uint64_t ckrt_seed() { return ckrt::block_of(ckrt::self())->worker->launch->config->seed; }

// Called by one thread of every block between two block barriers; the blocks run on operating-system threads of their own.
CKRT_API void ckrt_grid_barrier(int line) {
  using namespace ckrt;
  Launch* launch = block_of(self())->worker->launch;
  if ((launch->config->flags & CKRT_COOPERATIVE) == 0) ckrt_fail(CKRT_SYNC_MISUSE, line, "the grid's barrier needs a cooperative launch");
  bool stuck = false;
  {
    std::unique_lock<std::mutex> lock(launch->grid.mutex);
    GridBarrier& grid = launch->grid;
    const auto block = (uint32_t)grid_number(block_of(self()));
    const uint64_t generation = grid.generation;
    if (++grid.arrived == grid.blocks) {
      grid.arrived = 0;
      ++grid.generation;
      if (launch->checked != nullptr) {
        launch->checked->serial = next_serial();  // all that came before is ordered
        grid.waiting.assign(grid.blocks, false);
      }
      grid.changed.notify_all();
    } else {
      if (launch->checked != nullptr) {
        grid.waiting[block] = true;
        pass_turn(launch);
      }
      grid.changed.wait(lock, [&] { return (grid.generation != generation || grid.finished != 0 || launch->failed) && (launch->checked == nullptr || grid.turn == block); });
      stuck = grid.generation == generation;
    }
  }
  if (stuck) ckrt_fail(CKRT_DEADLOCK, line, "a block waits at the grid's barrier for a block that has ended");
}
