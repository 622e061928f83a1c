// The first fault of a launch, in words.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <map>
#include <tuple>

#include "runtime/block.h"

namespace ckrt {
void report(Fiber* fiber, int rule, int line, uint64_t address, uint64_t pc, const char* format, ...) {
  RunningBlock* block = block_of(fiber);
  Launch* launch = block->worker->launch;
  char text[sizeof(ckrt_result::message)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (launch->checked != nullptr) {
    ckrt_finding finding;
    fill_finding(fiber, finding, rule);
    finding.line = line;
    finding.pc = pc;
    finding.address = address;
    snprintf(finding.message, sizeof finding.message, "%s", text);
    launch->checked->findings.add(finding);
  }
  break_launch(fiber, rule, line, address, pc, text);
}

void break_launch(Fiber* fiber, int rule, int line, uint64_t address, uint64_t pc, const char* text) {
  RunningBlock* block = block_of(fiber);
  Launch* launch = block->worker->launch;
  std::lock_guard<std::mutex> lock(launch->mutex);
  ckrt_result* result = launch->result;
  const bool first = result->rule == CKRT_NONE;
  // A GPU stops at the first fault. The checking mode runs the other blocks too, up to a number: they may show more.
  if (launch->checked == nullptr || ++launch->checked->broken_blocks == 64) launch->failed = true;
  if (!first) return;
  result->rule = rule;
  result->line = line;
  result->address = address;
  result->pc = pc;
  memcpy(result->thread, &fiber->thread, sizeof result->thread);
  memcpy(result->block, &block->block, sizeof result->block);
  snprintf(result->message, sizeof result->message, "%s", text);
}

// "16 threads (first 16) wait in __syncthreads at line 11; 16 threads (first 0) wait in __shfl_sync at line 14"
void report_deadlock(RunningBlock* block) {
  std::map<std::tuple<std::string, uint32_t>, std::pair<uint32_t, uint32_t>> groups;  // where -> count, first thread
  Fiber* first = nullptr;
  for (uint32_t thread = 0; thread < block->thread_count; ++thread) {
    Fiber* fiber = ckrt::fiber(block->worker, thread);
    if (fiber->state == State::Exited) continue;
    if (first == nullptr) first = fiber;
    auto [group, added] = groups.try_emplace({fiber->wait_name, fiber->wait_line}, 0u, thread);
    ++group->second.first;
  }
  std::string text = "no thread of the block can go on: ";
  for (auto& [where, who] : groups) {
    char part[160];
    snprintf(part, sizeof part, "%s%u thread(s) (first %u) wait in %s at line %u", text.back() == ' ' ? "" : "; ", who.first, who.second, std::get<0>(where).c_str(), std::get<1>(where));
    text += part;
  }
  report(first, CKRT_DEADLOCK, (int)first->wait_line, 0, first->wait_pc, "%s", text.c_str());
}
}  // namespace ckrt
