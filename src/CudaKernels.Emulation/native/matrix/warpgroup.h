// Four warps whose first one's number is a multiple of four: they execute wgmma together. The last of the 128 threads to arrive
// carries an operation out for all of them.
#pragma once
#include <stdint.h>

#include <deque>
#include <memory>
#include <vector>

#include "matrix/product.h"

namespace ckrt {
struct Fiber;
struct RunningBlock;
struct Warpgroup;

using WarpgroupOperation = void (*)(Fiber* last, Warpgroup& group);

// A place in the registers of the 128 threads that products write, or read A from. On the software device it is an array on each
// thread's stack.
struct RegisterArray {
  uint32_t* registers[kWarpgroup];  // null: the thread has ended
  uint32_t count;                   // of each thread
  uint64_t touched[kWarpgroup];     // when the thread's own code last did, in the warpgroup's time

  // Of an accumulator.
  ckrt_wgmma form;                  // of the products that write it
  std::vector<uint32_t> values;     // D, while products are under way
  uint32_t unfinished = 0;          // products that have not been carried out
  uint32_t running = 0;             // products that have not been waited for
  bool poisoned = false;
  int line = 0;                     // of the last product
  uint64_t pc = 0;
  uint32_t group = 0;
};

struct RunningProduct {
  Product product;
  RegisterArray* accumulator;
  RunningBlock* block;
  uint32_t warpgroup, group;
  bool done = false;
};

struct Warpgroup {
  // The meeting.
  uint32_t arrived = 0;
  WarpgroupOperation operation = nullptr;
  const char* name = "";
  int line = 0;
  const void* parts[kWarpgroup];

  // The products.
  std::deque<std::unique_ptr<RunningProduct>> products;  // not waited for, oldest first
  uint32_t committed = 0;                                // groups
  std::vector<std::unique_ptr<RegisterArray>> arrays;
  uint64_t time = 0;
  uint64_t fenced[kWarpgroup] = {};  // when each thread last executed wgmma.fence
};

// The calling thread's warpgroup; a report and the end of the block where the block has no whole one there.
Warpgroup& warpgroup_of(Fiber* fiber, const char* name, int line, uint64_t pc);
void meet_warpgroup(Fiber* fiber, WarpgroupOperation operation, const void* part, const char* name, int line, uint64_t pc);

// The thread has ended: its registers are gone.
void leave_warpgroup(RunningBlock* block, Fiber* fiber);
// The thread's own code reads or writes its stack.
void touch_registers(Fiber* fiber, uintptr_t address, uint32_t bytes, bool writes, uint64_t pc);
}  // namespace ckrt
