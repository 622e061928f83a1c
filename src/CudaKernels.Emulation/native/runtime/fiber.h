// An emulated CUDA thread. Its stack lies at a fixed place, so that code finds its own record from the stack pointer alone:
// no thread-local variable, never stale, whatever the scheduler does. The kernels' headers include this file.
#pragma once
#include <stdint.h>

namespace ckrt {
struct Block;

constexpr uintptr_t kStackBase = 0x6f0000000000;
constexpr uintptr_t kFiberBase = 0x6ef000000000;
#if defined(__aarch64__)
// Pages have up to 64 KiB here, and compilers probe a growing stack only once in 64 KiB: the guard must be as large.
constexpr uintptr_t kPage = 65536;
constexpr unsigned kStackShift = 18;
#else
constexpr uintptr_t kPage = 4096;
constexpr unsigned kStackShift = 17;          // 128 KiB per thread, committed page by page as it is used
#endif
constexpr unsigned kFibersPerWorker = 1024;   // the most threads of a block
constexpr unsigned kWorkers = 64;             // blocks that can be in flight, over all launches
constexpr uintptr_t kStackSpan = (uintptr_t)kWorkers * kFibersPerWorker << kStackShift;

struct Index3 { uint32_t x, y, z; };

enum class State : uint8_t { Ready, AtBarrier, AtRendezvous, Waiting, Exited };

struct alignas(64) Fiber {
  void* stack_pointer;  // while it does not run
  Block* block;
  Index3 thread;
  uint32_t linear;      // its number in the block
  uint32_t wait_line;   // where it waits, for the deadlock report
  const char* wait_name;
  State state;
  uint8_t watched;      // whether wgmma has been given arrays on its stack
  bool carry;           // of inline PTX: add.cc and its kin leave it to the next addc, also of another statement
  bool block_scope;     // whether the atomics that it executes now count for its own block alone
  uint64_t wait_pc;     // the code that waits; a warp operation charges a lane's accesses to it
};
static_assert(sizeof(Fiber) == 64, "one cache line per thread");

// What a kernel may ask of its block; the runtime's own state follows it in memory (block.h).
struct Block {
  Index3 block, block_size, grid_size;
  uint32_t thread_count;
  uint8_t* dynamic_shared;
  uint32_t dynamic_shared_bytes;
  // Shared addresses are offsets in a window: the static variables from 0, the dynamic buffer after them.
  uint8_t* static_shared;
  uint32_t static_shared_bytes, dynamic_window;
  Index3 cluster_size;
  uint32_t cluster_rank;
};

inline uintptr_t stack_pointer() {
#if defined(__x86_64__)
  uintptr_t value;
  asm volatile("mov %%rsp, %0" : "=r"(value));
  return value;
#elif defined(__aarch64__)
  uintptr_t value;
  asm volatile("mov %0, sp" : "=r"(value));
  return value;
#else
  return (uintptr_t)__builtin_frame_address(0);
#endif
}

inline Fiber* fiber_of(uintptr_t address) { return (Fiber*)kFiberBase + ((address - kStackBase) >> kStackShift); }
inline Fiber* self() { return fiber_of(stack_pointer()); }
inline bool on_fiber_stack(uintptr_t address) { return address - kStackBase < kStackSpan; }
inline bool in_stack_guard(uintptr_t address) { return on_fiber_stack(address) && (address & (((uintptr_t)1 << kStackShift) - 1)) < kPage; }
}  // namespace ckrt
