// Shuffles, votes, matches and reductions of a warp. Each is a meeting of the lanes in the mask (runtime/rendezvous.cpp); a lane
// outside the mask, or one that reads a lane outside it, is a fault.
#pragma once

namespace ckrt {
struct Shuffle {
  uint64_t value, result;
  int source;  // the lane to read
  int line;
};

CK_QUIET inline void shuffle_all(void** lanes, uint32_t present) {
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) {
    auto* mine = (Shuffle*)lanes[__builtin_ctz(rest)];
    if (present >> mine->source & 1) {
      mine->result = ((Shuffle*)lanes[mine->source])->value;
      continue;
    }
    // An exited or unnamed lane has no value to give; the result is undefined on a GPU, here it is all ones.
    mine->result = ~0ull;
    ckrt_lane_misuse((uint32_t)__builtin_ctz(rest), mine->line, "a shuffle reads a lane that takes no part in it: its value is undefined");
  }
}

inline void check_width(int width, int line) {
  if (width < 1 || width > 32 || (width & (width - 1)) != 0) ckrt_fail(CKRT_SYNC_MISUSE, line, "the width of a shuffle must be a power of two from 1 to 32");
}

template <class T> inline T shuffle(uint32_t mask, T value, int source, int line, const char* name) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8, "shuffles move up to eight bytes");
  Shuffle argument{0, 0, source, line};
  memcpy(&argument.value, &value, sizeof value);
  ckrt_rendezvous(mask, shuffle_all, &argument, line, name);
  T result;
  memcpy(&result, &argument.result, sizeof result);
  return result;
}

// The value of every lane, gathered by each.
struct Gather {
  uint64_t value;
  uint32_t present;
  uint64_t all[32];
};

CK_QUIET inline void gather_all(void** lanes, uint32_t present) {
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) {
    auto* mine = (Gather*)lanes[__builtin_ctz(rest)];
    mine->present = present;
    for (uint32_t other = present; other != 0; other &= other - 1) mine->all[__builtin_ctz(other)] = ((Gather*)lanes[__builtin_ctz(other)])->value;
  }
}

struct Vote {
  bool predicate;
  uint32_t ballot, present;
};

CK_QUIET inline void vote_all(void** lanes, uint32_t present) {
  uint32_t ballot = 0;
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) ballot |= (uint32_t)((Vote*)lanes[__builtin_ctz(rest)])->predicate << __builtin_ctz(rest);
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) {
    ((Vote*)lanes[__builtin_ctz(rest)])->ballot = ballot;
    ((Vote*)lanes[__builtin_ctz(rest)])->present = present;
  }
}

inline Vote vote(uint32_t mask, bool predicate, int line, const char* name) {
  Vote argument{predicate, 0, 0};
  ckrt_rendezvous(mask, vote_all, &argument, line, name);
  return argument;
}

template <class T> inline Gather gather(uint32_t mask, T value, int line, const char* name) {
  Gather argument{};
  memcpy(&argument.value, &value, sizeof value);
  ckrt_rendezvous(mask, gather_all, &argument, line, name);
  return argument;
}

template <class T, class F> inline T reduce(uint32_t mask, T value, F combine, int line, const char* name) {
  const Gather all = gather(mask, value, line, name);
  bool first = true;
  T result{};
  for (uint32_t rest = all.present; rest != 0; rest &= rest - 1) {
    T other;
    memcpy(&other, &all.all[__builtin_ctz(rest)], sizeof other);
    result = first ? other : combine(result, other);
    first = false;
  }
  return result;
}
}  // namespace ckrt

template <class T> inline T __shfl_sync(unsigned mask, T value, int source, int width = 32, CK_LINE) {
  ckrt::check_width(width, line);
  const int lane = ckrt::lane();
  return ckrt::shuffle(mask, value, (lane & ~(width - 1)) | (source & (width - 1)), line, "__shfl_sync");
}
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32, CK_LINE) {
  ckrt::check_width(width, line);
  const int lane = ckrt::lane(), source = lane ^ lane_mask;
  return ckrt::shuffle(mask, value, (source & ~(width - 1)) > (lane & ~(width - 1)) ? lane : source, line, "__shfl_xor_sync");
}
template <class T> inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, CK_LINE) {
  ckrt::check_width(width, line);
  const int lane = ckrt::lane();
  return ckrt::shuffle(mask, value, (lane & (width - 1)) + (int)delta < width ? lane + (int)delta : lane, line, "__shfl_down_sync");
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, CK_LINE) {
  ckrt::check_width(width, line);
  const int lane = ckrt::lane();
  return ckrt::shuffle(mask, value, (lane & (width - 1)) >= (int)delta ? lane - (int)delta : lane, line, "__shfl_up_sync");
}

static inline void __syncwarp(unsigned mask = 0xffffffffu, CK_LINE) { ckrt_warp_barrier(mask, line); }
static inline unsigned __ballot_sync(unsigned mask, int predicate, CK_LINE) { return ckrt::vote(mask, predicate != 0, line, "__ballot_sync").ballot; }
static inline int __any_sync(unsigned mask, int predicate, CK_LINE) { return ckrt::vote(mask, predicate != 0, line, "__any_sync").ballot != 0; }
static inline int __all_sync(unsigned mask, int predicate, CK_LINE) {
  const ckrt::Vote all = ckrt::vote(mask, predicate != 0, line, "__all_sync");
  return all.ballot == all.present;
}
static inline unsigned __activemask(CK_LINE) { return ckrt_converged_lanes(line); }

template <class T> inline unsigned __match_any_sync(unsigned mask, T value, CK_LINE) {
  const ckrt::Gather all = ckrt::gather(mask, value, line, "__match_any_sync");
  unsigned same = 0;
  for (uint32_t rest = all.present; rest != 0; rest &= rest - 1) same |= (unsigned)(all.all[__builtin_ctz(rest)] == all.value) << __builtin_ctz(rest);
  return same;
}
template <class T> inline unsigned __match_all_sync(unsigned mask, T value, int* predicate, CK_LINE) {
  const unsigned same = __match_any_sync(mask, value, line);
  *predicate = same == mask;
  return *predicate ? mask : 0;
}

static inline unsigned __reduce_add_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a + b; }, line, "__reduce_add_sync"); }
static inline int __reduce_add_sync(unsigned mask, int value, CK_LINE) { return ckrt::reduce(mask, value, [](int a, int b) { return (int)((unsigned)a + (unsigned)b); }, line, "__reduce_add_sync"); }
static inline unsigned __reduce_min_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a < b ? a : b; }, line, "__reduce_min_sync"); }
static inline int __reduce_min_sync(unsigned mask, int value, CK_LINE) { return ckrt::reduce(mask, value, [](int a, int b) { return a < b ? a : b; }, line, "__reduce_min_sync"); }
static inline unsigned __reduce_max_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a > b ? a : b; }, line, "__reduce_max_sync"); }
static inline int __reduce_max_sync(unsigned mask, int value, CK_LINE) { return ckrt::reduce(mask, value, [](int a, int b) { return a > b ? a : b; }, line, "__reduce_max_sync"); }
static inline unsigned __reduce_and_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a & b; }, line, "__reduce_and_sync"); }
static inline unsigned __reduce_or_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a | b; }, line, "__reduce_or_sync"); }
static inline unsigned __reduce_xor_sync(unsigned mask, unsigned value, CK_LINE) { return ckrt::reduce(mask, value, [](unsigned a, unsigned b) { return a ^ b; }, line, "__reduce_xor_sync"); }
