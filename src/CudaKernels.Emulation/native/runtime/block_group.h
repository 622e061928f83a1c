// Blocks that are in flight together, each on an operating-system thread of its own, and of which one runs at a time: a cluster,
// or all blocks of a cooperative launch. A block hands over when none of its threads can run, and now and then. Its static shared
// memory is its thread's, so what another block maps from it are plain addresses.
#pragma once
#include <condition_variable>
#include <mutex>
#include <vector>

#include "check/sync_clocks.h"

namespace ckrt {
struct Launch;
struct RunningBlock;
struct Worker;

// barrier.cluster: every thread of the cluster that has not exited arrives, and then waits.
struct ClusterBarrier {
  uint32_t arrived = 0;
  uint64_t generation = 0;
  SyncClocks arriving, completed;
};

struct BlockGroup {
  BlockGroup(Launch* launch, uint32_t blocks, uint32_t cluster_blocks) : launch(launch), members(blocks), over(blocks), clusters(blocks / cluster_blocks), cluster_blocks(cluster_blocks) {}

  Launch* launch;
  std::vector<Worker*> members;
  std::vector<bool> over;  // ended or failed in this round
  std::vector<ClusterBarrier> clusters;
  uint32_t cluster_blocks;
  bool failed = false;     // a block of the group was abandoned
  uint64_t progress = 0;   // grows with all that could end a wait

  // Meets all members; the last to come draws the numbers of their blocks. False: there are no more.
  bool begin_round(Worker* worker, uint32_t member);
  void await_turn(uint32_t member);
  void leave(uint32_t member);
  // Lets another block run that can; true after it has, and has handed back.
  bool hand_over(uint32_t member, uint64_t random);

  // The grid's barrier of a cooperative launch.
  uint32_t grid_arrived = 0, finished = 0;
  uint64_t grid_generation = 0;

 private:
  void meet();
  void set_turn(uint32_t next);

  std::mutex mutex_;
  std::condition_variable changed_;
  uint32_t turn_ = 0, met_ = 0;
  uint64_t meetings_ = 0, round_ = 0;
  bool more_ = false;
};
}  // namespace ckrt
