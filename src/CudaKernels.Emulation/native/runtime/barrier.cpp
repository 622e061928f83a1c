// __syncthreads and its reducing forms. Since Volta a barrier waits for the threads that have not exited.
#include "runtime/block.h"

namespace ckrt {
static void release(RunningBlock* block) {
  switch (block->barrier_reduction) {
    case 1: block->barrier_result = block->barrier_true != 0; break;
    case 2: block->barrier_result = block->barrier_true == block->at_barrier; break;
    default: block->barrier_result = (int)block->barrier_true; break;
  }
  const uint32_t count = block->at_barrier;
  block->at_barrier = 0;
  if (block->worker->launch->checked != nullptr) block->worker->checker->barrier_released();
  for (uint32_t i = 0; i < count; ++i) make_ready(block, block->barrier_threads[i]);
}

void barrier_after_exit(RunningBlock* block) {
  if (block->at_barrier != 0 && block->at_barrier == block->live) release(block);
}
}  // namespace ckrt

CKRT_API int ckrt_barrier(int predicate, int reduction, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  if (block->at_barrier == 0) {
    block->barrier_true = 0;
    block->barrier_reduction = reduction;
  }
  block->barrier_true += predicate != 0;
  block->barrier_threads[block->at_barrier++] = (uint16_t)fiber->linear;
  const auto pc = (uint64_t)__builtin_return_address(0) - 1;
  if (Checker* checker = checker_of(fiber)) checker->note_arrival(fiber, line, pc);
  fiber->state = State::AtBarrier;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = "__syncthreads";
  fiber->wait_pc = pc;
  if (block->at_barrier == block->live) release(block);
  wait_here(fiber);
  return block->barrier_result;
}
