#include "check/clocks.h"

#include <string.h>

#include <algorithm>

namespace ckrt {
void Clocks::begin_block(uint32_t block, uint32_t threads) {
  block_ = block;
  count_ = threads;
  if (threads_.size() < threads) threads_.resize(threads);
  memset(base_, 0, sizeof base_);
  memset(touched_, 0, sizeof touched_);
  foreign_.clear();
  proxied_.clear();
  learned_ = uses_proxies_ = false;
  for (uint32_t i = 0; i < threads; ++i) {
    ThreadClocks& thread = threads_[i];
    thread.clock = 1;
    memset(thread.warp, 0, sizeof thread.warp);
    thread.far.reset();
    thread.foreign.clear();
    thread.fenced.reset();
    thread.fenced_block.reset();
    thread.observed.clear();
    thread.proxied.reset();
  }
}

uint32_t Clocks::known(uint32_t thread, uint32_t other) const {
  const ThreadClocks& me = threads_[thread];
  if (thread == other) return me.clock;
  uint32_t clock = base_[other];
  if (thread / 32 == other / 32) clock = std::max(clock, me.warp[other % 32]);
  if (me.far != nullptr) clock = std::max(clock, (*me.far)[other]);
  return clock;
}

bool Clocks::ordered(uint32_t thread, const Access& earlier) const {
  if (earlier.block == block_) return earlier.clock <= known(thread, earlier.thread);
  for (const ForeignClocks* foreign : {&threads_[thread].foreign, &foreign_}) {
    const auto found = foreign->find(earlier.block);
    if (found != foreign->end() && earlier.thread < found->second->size() && earlier.clock <= (*found->second)[earlier.thread]) return true;
  }
  return false;
}

void Clocks::block_barrier() {
  // A thread that has read a flag and then meets its block takes the flag's knowledge along, as after a fence: the common last-block
  // sum has no other fence on the reader's side.
  for (uint32_t i = 0; i < count_; ++i) {
    if (threads_[i].observed.empty()) continue;
    auto observed = std::move(threads_[i].observed);
    threads_[i].observed.clear();
    for (const Observed& one : observed) acquire(i, one, Scope::kDevice);
  }
  for (uint32_t i = 0; i < count_; ++i) base_[i] = threads_[i].clock++;
  for (uint32_t warp = 0; warp * 32 < count_; ++warp) {
    if (!touched_[warp]) continue;
    touched_[warp] = false;
    for (uint32_t i = warp * 32; i < count_ && i < warp * 32 + 32; ++i) memset(threads_[i].warp, 0, sizeof threads_[i].warp);
  }
  for (uint32_t i = 0; i < count_ && uses_proxies_; ++i) {
    if (threads_[i].proxied == nullptr) continue;
    proxied_.learn(*threads_[i].proxied);
    threads_[i].proxied.reset();
  }
  if (!learned_) return;
  learned_ = false;
  for (uint32_t i = 0; i < count_; ++i) {
    threads_[i].far.reset();
    join(foreign_, threads_[i].foreign);
    threads_[i].foreign.clear();
  }
}

void Clocks::warp_barrier(uint32_t warp, uint32_t lanes) {
  touched_[warp] = true;
  uint32_t all[32] = {};
  ForeignClocks foreign;
  std::unique_ptr<ClockVector> far;
  Knowledge proxied;
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    const uint32_t thread = warp * 32 + (uint32_t)__builtin_ctz(rest);
    if (threads_[thread].proxied != nullptr) proxied.learn(*threads_[thread].proxied);
    for (uint32_t lane = 0; lane < 32 && warp * 32 + lane < count_; ++lane) all[lane] = std::max(all[lane], known(thread, warp * 32 + lane));
    if (!learned_) continue;
    join(foreign, threads_[thread].foreign);
    if (threads_[thread].far == nullptr) continue;
    if (far == nullptr) far = std::make_unique<ClockVector>(count_);
    for (uint32_t i = 0; i < count_; ++i) (*far)[i] = std::max((*far)[i], (*threads_[thread].far)[i]);
  }
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    ThreadClocks& thread = threads_[warp * 32 + (uint32_t)__builtin_ctz(rest)];
    memcpy(thread.warp, all, sizeof all);
    ++thread.clock;
    if (!proxied.empty()) thread.proxied = std::make_unique<Knowledge>(proxied);
    if (!learned_) continue;
    thread.foreign = foreign;
    if (far != nullptr) thread.far = std::make_unique<ClockVector>(*far);
  }
}

