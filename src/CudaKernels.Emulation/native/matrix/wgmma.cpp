// wgmma: products of a warpgroup that run beside its threads. Each is an operation of the async proxy, carried out at once or by the
// wait that needs it; until then its accumulator holds NaN patterns.
#include <algorithm>

#include "matrix/operand_ranges.h"
#include "matrix/warpgroup.h"
#include "runtime/async_abi.h"
#include "runtime/block.h"

namespace ckrt {
constexpr uint32_t kPoison = 0xFFFFFFFFu;
constexpr size_t kArraysKept = 24;

static Fiber* lane(RunningBlock* block, Fiber* any, uint32_t thread) { return fiber(block->worker, any->linear / kWarpgroup * kWarpgroup + thread); }
static const ckrt_wgmma& part(const Warpgroup& group, uint32_t thread) { return *(const ckrt_wgmma*)group.parts[thread]; }

[[noreturn]] static void fail(Fiber* fiber, int rule, const ckrt_wgmma& form, const char* text) {
  report(fiber, rule, form.line, 0, fiber->wait_pc, "%s: %s", form.name, text);
  leave_block(block_of(fiber));
}

// A mistake that does no harm here: the block goes on.
static void note(Fiber* fiber, int line, uint64_t pc, uint64_t other_pc, const char* text) {
  if (checker_of(fiber) == nullptr) return;
  ckrt_finding finding;
  fill_finding(fiber, finding, CKRT_ASYNC_WAIT);
  finding.line = line;
  finding.pc = pc;
  if (other_pc != 0) {
    finding.other_pc = other_pc;
    finding.has_other = 1;
    memcpy(finding.other_thread, finding.thread, sizeof finding.thread);
    memcpy(finding.other_block, finding.block, sizeof finding.block);
  }
  snprintf(finding.message, sizeof finding.message, "%s", text);
  block_of(fiber)->worker->launch->checked->findings.add(finding);
}

static Operand operand(Fiber* fiber, const ckrt_wgmma& form, uint64_t bits, bool transposed, uint32_t extent, uint32_t type, char name) {
  RunningBlock* block = block_of(fiber);
  const MatrixDescriptor matrix = read_descriptor(bits);
  const auto refuse = [&](int rule, const char* what) {
    report(fiber, rule, form.line, 0, fiber->wait_pc, "%s: the descriptor 0x%016llx of %c %s", form.name, (unsigned long long)bits, name, what);
    leave_block(block);
  };
  if (matrix.unused & 0xC000) refuse(CKRT_OUT_OF_BOUNDS, "has a start address at or above 0x40000");
  if (matrix.unused != 0) refuse(CKRT_SYNC_MISUSE, "has bits set that mean nothing: an offset was not cut to its field");
  if (matrix.base_offset != 0) refuse(CKRT_LIMIT, "has a base offset, which is not modelled: start the swizzle's pattern at a multiple of eight of its rows");
  Operand operand{matrix, transposed, nullptr};
  const OperandShape shape = shape_of(transposed, extent, type);
  uint32_t low = ~0u, high = 0;
  for (uint32_t line = 0; line < shape.lines; ++line) {
    for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk) {
      const uint32_t address = chunk_address(matrix, transposed, line, chunk);
      low = std::min(low, address);
      high = std::max(high, address + 16);
    }
  }
  if (low >= block->dynamic_window && high - block->dynamic_window <= block->dynamic_shared_bytes) operand.origin = block->dynamic_shared - block->dynamic_window;
  else if (high <= block->static_shared_bytes) operand.origin = block->static_shared;
  else {
    report(fiber, CKRT_OUT_OF_BOUNDS, form.line, 0, fiber->wait_pc, "%s: the descriptor 0x%016llx of %c reaches from the shared address 0x%x to 0x%x; the block has %u byte(s) of static shared memory from 0 and %u of dynamic from 0x%x",
           form.name, (unsigned long long)bits, name, low, high, block->static_shared_bytes, block->dynamic_shared_bytes, block->dynamic_window);
    leave_block(block);
  }
  return operand;
}

