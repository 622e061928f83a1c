// Loads, stores and atomics of inline PTX, made in the kernel's own code, where the checking mode sees them. A shared address is an
// offset in the block's window, as cvta.to.shared and __cvta_generic_to_shared give it.
#pragma once

namespace ckrt::ptx_asm {
enum Space { kGeneric, kShared };

template <class A> __forceinline__ void* locate(Space space, A address, int64_t offset, uint32_t bytes, int line) {
  if (space == kShared) return ckrt_shared_pointer((uint32_t)(as<uint64_t>(address) + (uint64_t)offset), bytes, bytes, line);
  char* pointer = (char*)(uintptr_t)(as<uint64_t>(address) + (uint64_t)offset);
  if ((uintptr_t)pointer % bytes != 0) ckrt_fail(CKRT_MISALIGNED, line, "one access at an address that is no multiple of its size");
  return pointer;
}

// Read-only: through the path that does not see what the same kernel writes.
enum Way { kPlain, kReadOnly, kVolatile, kAcquire, kRelaxed, kRelease };

template <class T, int N> struct alignas(sizeof(T) * N) Whole {
  T at[N];
};
template <class T> CK_QUIET __attribute__((noinline)) T read_quietly(const T* p) { return *p; }

template <class T, Way way, class R, int N, class A> __forceinline__ void load(Targets<R, N> to, Space space, A address, int64_t offset, CK_LINE) {
  const auto* from = (const Whole<T, N>*)locate(space, address, offset, sizeof(Whole<T, N>), line);
  Whole<T, N> value;
  // Usually one of a loop that waits: others run first. A plain one may be that too.
  if constexpr (way == kVolatile || way == kAcquire || way == kRelaxed) ckrt_yield();
  else if constexpr (way == kPlain) ckrt_atomic_step();
  if constexpr (way == kVolatile) {
    for (int i = 0; i < N; ++i) value.at[i] = *(const volatile T*)&from->at[i];
  } else if constexpr (way == kAcquire || way == kRelaxed) {
    for (int i = 0; i < N; ++i) __atomic_load(&from->at[i], &value.at[i], way == kAcquire ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED);
  } else if constexpr (way == kReadOnly) {
#if defined(CK_CHECK)
    ckrt_access(from, sizeof value, CKRT_READ_ONLY);
    value = read_quietly(from);
#else
    value = *from;
#endif
  } else {
    value = *from;
  }
  for (int i = 0; i < N; ++i) set(*to.at[i], value.at[i]);
}

template <class T, Way way, class R, int N, class A> __forceinline__ void store(Space space, A address, int64_t offset, Values<R, N> values, CK_LINE) {
  auto* to = (Whole<T, N>*)locate(space, address, offset, sizeof(Whole<T, N>), line);
  Whole<T, N> value;
  for (int i = 0; i < N; ++i) value.at[i] = as<T>(values.at[i]);
  if constexpr (way == kVolatile) {
    for (int i = 0; i < N; ++i) *(volatile T*)&to->at[i] = value.at[i];
  } else if constexpr (way == kRelease || way == kRelaxed) {
    for (int i = 0; i < N; ++i) __atomic_store(&to->at[i], &value.at[i], way == kRelease ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
  } else {
    *to = value;
  }
}

// What an atomic makes of a word and its operand.
#define CK_PTX_ATOMIC(name, expression)                                 \
  struct Atomic_##name {                                                \
    template <class T> CK_QUIET static T next(T a, T b) { return expression; } \
  };
CK_PTX_ATOMIC(add, (add<T>(a, b)))
CK_PTX_ATOMIC(min, (min<T>(a, b)))
CK_PTX_ATOMIC(max, (max<T>(a, b)))
CK_PTX_ATOMIC(and, (bit_and<T>(a, b)))
CK_PTX_ATOMIC(or, (bit_or<T>(a, b)))
CK_PTX_ATOMIC(xor, (bit_xor<T>(a, b)))
CK_PTX_ATOMIC(exch, b)
CK_PTX_ATOMIC(inc, a >= b ? (T)0 : (T)(a + 1))
CK_PTX_ATOMIC(dec, a == 0 || a > b ? b : (T)(a - 1))
#undef CK_PTX_ATOMIC

// The order says how far it is ordered: of atom and red, acq_rel and its parts order, relaxed does not.
template <class Operation, class T, int order, class A, class B> __forceinline__ T atomic(Space space, A address, int64_t offset, B operand, CK_LINE) {
  T* word = (T*)locate(space, address, offset, sizeof(T), line);
  ckrt_atomic_step();
  const T b = as<T>(operand);
  T seen, wanted;
  __atomic_load(word, &seen, __ATOMIC_RELAXED);
  do {
    wanted = Operation::next(seen, b);
  } while (!__atomic_compare_exchange(word, &seen, &wanted, false, order, __ATOMIC_RELAXED));
  return seen;
}
// Of several elements side by side, each by itself.
template <class Operation, class T, int order, class A, class R, int N> __forceinline__ Values<T, N> atomic(Space space, A address, int64_t offset, Values<R, N> operands, CK_LINE) {
  locate(space, address, offset, sizeof(T) * N, line);
  Values<T, N> seen;
  for (int i = 0; i < N; ++i) seen.at[i] = atomic<Operation, T, order>(space, address, offset + i * (int64_t)sizeof(T), operands.at[i], line);
  return seen;
}
template <class T, int order, class A, class B, class C> __forceinline__ T compare_and_swap(Space space, A address, int64_t offset, B expected, C wanted, CK_LINE) {
  T* word = (T*)locate(space, address, offset, sizeof(T), line);
  ckrt_yield();
  T seen = as<T>(expected), value = as<T>(wanted);
  __atomic_compare_exchange(word, &seen, &value, false, order, order == __ATOMIC_RELEASE ? __ATOMIC_RELAXED : order == __ATOMIC_ACQ_REL ? __ATOMIC_ACQUIRE : order);
  return seen;
}

template <class A> __forceinline__ uint64_t to_shared(A pointer, CK_LINE) { return ckrt_shared_offset((const void*)(uintptr_t)as<uint64_t>(pointer), line); }
template <class A> __forceinline__ uint64_t from_shared(A address, CK_LINE) { return (uint64_t)(uintptr_t)ckrt_shared_pointer((uint32_t)as<uint64_t>(address), 1, 1, line); }
}  // namespace ckrt::ptx_asm
