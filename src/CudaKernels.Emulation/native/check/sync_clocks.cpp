#include "check/sync_clocks.h"

#include <algorithm>

#include "check/clocks.h"

namespace ckrt {
void join(ClockVector& into, const ClockVector& clocks) {
  if (into.size() < clocks.size()) into.resize(clocks.size());
  for (size_t i = 0; i < clocks.size(); ++i) into[i] = std::max(into[i], clocks[i]);
}

void join(ForeignClocks& into, uint32_t block, const std::shared_ptr<const ClockVector>& clocks) {
  auto& known = into[block];
  if (known == nullptr) {
    known = clocks;
    return;
  }
  auto both = std::make_shared<ClockVector>(*known);
  join(*both, *clocks);
  known = both;
}

void join(ForeignClocks& into, const ForeignClocks& from) {
  for (auto& [block, clocks] : from) {
    if (into[block] != clocks) join(into, block, clocks);
  }
}

void SyncClocks::join(const SyncClocks& other) {
  for (auto& [block, clocks] : other.seen) ckrt::join(seen[block], clocks);
  for (auto& [block, clocks] : other.proxied) ckrt::join(proxied[block], clocks);
}

ClockVector Clocks::seen(uint32_t thread) const {
  const ThreadClocks& me = threads_[thread];
  ClockVector all(base_, base_ + count_);
  if (me.far != nullptr) join(all, *me.far);
  const uint32_t warp = thread / 32 * 32;
  for (uint32_t lane = 0; lane < 32 && warp + lane < count_; ++lane) all[warp + lane] = std::max(all[warp + lane], me.warp[lane]);
  all[thread] = me.clock;
  return all;
}

Knowledge& Clocks::proxied_of(uint32_t thread) {
  auto& proxied = threads_[thread].proxied;
  if (proxied == nullptr) proxied = std::make_unique<Knowledge>();
  uses_proxies_ = true;
  return *proxied;
}

void Clocks::release(uint32_t thread, SyncClocks& into) {
  ThreadClocks& me = threads_[thread];
  join(into.seen[block_], seen(thread));
  for (const ForeignClocks* foreign : {&foreign_, &me.foreign}) {
    for (auto& [block, clocks] : *foreign) join(into.seen[block], *clocks);
  }
  for (const Knowledge* passed : {(const Knowledge*)&proxied_, (const Knowledge*)me.proxied.get()}) {
    if (passed == nullptr || passed->empty()) continue;
    join(into.proxied[block_], passed->own);
    for (auto& [block, clocks] : passed->foreign) join(into.proxied[block], *clocks);
  }
  ++me.clock;
}

void Clocks::acquire(uint32_t thread, const SyncClocks& from) {
  ThreadClocks& me = threads_[thread];
  for (auto& [block, clocks] : from.seen) {
    learned_ = true;
    if (block != block_) {
      join(me.foreign, block, std::make_shared<ClockVector>(clocks));
      continue;
    }
    if (me.far == nullptr) me.far = std::make_unique<ClockVector>(count_);
    join(*me.far, clocks);
  }
  for (auto& [block, clocks] : from.proxied) {
    if (block == block_) join(proxied_of(thread).own, clocks);
    else join(proxied_of(thread).foreign, block, std::make_shared<ClockVector>(clocks));
  }
}

void Clocks::proxy_fence(uint32_t thread) {
  ThreadClocks& me = threads_[thread];
  Knowledge& passed = proxied_of(thread);
  join(passed.own, seen(thread));
  join(passed.foreign, foreign_);
  join(passed.foreign, me.foreign);
  ++me.clock;
}

static bool covers(const ForeignClocks& foreign, const Access& access) {
  const auto found = foreign.find(access.block);
  return found != foreign.end() && access.thread < found->second->size() && access.clock <= (*found->second)[access.thread];
}

bool Clocks::proxied(uint32_t thread, const Access& earlier) const {
  for (const Knowledge* passed : {(const Knowledge*)&proxied_, (const Knowledge*)threads_[thread].proxied.get()}) {
    if (passed == nullptr) continue;
    if (earlier.block != block_ ? covers(passed->foreign, earlier) : earlier.thread < passed->own.size() && earlier.clock <= passed->own[earlier.thread]) return true;
  }
  return false;
}

bool Clocks::knows_block(uint32_t thread, uint32_t block) const { return foreign_.count(block) != 0 || threads_[thread].foreign.count(block) != 0; }

bool Clocks::ordered_for_any(const Access& earlier) const {
  for (uint32_t thread = 0; thread < count_; ++thread) {
    if (ordered(thread, earlier)) return true;
  }
  return false;
}
}  // namespace ckrt