// The array that begins at the same place in every thread, or a new one. Others that it overlaps are forgotten.
static RegisterArray& array_at(Fiber* last, Warpgroup& group, uint32_t count, bool is_accumulator, bool* known) {
  RunningBlock* block = block_of(last);
  const ckrt_wgmma& form = part(group, 0);
  const auto place = [&](uint32_t thread) { return is_accumulator ? (uint32_t*)part(group, thread).d : (uint32_t*)part(group, thread).registers; };
  RegisterArray* found = nullptr;
  *known = false;
  for (size_t i = group.arrays.size(); i-- > 0;) {
    RegisterArray& array = *group.arrays[i];
    bool same = array.count == count, apart = true;
    for (uint32_t thread = 0; thread < kWarpgroup; ++thread) {
      same = same && array.registers[thread] == place(thread);
      apart = apart && (array.registers[thread] == nullptr || place(thread) + count <= array.registers[thread] || array.registers[thread] + array.count <= place(thread));
    }
    if (same) found = &array;
    else if (!apart && array.running != 0) fail(lane(block, last, 0), CKRT_ASYNC_WAIT, form, "its registers are part of the accumulator of an earlier product of another shape, which has not been waited for");
    else if (!apart) group.arrays.erase(group.arrays.begin() + (ptrdiff_t)i);
  }
  if (found != nullptr) {
    *known = true;
    return *found;
  }
  if (group.arrays.size() >= kArraysKept) {
    const auto idle = std::find_if(group.arrays.begin(), group.arrays.end(), [](const auto& array) { return array->running == 0; });
    if (idle != group.arrays.end()) group.arrays.erase(idle);
  }
  auto array = std::make_unique<RegisterArray>();
  for (uint32_t thread = 0; thread < kWarpgroup; ++thread) {
    array->registers[thread] = place(thread);
    array->touched[thread] = 0;
    lane(block, last, thread)->watched = 1;
  }
  array->count = count;
  group.arrays.push_back(std::move(array));
  return *group.arrays.back();
}

static void check_fence(Fiber* last, Warpgroup& group, const RegisterArray& array, bool known, const char* what) {
  RunningBlock* block = block_of(last);
  if (checker_of(last) == nullptr || array.running != 0) return;
  for (uint32_t thread = 0; thread < kWarpgroup; ++thread) {
    if (group.fenced[thread] > array.touched[thread]) continue;
    Fiber* fiber = lane(block, last, thread);
    char text[256];
    snprintf(text, sizeof text, known ? "%s: the thread has touched %s since its last wgmma.fence, which must come between" : "%s: no wgmma.fence has come before the first product; it makes %s ready", part(group, 0).name, what);
    note(fiber, part(group, 0).line, fiber->wait_pc, 0, text);
    return;
  }
}

// The registers get D after the last product of it that is known of.
static void write_back(const RunningProduct& running) {
  RegisterArray& array = *running.accumulator;
  const bool poisoned = array.poisoned;
  array.poisoned = false;
  for (uint32_t thread = 0; thread < kWarpgroup; ++thread) {
    uint32_t* registers = array.registers[thread];
    if (registers == nullptr) continue;
    if (!poisoned || std::all_of(registers, registers + array.count, [](uint32_t value) { return value == kPoison; })) {
      write_registers(running.product.form, thread, array.values.data(), registers);
      continue;
    }
    // A stack that holds something else by now must not be written to.
    constexpr const char* kText = "the accumulator of wgmma.mma_async was written to before the product was waited for, or its array is gone";
    Fiber* owner = fiber(running.block->worker, running.warpgroup * kWarpgroup + thread);
    if (checker_of(owner) != nullptr) note(owner, array.line, array.pc, 0, kText);
    else report(owner, CKRT_ASYNC_WAIT, array.line, 0, array.pc, "%s", kText);
  }
}

// Products of a warpgroup are done in the order in which they were issued: those before this one first.
static void carry_out(void* state) {
  RunningProduct* last = *(RunningProduct**)state;
  for (auto& running : last->block->warpgroups[last->warpgroup]->products) {
    if (!running->done) {
      running->done = true;
      RegisterArray& array = *running->accumulator;
      multiply(running->product, array.values.data());
      if (--array.unfinished == 0) write_back(*running);
    }
    if (running.get() == last) break;
  }
}

static void require_uniform(Fiber* last, Warpgroup& group) {
  const ckrt_wgmma& first = part(group, 0);
  for (uint32_t thread = 1; thread < kWarpgroup; ++thread) {
    const ckrt_wgmma& other = part(group, thread);
    if (other.b == first.b && other.accumulate == first.accumulate && (first.registers != nullptr || other.a == first.a)) continue;
    fail(lane(block_of(last), last, thread), CKRT_SYNC_MISUSE, first, "the threads of the warpgroup give different descriptors or scales");
  }
}

