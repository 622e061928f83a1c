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

// "16 thread(s) (first 16) wait in __syncthreads at line 11; 16 thread(s) (first 0) wait in __shfl_sync at line 14", and of an mbarrier
// or a named barrier what is missing there.
static std::string waits_of(RunningBlock* block, Fiber*& first) {
  std::map<std::tuple<std::string, uint32_t, std::string>, std::pair<uint32_t, uint32_t>> groups;  // where -> count, first thread
  for (uint32_t thread = 0; thread < block->thread_count; ++thread) {
    Fiber* fiber = ckrt::fiber(block->worker, thread);
    if (fiber->state == State::Exited) continue;
    if (first == nullptr) first = fiber;
    const std::string detail = fiber->state == State::Waiting ? describe_wait(block, thread) : "";
    auto [group, added] = groups.try_emplace({fiber->wait_name, fiber->wait_line, detail}, 0u, thread);
    ++group->second.first;
  }
  std::string text;
  for (auto& [where, who] : groups) {
    char part[300];
    snprintf(part, sizeof part, "%s%u thread(s) (first %u) wait in %s at line %u%s", text.empty() ? "" : "; ", who.first, who.second, std::get<0>(where).c_str(), std::get<1>(where), std::get<2>(where).c_str());
    text += part;
  }
  return text;
}

void report_deadlock(RunningBlock* block) {
  Fiber* first = nullptr;
  std::string text = "no thread of the block can go on: " + waits_of(block, first);
  if (block->group != nullptr && block->group->members.size() > 1) {
    text = "no thread of " + std::to_string(block->group->members.size()) + " blocks can go on";
    for (Worker* member : block->group->members) {
      RunningBlock* other = &member->block;
      if (block->group->over[other->member]) continue;
      Fiber* ignored = nullptr;
      text += "; block (" + std::to_string(other->block.x) + "," + std::to_string(other->block.y) + "," + std::to_string(other->block.z) + "): " + waits_of(other, ignored);
    }
  }
  report(first, CKRT_DEADLOCK, (int)first->wait_line, 0, first->wait_pc, "%s", text.c_str());
}
}  // namespace ckrt

CKRT_API void ckrt_note(int line, const char* message) {
  using namespace ckrt;
  Fiber* fiber = self();
  CheckedLaunch* checked = block_of(fiber)->worker->launch->checked.get();
  if (checked == nullptr) return;
  ckrt_finding finding;
  fill_finding(fiber, finding, CKRT_NOTE);
  finding.line = line;
  finding.pc = (uint64_t)__builtin_return_address(0) - 1;
  snprintf(finding.message, sizeof finding.message, "%s", message);
  checked->findings.add(finding);
}
