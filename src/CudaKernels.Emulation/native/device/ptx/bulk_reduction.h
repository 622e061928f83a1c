// How bulk reductions combine two elements. f16 and bf16 are rounded after each sum, as their atomics round.
#pragma once
#include "device/ptx/cp_async.h"

namespace ckrt {
template <class T> CK_QUIET inline auto widened(T x) {
  if constexpr (std::is_class_v<T>) return to_f32(x);
  else return x;
}
template <class T, class Wide> CK_QUIET inline T narrowed(Wide x) {
  if constexpr (std::is_same_v<T, f16>) return to_f16(x);
  else if constexpr (std::is_same_v<T, bf16>) return to_bf16(x);
  else return (T)x;
}

#define CK_BULK_OPERATION(name, expression)                                                   \
  struct Bulk_##name {                                                                        \
    template <class T> CK_QUIET static T combine(T x, T y) {                                  \
      const auto a = widened(x), b = widened(y);                                              \
      return narrowed<T>(expression);                                                         \
    }                                                                                         \
  };
CK_BULK_OPERATION(add, a + b)
CK_BULK_OPERATION(min, b < a ? b : a)
CK_BULK_OPERATION(max, a < b ? b : a)
CK_BULK_OPERATION(and, a & b)
CK_BULK_OPERATION(or, a | b)
CK_BULK_OPERATION(xor, a ^ b)
#undef CK_BULK_OPERATION

template <class Operation, class T> CK_QUIET inline void reduce_now(void* state) {
  auto* copy = (AsyncCopy*)state;
  auto* to = (T*)copy->to;
  auto* from = (const T*)copy->from;
  // Blocks may reduce into the same elements from several operating-system threads.
  for (uint32_t i = 0; i < copy->bytes / sizeof(T); ++i) {
    T seen, wanted;
    __atomic_load(to + i, &seen, __ATOMIC_RELAXED);
    do {
      wanted = Operation::combine(seen, from[i]);
    } while (!__atomic_compare_exchange(to + i, &seen, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  }
}
}  // namespace ckrt