static void issue(Fiber* last, Warpgroup& group) {
  RunningBlock* block = block_of(last);
  const ckrt_wgmma& form = part(group, 0);
  require_uniform(last, group);
  bool known;
  auto running = std::make_unique<RunningProduct>();
  Product& product = running->product;
  product.form = form;
  if (form.registers == nullptr) {
    product.a = operand(last, form, form.a, form.transpose_a, kRows, form.type_a, 'A');
  } else {
    const RegisterArray& fragments = array_at(last, group, 4, false, &known);
    check_fence(last, group, fragments, known, "the registers of A");
    product.registers.resize(4 * kWarpgroup);
    for (uint32_t thread = 0; thread < kWarpgroup; ++thread) memcpy(&product.registers[4 * thread], part(group, thread).registers, 16);
  }
  product.b = operand(last, form, form.b, form.transpose_b, form.columns, form.type_b, 'B');
  RegisterArray& array = array_at(last, group, register_count(form), true, &known);
  check_fence(last, group, array, known, "the accumulator");
  if (array.running == 0) {
    array.form = form;
    array.values.assign((size_t)kRows * form.columns, 0);
    if (form.accumulate) {
      for (uint32_t thread = 0; thread < kWarpgroup; ++thread) read_registers(form, thread, array.registers[thread], array.values.data());
    }
  }
  array.line = form.line;
  array.pc = last->wait_pc;
  array.group = running->group = group.committed;
  ++array.running;
  ++array.unfinished;
  running->accumulator = &array;
  running->block = block;
  running->warpgroup = last->linear / kWarpgroup;

  std::vector<ckrt_async_range> ranges;
  if (checker_of(last) != nullptr) {
    OperandRanges covered;
    if (form.registers == nullptr) covered.add(product.a, kRows, form.type_a);
    covered.add(product.b, form.columns, form.type_b);
    covered.list(ranges);
  }
  RunningProduct* state = running.get();
  group.products.push_back(std::move(running));
  ckrt_async request{};
  request.name = form.name;
  request.line = form.line;
  request.pc = last->wait_pc;
  request.completion = CKRT_MMA_GROUP;
  request.async_proxy = 1;
  request.perform = carry_out;
  request.state = &state;
  request.state_bytes = sizeof state;
  request.ranges = ranges.data();
  request.range_count = (uint32_t)ranges.size();
  ckrt_async_issue(&request);
  if (array.unfinished == 0 || array.poisoned) return;
  array.poisoned = true;
  for (uint32_t* registers : array.registers) std::fill_n(registers, array.count, kPoison);
}

static void commit(Fiber*, Warpgroup& group) {
  ckrt_async_commit(CKRT_MMA_GROUP);
  ++group.committed;
}

static void wait(Fiber*, Warpgroup& group) {
  const auto pending = *(const uint32_t*)group.parts[0];
  ckrt_async_wait(CKRT_MMA_GROUP, pending, 0, group.line);
  while (!group.products.empty() && group.products.front()->group + pending < group.committed) {
    --group.products.front()->accumulator->running;
    group.products.pop_front();
  }
}

static RegisterArray* find(Warpgroup& group, uint32_t thread, uintptr_t address, uint32_t bytes) {
  for (auto& array : group.arrays) {
    const auto start = (uintptr_t)array->registers[thread];
    if (start != 0 && address < start + 4 * array->count && start < address + bytes) return array.get();
  }
  return nullptr;
}

void touch_registers(Fiber* fiber, uintptr_t address, uint32_t bytes, bool writes, uint64_t pc) {
  Warpgroup& group = *block_of(fiber)->warpgroups[fiber->linear / kWarpgroup];
  const uint32_t thread = fiber->linear % kWarpgroup;
  RegisterArray* array = find(group, thread, address, bytes);
  if (array == nullptr) return;
  if (array->running == 0) {
    array->touched[thread] = ++group.time;
    return;
  }
  char text[256];
  snprintf(text, sizeof text, "%s of the accumulator of the wgmma.mma_async at line %d before the product is done: %s", writes ? "write" : "read", array->line,
           array->group >= group.committed ? "wgmma.commit_group and wgmma.wait_group must come between" : "wgmma.wait_group must come between");
  note(fiber, 0, pc, array->pc, text);
}

void leave_warpgroup(RunningBlock* block, Fiber* fiber) {
  const auto& group = block->warpgroups[fiber->linear / kWarpgroup];
  if (group == nullptr) return;
  for (auto& array : group->arrays) {
    uint32_t*& registers = array->registers[fiber->linear % kWarpgroup];
    if (array->running != 0 && registers != nullptr) note(fiber, array->line, array->pc, 0, "the thread ends before its wgmma.mma_async is done: wgmma.wait_group<0> is missing");
    registers = nullptr;
  }
}
}  // namespace ckrt

CKRT_API void ckrt_wgmma_issue(const ckrt_wgmma* part) {
  ckrt::meet_warpgroup(ckrt::self(), ckrt::issue, part, part->name, part->line, (uint64_t)__builtin_return_address(0) - 1);
}

CKRT_API void ckrt_wgmma_commit(int line) { ckrt::meet_warpgroup(ckrt::self(), ckrt::commit, nullptr, "wgmma.commit_group", line, (uint64_t)__builtin_return_address(0) - 1); }

CKRT_API void ckrt_wgmma_wait(uint32_t pending, int line) {
  ckrt::meet_warpgroup(ckrt::self(), ckrt::wait, &pending, "wgmma.wait_group", line, (uint64_t)__builtin_return_address(0) - 1);
  ckrt_async_wait(CKRT_MMA_GROUP, pending, 0, line);  // each thread has waited
}

CKRT_API void ckrt_wgmma_fence(int line) {
  ckrt::Fiber* fiber = ckrt::self();
  ckrt::Warpgroup& group = ckrt::warpgroup_of(fiber, "wgmma.fence", line, (uint64_t)__builtin_return_address(0) - 1);
  group.fenced[fiber->linear % ckrt::kWarpgroup] = ++group.time;
}
