#include "runtime/block_group.h"

#include "runtime/block.h"

namespace ckrt {
// All members together, once. The caller holds no lock.
void BlockGroup::meet() {
  std::unique_lock<std::mutex> lock(mutex_);
  const uint64_t meeting = meetings_;
  if (++met_ == members.size()) {
    met_ = 0;
    ++meetings_;
    changed_.notify_all();
    return;
  }
  changed_.wait(lock, [&] { return meetings_ != meeting; });
}

bool BlockGroup::begin_round(Worker* worker, uint32_t member) {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint64_t round = round_;
    if (++met_ == members.size()) {
      // The others are between two rounds: nobody reads what is reset here.
      met_ = 0;
      ++round_;
      std::fill(over.begin(), over.end(), false);
      for (ClusterBarrier& barrier : clusters) barrier = ClusterBarrier();
      failed = false;
      finished = grid_arrived = 0;
      grid_generation = 0;
      const uint64_t first = launch->next_block.fetch_add(members.size());
      more_ = first < launch->block_count && !launch->failed;
      for (uint32_t i = 0; i < members.size(); ++i) members[i]->block_number = first + i;
      const uint64_t seed = launch->config->seed;
      turn_ = seed == 0 ? 0 : (uint32_t)(((seed ^ first) * 0x9E3779B97F4A7C15ull >> 33) % members.size());
      changed_.notify_all();
    } else {
      changed_.wait(lock, [&] { return round_ != round; });
    }
  }
  if (!more_) return false;
  prepare_block(worker, block_position(launch, worker->block_number));
  worker->block.member = member;
  worker->block.cluster_rank = member % cluster_blocks;
  meet();  // nobody runs before every block's shared memory is there
  return true;
}

void BlockGroup::await_turn(uint32_t member) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return turn_ == member; });
}

// The caller has the turn.
void BlockGroup::set_turn(uint32_t next) {
  std::lock_guard<std::mutex> lock(mutex_);
  turn_ = next;
  changed_.notify_all();
}

void BlockGroup::leave(uint32_t member) {
  over[member] = true;
  ++finished;
  // Who waits at the grid's barrier for this block waits in vain, and finds that out.
  if (grid_arrived != 0) {
    for (uint32_t i = 0; i < members.size(); ++i) {
      RunningBlock& block = members[i]->block;
      if (!over[i] && block.at_grid_barrier) make_ready(&block, block.grid_thread);
    }
  }
  const auto count = (uint32_t)members.size();
  uint32_t other = count;
  for (uint32_t i = 1; i < count; ++i) {
    const uint32_t next = (member + i) % count;
    if (over[next]) continue;
    if (other == count) other = next;
    if (!can_run(&members[next]->block)) continue;
    other = next;
    break;
  }
  if (other != count) set_turn(other);
}

bool BlockGroup::hand_over(uint32_t member, uint64_t random) {
  const auto count = (uint32_t)members.size();
  const uint32_t skipped = random == 0 ? 0 : (uint32_t)(random >> 32) % count;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t next = (member + 1 + (i + skipped) % count) % count;
    if (next == member || over[next] || !can_run(&members[next]->block)) continue;
    set_turn(next);
    await_turn(member);
    return true;
  }
  return false;
}
}  // namespace ckrt
