#include "check/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <map>

#include "runtime/block.h"

namespace ckrt {
constexpr uint32_t kDynamicWindow = 256 * 1024;  // as much as a worker has (launch.cpp)
constexpr uintptr_t kNear = 1024;
constexpr uint64_t kIdleLimit = 16'000'000;

static void* reserve(uint64_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

Checker::Checker(Worker* worker)
    : worker_(worker),
      shared_cells_((Cell*)reserve((kStaticWindow + kDynamicWindow) / 4 * sizeof(Cell))),
      shared_written_((uint64_t*)reserve((kStaticWindow + kDynamicWindow) * sizeof(uint64_t))) {}

Checker* checker_of(Fiber* fiber) {
  Worker* worker = block_of(fiber)->worker;
  return worker->launch->checked == nullptr ? nullptr : worker->checker;
}

uint32_t Checker::thread_of(Fiber* fiber) { return fiber->linear; }

void Checker::begin_block(RunningBlock* block, uint32_t number) {
  static std::atomic<uint64_t> serials{0};
  block_ = block;
  launch_ = worker_->launch->checked.get();
  shared_serial_ = ++serials;
  shared_split_.clear();
  idle_steps_ = 0;
  pending_.active = false;
  random_ = block->random;
  memset(barrier_lanes_, 0, sizeof barrier_lanes_);
  volatile_writes_.assign(kFibersPerWorker, 0);
  fenced_.assign(kFibersPerWorker, false);
  number_ = number + 1;
  seen_.assign(block->thread_count, {});
  remote_.clear();
  waited_.assign(block->thread_count, launch_->unfinished.empty());
  waits_.clear();
  lets_next_begin_ = false;
  clocks.begin_block(number_, block->thread_count);
}

void fill_finding(Fiber* fiber, ckrt_finding& finding, int rule) {
  memset(&finding, 0, sizeof finding);
  finding.rule = rule;
  memcpy(finding.thread, &fiber->thread, sizeof finding.thread);
  memcpy(finding.block, &fiber->block->block, sizeof finding.block);
}

void Checker::find(Fiber* fiber, int rule, uint64_t pc, uintptr_t address, const char* format, ...) {
  ckrt_finding finding;
  fill_finding(fiber, finding, rule);
  finding.pc = pc;
  finding.address = address;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(finding.message, sizeof finding.message, format, arguments);
  va_end(arguments);
  launch_->findings.add(finding);
  last_ = finding;
}

void Checker::stop(Fiber* fiber) {
  break_launch(fiber, last_.rule, last_.line, last_.address, last_.pc, last_.message);
  leave_block(block_of(fiber));
}

Checker::Place Checker::global(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  uint8_t* state = shadow_of(address);
  const char* verb = flags & kWrite ? "write" : "read";
  for (uint32_t i = 0; i < size; ++i) {
    if (state[i] == kUnallocated) {
      find(fiber, CKRT_OUT_OF_BOUNDS, pc, address, "%s of %u byte(s) at 0x%llx, %s device memory", verb, size, (unsigned long long)address, i == 0 ? "which lies in no" : "which reaches beyond its");
      stop(fiber);
    }
    if (state[i] == kFreed) {
      find(fiber, CKRT_USE_AFTER_FREE, pc, address, "%s of %u byte(s) at 0x%llx, in device memory that was freed", verb, size, (unsigned long long)address);
      stop(fiber);
    }
    if (state[i] == kUninitialized && !(flags & kWrite)) {
      find(fiber, CKRT_UNINITIALIZED, pc, address, "read of %u byte(s) of device memory that nothing has written", size);
      break;
    }
  }
  if (flags & kWrite) memset(state, kInitialized, size);
  return {cell_of(address), launch_->serial, &launch_->split, "global memory"};
}

Checker::Place Checker::shared(Fiber* fiber, uintptr_t base, uint32_t window, uint32_t bytes, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  const char* verb = flags & kWrite ? "write" : "read";
  const auto offset = (uint32_t)(address - base);
  const bool is_static = window == 0;
  const Launch* launch = worker_->launch;
  bool inside = address >= base && offset + size <= bytes;
  if (is_static && inside && launch->config->shared_count != 0) {
    inside = false;
    for (uint32_t i = 0; i < launch->config->shared_count && !inside; ++i) {
      const ckrt_variable& variable = launch->config->shared[i];
      const uint32_t length = variable.size & ~CKRT_GUARD;
      inside = offset >= variable.offset && offset + size <= variable.offset + length;
      if (inside && length != variable.size) return {nullptr, 0, nullptr, nullptr};  // the compiler's own
    }
  }
  if (!inside) {
    find(fiber, CKRT_OUT_OF_BOUNDS, pc, 0, "%s of %u byte(s) %s shared memory, at byte %d of %u", verb, size, is_static ? "between or beyond the variables of static" : "beyond the dynamic", (int)offset, bytes);
    stop(fiber);
  }
  uint64_t* written = shared_written_ + window + offset;
  for (uint32_t i = 0; i < size; ++i) {
    if (flags & kWrite) {
      written[i] = shared_serial_;
    } else if (written[i] != shared_serial_) {
      find(fiber, CKRT_UNINITIALIZED, pc, 0, "read of %u byte(s) of %s shared memory that this block has not written", size, is_static ? "static" : "dynamic");
      break;
    }
  }
  return {shared_cells_ + (window + offset) / 4, shared_serial_, &shared_split_, "shared memory"};
}

// Variables of the module: __device__ and __constant__ ones, and tables of constants.
Checker::Place Checker::variable(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  const Launch* launch = worker_->launch;
  if (address >= launch->data_low && address < launch->data_high && launch->config->object_count != 0) {
    bool inside = false;
    for (uint32_t i = 0; i < launch->config->object_count && !inside; ++i) {
      inside = address >= launch->config->objects[i].low && address + size <= launch->config->objects[i].high;
    }
    if (!inside) {
      find(fiber, CKRT_OUT_OF_BOUNDS, pc, 0, "%s of %u byte(s) between or beyond the variables of the module", flags & kWrite ? "write" : "read", size);
      stop(fiber);
    }
  }
  for (uint32_t i = 0; i < launch->config->constant_count && flags & kWrite; ++i) {
    const ckrt_range& constant = launch->config->constants[i];
    if (address < constant.low || address >= constant.high) continue;
    find(fiber, CKRT_CONST_WRITE, pc, address, "write to a __constant__ variable");
    stop(fiber);
  }
  // The cells of a module's variables live as long as the module: for ever.
  static std::mutex mutex;
  static std::map<uintptr_t, Cell*> all;
  if (address < launch->data_low || address >= launch->data_high) return {};
  std::lock_guard<std::mutex> lock(mutex);
  Cell*& cells = all[launch->data_low];
  if (cells == nullptr) cells = (Cell*)reserve((launch->data_high - launch->data_low + 3) / 4 * sizeof(Cell));
  return {cells + (address - (launch->data_low & ~(uintptr_t)3)) / 4, launch_->serial, &launch_->split, "global memory"};
}

void Checker::access(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  look(fiber, address, size, flags, pc);
  if (!on_fiber_stack(address)) maybe_preempt(fiber, flags, pc);
}

inline __attribute__((always_inline)) Checker::Place Checker::place_of(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  const Launch* launch = worker_->launch;
  Place place;
  if (in_arena(address)) {
    place = global(fiber, address, size, flags, pc);
  } else if (RunningBlock* owner = block_->group == nullptr ? block_ : shared_owner(block_, address); owner != nullptr && owner != block_) {
    // Before the block's own: another's buffer may lie just behind it.
    place = remote(fiber, owner, address, size, flags, pc);
  } else if (address - worker_->static_shared < launch->tls_size) {
    place = shared(fiber, worker_->static_shared, 0, (uint32_t)launch->tls_size, address, size, flags, pc);
  } else if (address - kFiberBase < sizeof(Fiber) * kFibersPerWorker * kWorkers || address - (uintptr_t)worker_ < sizeof(Worker)) {
    return place;  // the runtime's own: device functions read the thread's position there
  } else if (address - ((uintptr_t)worker_->dynamic_shared_end - kDynamicWindow) < kDynamicWindow + kPage) {
    place = shared(fiber, (uintptr_t)block_->dynamic_shared, kStaticWindow, block_->dynamic_shared_bytes, address, size, flags, pc);
  } else if (address >= launch->module_low && address < launch->module_high) {
    place = variable(fiber, address, size, flags, pc);
  } else if (!is_host_range(address, size)) {
    // Just beside the static shared memory: more likely an overrun of it than a stray pointer.
    if (launch->tls_size != 0 && address - (worker_->static_shared - kNear) < launch->tls_size + 2 * kNear) {
      shared(fiber, worker_->static_shared, 0, (uint32_t)launch->tls_size, address, size, flags, pc);
    }
    find(fiber, CKRT_NOT_DEVICE_MEMORY, pc, address, "%s of %u byte(s) at 0x%llx, which is no device memory: a null or a host pointer", flags & kWrite ? "write" : "read", size, (unsigned long long)address);
    stop(fiber);
  }
  return place;
}

Checker::Place Checker::locate(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) { return place_of(fiber, address, size, flags, pc); }

void Checker::look(Fiber* fiber, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  settle();
  if (on_fiber_stack(address)) {
    if (fiber_of(address) == fiber) return;
    find(fiber, CKRT_OUT_OF_BOUNDS, pc, address, "%s of another thread's local memory, or beyond the thread's own", flags & kWrite ? "write" : "read");
    stop(fiber);
  }
  ++launch_->accesses;
  const Place place = place_of(fiber, address, size, flags, pc);
  if (place.cells != nullptr) races(fiber, place, address, size, flags, pc, 0);
}

void Checker::atomic(Fiber* fiber, uintptr_t address, bool reads, bool writes, bool acquires, bool releases, Scope scope) {
  if (on_fiber_stack(address)) return;
  const uint32_t thread = thread_of(fiber);
  auto& word = launch_->words[address];
  if (word == nullptr) word = std::make_shared<SyncWord>();
  if (reads) {
    clocks.observe(thread, word, scope);
    if (acquires) clocks.acquire(thread, *word, word->published.size(), scope);
  }
  if (writes) {
    if (releases) clocks.fence(thread, scope);
    clocks.publish(thread, *word, !reads, scope);
  }
}

void Checker::misuse(Fiber* fiber, int line, uint64_t pc, const char* message) {
  ckrt_finding finding;
  fill_finding(fiber, finding, CKRT_SYNC_MISUSE);
  finding.line = line;
  finding.pc = pc;
  snprintf(finding.message, sizeof finding.message, "%s", message);
  launch_->findings.add(finding);
}

// Threads of one warp that meet in barriers at different places have diverged.
void Checker::note_arrival(Fiber* fiber, int line, uint64_t pc) {
  settle();
  idle_steps_ = 0;
  const uint32_t warp = fiber->linear / 32;
  if (barrier_lanes_[warp] != 0 && barrier_line_[warp] != line) {
    find(fiber, CKRT_BARRIER, pc, 0, "threads of one warp meet in __syncthreads at line %d and at line %d: the barrier is in diverged code", barrier_line_[warp], line);
  }
  barrier_line_[warp] = line;
  barrier_pc_[warp] = pc;
  barrier_lanes_[warp] |= 1u << fiber->linear % 32;
}

void Checker::barrier_released() {
  uint32_t came = 0;  // a warp that has threads here
  while (barrier_lanes_[came] == 0) ++came;
  for (uint32_t warp = 0; warp * 32 < block_->thread_count; ++warp) {
    const uint32_t count = block_->thread_count - warp * 32 < 32 ? block_->thread_count - warp * 32 : 32;
    const uint32_t whole = count == 32 ? ~0u : (1u << count) - 1, lanes = barrier_lanes_[warp];
    const int line = barrier_line_[lanes == 0 ? came : warp];
    if (lanes == whole && line == barrier_line_[came]) continue;
    ckrt_finding finding;
    fill_finding(fiber(worker_, warp * 32 + (lanes == 0 ? 0 : (uint32_t)__builtin_ctz(lanes))), finding, lanes == 0 || lanes == whole ? CKRT_NOTE : CKRT_BARRIER);
    finding.line = line;
    finding.pc = barrier_pc_[lanes == 0 ? came : warp];
    // CUDA asks for one barrier that all threads of the block come to; whole warps at two of them get away with it.
    if (lanes == whole) snprintf(finding.message, sizeof finding.message, "warps of one block meet in __syncthreads at line %d and at line %d", barrier_line_[came], line);
    else if (lanes == 0) snprintf(finding.message, sizeof finding.message, "a whole warp had ended before a __syncthreads of its block");
    else snprintf(finding.message, sizeof finding.message, "%d of %u threads of a warp had ended before the __syncthreads at line %d", __builtin_popcount(whole & ~lanes), count, line);
    launch_->findings.add(finding);
  }
  memset(barrier_lanes_, 0, sizeof barrier_lanes_);
  clocks.block_barrier();
}

void Checker::maybe_preempt(Fiber* fiber, uint8_t flags, uint64_t pc) {
  if (flags & kWrite && !(flags & kAtomic)) idle_steps_ = 0;
  else if (++idle_steps_ == kIdleLimit) {
    report(fiber, CKRT_HANG, 0, 0, pc, "the block has read memory 16 million times and changed nothing: an endless loop, or a wait for what never comes");
    leave_block(block_);
  }
  // A loop on a volatile variable waits for another thread.
  bool yields = flags & kVolatile && !(flags & kWrite);
  if (random_ != 0 && !yields) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    yields = random_ % 32 == 0;
  }
  if (yields) ckrt_yield();
}
}  // namespace ckrt
