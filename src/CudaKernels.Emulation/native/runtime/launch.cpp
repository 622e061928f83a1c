// A launch: its blocks are shared out over worker threads, leased from one pool for the whole process. Kernels never run on a
// thread of the managed side.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <algorithm>
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

// The idle workers. A launch takes what it can get in whole groups, and waits until it gets one; a cooperative launch is one group.
class WorkerPool {
 public:
  std::vector<WorkerThread*> lease(uint32_t wanted, uint32_t group) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return idle_.size() + (kWorkers - made_) >= group; });
    wanted = std::min<uint32_t>(wanted, (uint32_t)(idle_.size() + (kWorkers - made_)) / group * group);
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

// A block is over: blocks that wait for it at the grid's barrier wait in vain.
static void leave_grid(Launch* launch) {
  std::lock_guard<std::mutex> lock(launch->grid.mutex);
  ++launch->grid.finished;
  launch->grid.changed.notify_all();
}

static void run_blocks(Launch* launch, Worker* worker) {
  const bool cooperative = launch->config->flags & CKRT_COOPERATIVE;
  while (!launch->failed) {
    const uint64_t block = launch->next_block++;
    if (block >= launch->block_count) break;
    prepare_block(worker, block_position(launch, block));
    run_block(worker);
    if (cooperative) leave_grid(launch);
  }
}

static void run_group(BlockGroup* group, Worker* worker, uint32_t member) {
  while (group->begin_round(worker, member)) {
    group->await_turn(member);
    run_block(worker);
    group->leave(member);
  }
}

// Blocks that wait for one another run as a group: those of a cluster, and all of a cooperative launch that has clusters or is
// checked (in the order of their numbers between two barriers: a run can then be repeated exactly).
static uint32_t group_size(const Launch* launch) {
  const uint32_t* cluster = launch->config->cluster;
  const uint32_t blocks = cluster[0] * cluster[1] * cluster[2];
  const bool cooperative = launch->config->flags & CKRT_COOPERATIVE;
  return cooperative && (blocks > 1 || launch->checked != nullptr) ? (uint32_t)launch->block_count : blocks;
}

static void run(Launch* launch, const std::vector<WorkerThread*>& threads) {
  std::mutex mutex;
  std::condition_variable done;
  const uint32_t size = group_size(launch);
  const uint32_t* cluster = launch->config->cluster;
  std::vector<std::unique_ptr<BlockGroup>> groups;
  for (size_t i = 0; i < threads.size() && size > 1; ++i) {
    if (i % size == 0) groups.push_back(std::make_unique<BlockGroup>(launch, size, cluster[0] * cluster[1] * cluster[2]));
    groups.back()->members[i % size] = threads[i]->worker();
  }
  size_t running = threads.size();
  for (size_t i = 0; i < threads.size(); ++i) {
    WorkerThread* thread = threads[i];
    BlockGroup* group = groups.empty() ? nullptr : groups[i / size].get();
    thread->start([&, thread, group, i] {
      Worker* worker = thread->worker();
      worker->launch = launch;
      worker->group = group;
      start_watchdog(worker, launch->config->time_limit_ms);
      if (group == nullptr) run_blocks(launch, worker);
      else run_group(group, worker, (uint32_t)(i % size));
      stop_watchdog();
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

// The latest launch of this thread, which gives all of a device: whether the next one may begin before it is over is known if it
// follows in the same stream.
static thread_local std::shared_ptr<CheckedLaunch> t_latest;
static thread_local uint64_t t_latest_stream;
constexpr size_t kMostUnfinished = 8;

static std::shared_ptr<CheckedLaunch> begin_checked(const ckrt_launch_config* config) {
  auto checked = std::make_shared<CheckedLaunch>(next_serial(), config);
  if (t_latest != nullptr) {
    if (config->flags & CKRT_DEPENDENT && config->stream == t_latest_stream) {
      checked->unfinished.push_back(t_latest);
      for (const auto& before : t_latest->unfinished) {
        if (!t_latest->outlasts_them && checked->unfinished.size() < kMostUnfinished) checked->unfinished.push_back(before);
      }
    }
    t_latest->unfinished.clear();
  }
  t_latest = checked;
  t_latest_stream = config->stream;
  return checked;
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
    launch.checked = begin_checked(config);
  }
  // One block at a time for a checked launch: the same seed then gives the same run.
  const uint64_t workers = config->workers == 0 || launch.checked != nullptr ? 1 : config->workers;
  const uint64_t together = group_size(&launch);
  const uint64_t groups = std::min<uint64_t>({std::max<uint64_t>(workers / together, 1), launch.block_count / together, kWorkers / std::max<uint64_t>(together, 1)});
  const uint64_t wanted = cooperative ? launch.block_count : groups * together;
  if (wanted > kWorkers || together > kWorkers || config->dynamic_shared > kDynamicSharedSpan) return -1;
  const auto threads = pool().lease((uint32_t)wanted, cooperative ? (uint32_t)wanted : (uint32_t)together);
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

// Called by one thread of every block between two block barriers. The blocks run on operating-system threads of their own: this
// one waits, or, in a group, hands over.
static bool await_grid(ckrt::Launch* launch) {
  ckrt::GridBarrier& grid = launch->grid;
  std::unique_lock<std::mutex> lock(grid.mutex);
  const uint64_t generation = grid.generation;
  if (++grid.arrived == grid.blocks) {
    grid.arrived = 0;
    ++grid.generation;
    grid.changed.notify_all();
    return true;
  }
  grid.changed.wait(lock, [&] { return grid.generation != generation || grid.finished != 0 || launch->failed; });
  return grid.generation != generation;
}

static bool await_grid(ckrt::BlockGroup* group, ckrt::Fiber* fiber, int line) {
  using namespace ckrt;
  RunningBlock* block = block_of(fiber);
  const uint64_t generation = group->grid_generation;
  if (++group->grid_arrived == group->members.size()) {
    group->grid_arrived = 0;
    ++group->grid_generation;
    ++group->progress;
    if (group->launch->checked != nullptr) group->launch->checked->serial = next_serial();  // all that came before is ordered
    for (Worker* member : group->members) {
      if (!member->block.at_grid_barrier) continue;
      member->block.at_grid_barrier = false;
      make_ready(&member->block, member->block.grid_thread);
    }
    return true;
  }
  if (group->finished != 0) return false;
  block->at_grid_barrier = true;
  block->grid_thread = fiber->linear;
  fiber->state = State::Waiting;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = "the grid's barrier";
  fiber->wait_pc = 0;
  wait_here(fiber);
  block->at_grid_barrier = false;
  return group->grid_generation != generation;
}

CKRT_API void ckrt_grid_barrier(int line) {
  using namespace ckrt;
  RunningBlock* block = block_of(self());
  Launch* launch = block->worker->launch;
  if ((launch->config->flags & CKRT_COOPERATIVE) == 0) ckrt_fail(CKRT_SYNC_MISUSE, line, "the grid's barrier needs a cooperative launch");
  if (!(block->group == nullptr ? await_grid(launch) : await_grid(block->group, self(), line))) {
    ckrt_fail(CKRT_DEADLOCK, line, "a block waits at the grid's barrier for a block that has ended");
  }
}