std::shared_ptr<const Snapshot> Clocks::snapshot(uint32_t thread) const {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->block = block_;
  snapshot->own = seen(thread);
  snapshot->foreign = foreign_;
  join(snapshot->foreign, threads_[thread].foreign);
  if (!uses_proxies_) return snapshot;
  snapshot->proxied = proxied_;
  if (threads_[thread].proxied != nullptr) snapshot->proxied.learn(*threads_[thread].proxied);
  return snapshot;
}

void Clocks::fence(uint32_t thread, Scope scope) {
  ThreadClocks& me = threads_[thread];
  for (const Observed& one : me.observed) acquire(thread, one, scope);
  me.fenced_block = snapshot(thread);
  if (scope == Scope::kDevice) {
    me.observed.clear();  // after a fence of the block a wider one may learn more of them
    me.fenced = me.fenced_block;
  }
  ++me.clock;
}

void Clocks::publish(uint32_t thread, SyncWord& word, bool replaces, Scope scope) {
  if (replaces) word.published.clear();
  const ThreadClocks& me = threads_[thread];
  const auto add = [&](const std::shared_ptr<const Snapshot>& seen, Scope wide) {
    const size_t count = word.published.size();
    for (size_t i = count > 2 ? count - 2 : 0; i < count; ++i) {
      if (word.published[i].seen == seen && (word.published[i].scope == wide || wide == Scope::kBlock)) return;
    }
    word.published.push_back({seen, wide});
  };
  if (me.fenced != nullptr) add(me.fenced, scope);
  if (me.fenced_block != me.fenced) add(me.fenced_block, Scope::kBlock);
}

void Clocks::observe(uint32_t thread, const std::shared_ptr<SyncWord>& word, Scope scope) {
  const size_t count = word->published.size();
  if (count == 0) return;
  for (Observed& one : threads_[thread].observed) {
    if (one.word != word) continue;
    one.count = count;
    if (scope == Scope::kDevice) one.of_device = count;
    return;
  }
  threads_[thread].observed.push_back({word, count, scope == Scope::kDevice ? count : 0});
}

void Clocks::acquire(uint32_t thread, const Observed& observed, Scope scope) {
  if (scope == Scope::kDevice) acquire(thread, *observed.word, observed.of_device, Scope::kDevice);
  if (scope == Scope::kBlock || observed.count > observed.of_device) acquire(thread, *observed.word, observed.count, Scope::kBlock);
}

void Clocks::acquire(uint32_t thread, const SyncWord& word, size_t count, Scope scope) {
  ThreadClocks& me = threads_[thread];
  for (size_t i = 0; i < count && i < word.published.size(); ++i) {
    const Snapshot& seen = *word.published[i].seen;
    if (seen.block != block_ && (scope == Scope::kBlock || word.published[i].scope == Scope::kBlock)) continue;
    learned_ = true;
    if (seen.block == block_) {
      if (me.far == nullptr) me.far = std::make_unique<ClockVector>(count_);
      for (uint32_t other = 0; other < count_; ++other) (*me.far)[other] = std::max((*me.far)[other], seen.own[other]);
    } else {
      join(me.foreign, seen.block, std::shared_ptr<const ClockVector>(word.published[i].seen, &seen.own));
    }
    if (!seen.proxied.empty()) {
      // What that thread's block is to it, is another block to this one.
      if (seen.block == block_) join(proxied_of(thread).own, seen.proxied.own);
      else if (!seen.proxied.own.empty()) join(proxied_of(thread).foreign, seen.block, std::make_shared<ClockVector>(seen.proxied.own));
      for (auto& [block, clocks] : seen.proxied.foreign) {
        if (block == block_) join(proxied_of(thread).own, *clocks);
        else join(proxied_of(thread).foreign, block, clocks);
      }
    }
    for (auto& [block, clocks] : seen.foreign) {
      if (block != block_) join(me.foreign, block, clocks);
    }
  }
}
}  // namespace ckrt
