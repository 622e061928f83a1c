// Which lanes of a warp stand at a line together: what __activemask and coalesced_threads give. The lanes that come to the line
// wait until no other lane of the warp can come there any more, because it waits elsewhere or has ended.
#include "runtime/block.h"

namespace ckrt {
static const char* const kConverging = "a gathering of lanes";
static const char* const kConverged = "a gathering of lanes that is over";
// A lane that spins may wait for one that waits here; then those that are here go on.
constexpr uint32_t kPatience = 1000;

// The lanes at the line, or 0 while another may still come.
static uint32_t gathered(RunningBlock* block, uint32_t warp, uint32_t line, bool patient) {
  uint32_t lanes = 0;
  for (uint32_t lane = 0; lane < 32 && warp * 32 + lane < block->thread_count; ++lane) {
    const Fiber* other = fiber(block->worker, warp * 32 + lane);
    if (other->state != State::Ready) continue;
    if (other->wait_name != kConverging && patient) return 0;
    if (other->wait_name == kConverging && other->wait_line == line) lanes |= 1u << lane;
  }
  return lanes;
}
}  // namespace ckrt

CKRT_API uint32_t ckrt_converged_lanes(int line) {
  using namespace ckrt;
  Fiber* me = self();
  RunningBlock* block = block_of(me);
  const uint32_t warp = me->linear / 32;
  if (Checker* checker = checker_of(me)) checker->settle();
  me->wait_name = kConverging;
  me->wait_line = (uint32_t)line;
  for (uint32_t turns = 0; me->wait_name != kConverged; ++turns) {
    const uint32_t lanes = gathered(block, warp, (uint32_t)line, turns < kPatience);
    if (lanes == 0) {
      ckrt_yield();
      continue;
    }
    for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
      Fiber* lane = fiber(block->worker, warp * 32 + (uint32_t)__builtin_ctz(rest));
      lane->wait_name = kConverged;
      lane->wait_line = lanes;
    }
  }
  const uint32_t lanes = me->wait_line;
  me->wait_name = "";
  return lanes;
}
