#include "tensor/reduction.h"

#include <string.h>

#include "matrix/elements.h"

namespace ckrt {
bool has_reduction(uint32_t element, uint32_t reduction) {
  const bool whole = element == kU32 || element == kS32 || element == kU64 || element == kS64;
  switch (reduction) {
    case CKRT_ADD: return whole || element >= kF16;
    case CKRT_MIN: case CKRT_MAX: return whole || element == kF16 || element == kBf16;
    case CKRT_INC: case CKRT_DEC: return element == kU32;
    default: return whole;
  }
}

template <class T> static T whole(uint32_t reduction, T a, T b) {
  switch (reduction) {
    case CKRT_ADD: return (T)(a + b);
    case CKRT_MIN: return b < a ? b : a;
    case CKRT_MAX: return a < b ? b : a;
    case CKRT_INC: return a >= b ? 0 : a + 1;
    case CKRT_DEC: return a == 0 || a > b ? b : a - 1;
    case CKRT_AND: return a & b;
    case CKRT_OR: return a | b;
    default: return a ^ b;
  }
}
template <class T> static T floating(uint32_t reduction, T a, T b) { return reduction == CKRT_ADD ? a + b : reduction == CKRT_MIN ? (b < a ? b : a) : (a < b ? b : a); }

static uint16_t to_bf16(float value) {
  const uint32_t bits = bits_of(value);
  return (bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FFF : (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

template <class T, class F> static void each(void* to, const void* from, uint32_t bytes, F combine) {
  for (uint32_t i = 0; i < bytes / sizeof(T); ++i) {
    T mine, seen, wanted;
    memcpy(&mine, (const T*)from + i, sizeof(T));
    __atomic_load((T*)to + i, &seen, __ATOMIC_RELAXED);
    do {
      wanted = combine(seen, mine);
    } while (!__atomic_compare_exchange((T*)to + i, &seen, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  }
}

void reduce(uint32_t element, uint32_t reduction, void* to, const void* from, uint32_t bytes) {
  switch (element) {
    case kU32: each<uint32_t>(to, from, bytes, [=](uint32_t a, uint32_t b) { return whole(reduction, a, b); }); break;
    case kS32: each<int32_t>(to, from, bytes, [=](int32_t a, int32_t b) { return reduction == CKRT_ADD ? (int32_t)((uint32_t)a + (uint32_t)b) : whole(reduction, a, b); }); break;
    case kU64: each<uint64_t>(to, from, bytes, [=](uint64_t a, uint64_t b) { return whole(reduction, a, b); }); break;
    case kS64: each<int64_t>(to, from, bytes, [=](int64_t a, int64_t b) { return reduction == CKRT_ADD ? (int64_t)((uint64_t)a + (uint64_t)b) : whole(reduction, a, b); }); break;
    case kF64: each<double>(to, from, bytes, [=](double a, double b) { return floating(reduction, a, b); }); break;
    // Sums of 16-bit numbers are rounded once each.
    case kF16: each<uint16_t>(to, from, bytes, [=](uint16_t a, uint16_t b) { return double_to_half(floating(reduction, half_to_float(a), half_to_float(b))); }); break;
    case kBf16: each<uint16_t>(to, from, bytes, [=](uint16_t a, uint16_t b) { return to_bf16(floating(reduction, float_of((uint32_t)a << 16), float_of((uint32_t)b << 16))); }); break;
    default: each<float>(to, from, bytes, [=](float a, float b) { return floating(reduction, a, b); });
  }
}
}  // namespace ckrt
