// The asynchronous operations of a launch as its cells name them: a number each, and what their end is known by.
#pragma once
#include <stdint.h>

#include <array>
#include <deque>
#include <vector>

#include "check/access.h"

namespace ckrt {
// Numbers count from 1; 0 is none.
class AsyncRecords {
 public:
  uint32_t add(const char* name) {
    records_.push_back({name, {}});
    return (uint32_t)records_.size();
  }
  const char* name(uint32_t record) const { return records_[record - 1].name; }

  // An operation is over with its group, and may be over with the phase of an mbarrier too.
  const std::array<uint32_t, 2>& completions(uint32_t record) const { return records_[record - 1].completions; }
  void complete(uint32_t record, uint32_t completion) {
    auto& all = records_[record - 1].completions;
    all[all[0] != 0] = completion;
  }

  // Who has waited for a completion, and when: block, thread and clock of an access count.
  uint32_t add_completion() {
    observers_.emplace_back();
    return (uint32_t)observers_.size();
  }
  std::vector<Access>& observers(uint32_t completion) { return observers_[completion - 1]; }
  const std::vector<Access>& observers(uint32_t completion) const { return observers_[completion - 1]; }

 private:
  struct Record {
    const char* name;
    std::array<uint32_t, 2> completions;
  };
  std::deque<Record> records_;
  std::deque<std::vector<Access>> observers_;
};
}  // namespace ckrt
