// The mistakes of one launch, each kept once with a count.
#pragma once
#include <stdint.h>

#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/abi.h"

namespace ckrt {
class Findings {
 public:
  // Adds one, or counts it when the same rule was broken at the same place (and against the same other place) before.
  void add(const ckrt_finding& finding) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (total_++ == 0 || all_.size() < kMost) {
      const auto key = std::make_tuple(finding.rule, finding.pc == 0 ? (uint64_t)finding.line : finding.pc, finding.other_pc, finding.file);
      const auto [place, fresh] = index_.try_emplace(key, all_.size());
      if (fresh) {
        all_.push_back(finding);
        all_.back().count = 1;
      } else {
        ++all_[place->second].count;
      }
    }
  }

  bool empty() const { return all_.empty(); }
  const std::vector<ckrt_finding>& all() const { return all_; }

 private:
  static constexpr size_t kMost = 1000;
  std::mutex mutex_;
  std::map<std::tuple<int32_t, uint64_t, uint64_t, const char*>, size_t> index_;
  std::vector<ckrt_finding> all_;
  uint64_t total_ = 0;
};
}  // namespace ckrt
