// Atomics are the host's: blocks may run on several operating-system threads. Every one counts a step, so that a spin loop lets
// the other threads of its block run.
#pragma once

namespace ckrt {
template <class T, class F> inline T atomic_update(T* address, F next) {
  ckrt_atomic_step();
  T seen, wanted;
  __atomic_load(address, &seen, __ATOMIC_RELAXED);
  do {
    wanted = next(seen);
  } while (!__atomic_compare_exchange(address, &seen, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return seen;
}
}  // namespace ckrt

template <class T> inline T atomicAdd(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen + value); });
}
template <class T> inline T atomicSub(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen - value); });
}
template <class T> inline T atomicMin(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return value < seen ? value : seen; });
}
template <class T> inline T atomicMax(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return value > seen ? value : seen; });
}
template <class T> inline T atomicAnd(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen & value); });
}
template <class T> inline T atomicOr(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen | value); });
}
template <class T> inline T atomicXor(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen ^ value); });
}
template <class T> inline T atomicExch(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T) { return value; });
}
inline unsigned atomicInc(unsigned* address, unsigned limit) {
  return ckrt::atomic_update(address, [=](unsigned seen) { return seen >= limit ? 0u : seen + 1; });
}
inline unsigned atomicDec(unsigned* address, unsigned limit) {
  return ckrt::atomic_update(address, [=](unsigned seen) { return seen == 0 || seen > limit ? limit : seen - 1; });
}
template <class T> inline T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  ckrt_atomic_step();
  __atomic_compare_exchange(address, &expected, &value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}

#define CK_SCOPED_ATOMIC(name)                                                                                       \
  template <class T> inline T name##_block(T* address, std::type_identity_t<T> value) { return name(address, value); } \
  template <class T> inline T name##_system(T* address, std::type_identity_t<T> value) { return name(address, value); }
CK_SCOPED_ATOMIC(atomicAdd)
CK_SCOPED_ATOMIC(atomicSub)
CK_SCOPED_ATOMIC(atomicMin)
CK_SCOPED_ATOMIC(atomicMax)
CK_SCOPED_ATOMIC(atomicAnd)
CK_SCOPED_ATOMIC(atomicOr)
CK_SCOPED_ATOMIC(atomicXor)
CK_SCOPED_ATOMIC(atomicExch)
#undef CK_SCOPED_ATOMIC
inline unsigned atomicInc_block(unsigned* address, unsigned limit) { return atomicInc(address, limit); }
inline unsigned atomicInc_system(unsigned* address, unsigned limit) { return atomicInc(address, limit); }
inline unsigned atomicDec_block(unsigned* address, unsigned limit) { return atomicDec(address, limit); }
inline unsigned atomicDec_system(unsigned* address, unsigned limit) { return atomicDec(address, limit); }
template <class T> inline T atomicCAS_block(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) { return atomicCAS(address, expected, value); }
template <class T> inline T atomicCAS_system(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) { return atomicCAS(address, expected, value); }
