// Atomics are the host's: blocks may run on several operating-system threads. Every one counts a step, so that a spin loop lets
// the other threads of its block run.
#pragma once

// Inlined always: an access in here is then reported with the line of the kernel that called.
#define CK_ATOMIC_INLINE inline __attribute__((always_inline))

namespace ckrt {
// Until the next call, what the thread does to memory atomically counts for the threads of its block alone, or for all.
#if defined(CK_CHECK)
CK_QUIET inline void block_scope(bool only) { *(volatile bool*)&self()->block_scope = only; }
#else
inline void block_scope(bool) {}
#endif

template <class T, class F> CK_ATOMIC_INLINE T atomic_update(T* address, F next) {
  ckrt_atomic_step();
  T seen, wanted;
  __atomic_load(address, &seen, __ATOMIC_RELAXED);
  do {
    wanted = next(seen);
  } while (!__atomic_compare_exchange(address, &seen, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return seen;
}
}  // namespace ckrt

template <class T> CK_ATOMIC_INLINE T atomicAdd(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen + value); });
}
template <class T> CK_ATOMIC_INLINE T atomicSub(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen - value); });
}
template <class T> CK_ATOMIC_INLINE T atomicMin(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return value < seen ? value : seen; });
}
template <class T> CK_ATOMIC_INLINE T atomicMax(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return value > seen ? value : seen; });
}
template <class T> CK_ATOMIC_INLINE T atomicAnd(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen & value); });
}
template <class T> CK_ATOMIC_INLINE T atomicOr(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen | value); });
}
template <class T> CK_ATOMIC_INLINE T atomicXor(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T seen) { return (T)(seen ^ value); });
}
template <class T> CK_ATOMIC_INLINE T atomicExch(T* address, std::type_identity_t<T> value) {
  return ckrt::atomic_update(address, [=](T) { return value; });
}
CK_ATOMIC_INLINE unsigned atomicInc(unsigned* address, unsigned limit) {
  return ckrt::atomic_update(address, [=](unsigned seen) { return seen >= limit ? 0u : seen + 1; });
}
CK_ATOMIC_INLINE unsigned atomicDec(unsigned* address, unsigned limit) {
  return ckrt::atomic_update(address, [=](unsigned seen) { return seen == 0 || seen > limit ? limit : seen - 1; });
}
template <class T> CK_ATOMIC_INLINE T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  ckrt_atomic_step();
  __atomic_compare_exchange(address, &expected, &value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}

#define CK_OF_BLOCK(T, call)   \
  ckrt::block_scope(true);      \
  const T before = call;        \
  ckrt::block_scope(false);     \
  return before;
#define CK_SCOPED_ATOMIC(name)                                                                                                   \
  template <class T> CK_ATOMIC_INLINE T name##_block(T* address, std::type_identity_t<T> value) { CK_OF_BLOCK(T, name(address, value)) } \
  template <class T> CK_ATOMIC_INLINE T name##_system(T* address, std::type_identity_t<T> value) { return name(address, value); }
CK_SCOPED_ATOMIC(atomicAdd)
CK_SCOPED_ATOMIC(atomicSub)
CK_SCOPED_ATOMIC(atomicMin)
CK_SCOPED_ATOMIC(atomicMax)
CK_SCOPED_ATOMIC(atomicAnd)
CK_SCOPED_ATOMIC(atomicOr)
CK_SCOPED_ATOMIC(atomicXor)
CK_SCOPED_ATOMIC(atomicExch)
#undef CK_SCOPED_ATOMIC
CK_ATOMIC_INLINE unsigned atomicInc_block(unsigned* address, unsigned limit) { CK_OF_BLOCK(unsigned, atomicInc(address, limit)) }
CK_ATOMIC_INLINE unsigned atomicInc_system(unsigned* address, unsigned limit) { return atomicInc(address, limit); }
CK_ATOMIC_INLINE unsigned atomicDec_block(unsigned* address, unsigned limit) { CK_OF_BLOCK(unsigned, atomicDec(address, limit)) }
CK_ATOMIC_INLINE unsigned atomicDec_system(unsigned* address, unsigned limit) { return atomicDec(address, limit); }
template <class T> CK_ATOMIC_INLINE T atomicCAS_block(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) { CK_OF_BLOCK(T, atomicCAS(address, expected, value)) }
template <class T> CK_ATOMIC_INLINE T atomicCAS_system(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) { return atomicCAS(address, expected, value); }
#undef CK_OF_BLOCK
#undef CK_ATOMIC_INLINE
