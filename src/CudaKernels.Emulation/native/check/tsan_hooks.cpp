// What the compiler's thread sanitizer calls for every access to memory that is left after optimisation. Its own library is not
// linked: these functions are.
#include <string.h>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
static inline void on_access(const void* address, size_t size, uint8_t flags, void* pc) {
  if (!on_fiber_stack(stack_pointer())) return;  // a constructor of the module, on a thread of the loader
  Fiber* fiber = self();
  // Local memory is the thread's own: by far the most accesses.
  if (on_fiber_stack((uintptr_t)address) && fiber_of((uintptr_t)address) == fiber) {
    if (fiber->watched) touch_registers(fiber, (uintptr_t)address, (uint32_t)size, flags & kWrite, (uint64_t)pc - 1);
    return;
  }
  if (Checker* checker = checker_of(fiber)) checker->access(fiber, (uintptr_t)address, (uint32_t)size, flags, (uint64_t)pc - 1);
}

static inline void on_atomic(const void* address, size_t size, bool reads, bool writes, int order, void* pc) {
  if (!on_fiber_stack(stack_pointer())) return;
  Fiber* fiber = self();
  if (on_fiber_stack((uintptr_t)address)) return;
  Checker* checker = checker_of(fiber);
  if (checker == nullptr) return;
  const Scope scope = fiber->block_scope ? Scope::kBlock : Scope::kDevice;
  checker->access(fiber, (uintptr_t)address, (uint32_t)size, (uint8_t)(kAtomic | (writes ? kWrite : 0) | (scope == Scope::kBlock ? kBlockScope : 0)), (uint64_t)pc - 1);
  checker->atomic(fiber, (uintptr_t)address, reads, writes, order == __ATOMIC_ACQUIRE || order >= __ATOMIC_ACQ_REL || order == __ATOMIC_CONSUME, order >= __ATOMIC_RELEASE, scope);
}

// Whether an atomic operation has changed memory: a block that goes on without doing so hangs.
static inline void note_change(bool changed) {
  if (!changed || !on_fiber_stack(stack_pointer())) return;
  if (Checker* checker = checker_of(self())) checker->changed();
}

// A volatile access to global memory takes part in the order that fences make.
static inline void on_volatile(const void* address, size_t size, bool writes, void* pc) {
  on_access(address, size, (uint8_t)(kVolatile | (writes ? kWrite : 0)), pc);
  if (!on_fiber_stack(stack_pointer())) return;
  if (Checker* checker = checker_of(self())) checker->atomic(self(), (uintptr_t)address, !writes, writes, false, false, Scope::kDevice);
}
}  // namespace ckrt

#define CK_HOOK extern "C" __attribute__((visibility("default")))
#define CK_PC __builtin_return_address(0)

#define CK_ACCESS(n)                                                                                            \
  CK_HOOK void __tsan_read##n(void* p) { ckrt::on_access(p, n, 0, CK_PC); }                                      \
  CK_HOOK void __tsan_write##n(void* p) { ckrt::on_access(p, n, ckrt::kWrite, CK_PC); }                          \
  CK_HOOK void __tsan_unaligned_read##n(void* p) { ckrt::on_access(p, n, 0, CK_PC); }                            \
  CK_HOOK void __tsan_unaligned_write##n(void* p) { ckrt::on_access(p, n, ckrt::kWrite, CK_PC); }                \
  CK_HOOK void __tsan_read_write##n(void* p) {                                                                   \
    ckrt::on_access(p, n, 0, CK_PC);                                                                             \
    ckrt::on_access(p, n, ckrt::kWrite, CK_PC);                                                                  \
  }                                                                                                              \
  CK_HOOK void __tsan_unaligned_read_write##n(void* p) { __tsan_read_write##n(p); }                              \
  CK_HOOK void __tsan_volatile_read##n(void* p) { ckrt::on_volatile(p, n, false, CK_PC); }                       \
  CK_HOOK void __tsan_volatile_write##n(void* p) { ckrt::on_volatile(p, n, true, CK_PC); }                       \
  CK_HOOK void __tsan_unaligned_volatile_read##n(void* p) { ckrt::on_volatile(p, n, false, CK_PC); }             \
  CK_HOOK void __tsan_unaligned_volatile_write##n(void* p) { ckrt::on_volatile(p, n, true, CK_PC); }
CK_ACCESS(1)
CK_ACCESS(2)
CK_ACCESS(4)
CK_ACCESS(8)
CK_ACCESS(16)

CK_HOOK void __tsan_read_range(void* p, size_t size) { ckrt::on_access(p, size, 0, CK_PC); }
CK_HOOK void __tsan_write_range(void* p, size_t size) { ckrt::on_access(p, size, ckrt::kWrite, CK_PC); }
CK_HOOK void __tsan_init() {}
CK_HOOK void __tsan_func_entry(void*) {}
CK_HOOK void __tsan_func_exit() {}
CK_HOOK void __tsan_vptr_update(void**, void*) {}
CK_HOOK void __tsan_vptr_read(void**) {}
CK_HOOK void* __tsan_memcpy(void* to, const void* from, size_t size) {
  ckrt::on_access(from, size, 0, CK_PC);
  ckrt::on_access(to, size, ckrt::kWrite, CK_PC);
  return memcpy(to, from, size);
}
CK_HOOK void* __tsan_memmove(void* to, const void* from, size_t size) {
  ckrt::on_access(from, size, 0, CK_PC);
  ckrt::on_access(to, size, ckrt::kWrite, CK_PC);
  return memmove(to, from, size);
}
CK_HOOK void* __tsan_memset(void* to, int value, size_t size) {
  ckrt::on_access(to, size, ckrt::kWrite, CK_PC);
  return memset(to, value, size);
}

CK_HOOK void __tsan_atomic_thread_fence(int order) {
  if (!ckrt::on_fiber_stack(ckrt::stack_pointer())) return;
  ckrt::Fiber* fiber = ckrt::self();
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->fence(fiber, order == __ATOMIC_SEQ_CST ? ckrt::Scope::kDevice : ckrt::Scope::kBlock);
}
CK_HOOK void __tsan_atomic_signal_fence(int) {}

#define CK_FETCH(n, T, name, builtin)                                                              \
  CK_HOOK T __tsan_atomic##n##_fetch_##name(volatile T* p, T value, int order) {                   \
    ckrt::on_atomic((const void*)p, sizeof(T), true, true, order, CK_PC);                          \
    const T before = builtin(p, value, __ATOMIC_SEQ_CST);                                          \
    ckrt::note_change(__atomic_load_n(p, __ATOMIC_SEQ_CST) != before);                             \
    return before;                                                                                 \
  }
#define CK_ATOMIC(n, T)                                                                                                   \
  CK_HOOK T __tsan_atomic##n##_load(const volatile T* p, int order) {                                                     \
    ckrt::on_atomic((const void*)p, sizeof(T), true, false, order, CK_PC);                                                \
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                                          \
  }                                                                                                                       \
  CK_HOOK void __tsan_atomic##n##_store(volatile T* p, T value, int order) {                                              \
    ckrt::on_atomic((const void*)p, sizeof(T), false, true, order, CK_PC);                                                \
    ckrt::note_change(__atomic_exchange_n(p, value, __ATOMIC_SEQ_CST) != value);                                          \
  }                                                                                                                       \
  CK_HOOK T __tsan_atomic##n##_exchange(volatile T* p, T value, int order) {                                              \
    ckrt::on_atomic((const void*)p, sizeof(T), true, true, order, CK_PC);                                                 \
    const T before = __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);                                                     \
    ckrt::note_change(before != value);                                                                                   \
    return before;                                                                                                        \
  }                                                                                                                       \
  CK_HOOK int __tsan_atomic##n##_compare_exchange_strong(volatile T* p, T* expected, T value, int order, int) {           \
    ckrt::on_atomic((const void*)p, sizeof(T), true, true, order, CK_PC);                                                 \
    const T before = *expected;                                                                                           \
    const bool done = __atomic_compare_exchange_n(p, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);         \
    ckrt::note_change(done && before != value);                                                                           \
    return done;                                                                                                          \
  }                                                                                                                       \
  CK_HOOK int __tsan_atomic##n##_compare_exchange_weak(volatile T* p, T* expected, T value, int order, int failure) {     \
    return __tsan_atomic##n##_compare_exchange_strong(p, expected, value, order, failure);                                \
  }                                                                                                                       \
  CK_HOOK T __tsan_atomic##n##_compare_exchange_val(volatile T* p, T expected, T value, int order, int failure) {         \
    __tsan_atomic##n##_compare_exchange_strong(p, &expected, value, order, failure);                                      \
    return expected;                                                                                                      \
  }                                                                                                                       \
  CK_FETCH(n, T, add, __atomic_fetch_add)                                                                                 \
  CK_FETCH(n, T, sub, __atomic_fetch_sub)                                                                                 \
  CK_FETCH(n, T, and, __atomic_fetch_and)                                                                                 \
  CK_FETCH(n, T, or, __atomic_fetch_or)                                                                                   \
  CK_FETCH(n, T, xor, __atomic_fetch_xor)                                                                                 \
  CK_FETCH(n, T, nand, __atomic_fetch_nand)
CK_ATOMIC(8, uint8_t)
CK_ATOMIC(16, uint16_t)
CK_ATOMIC(32, uint32_t)
CK_ATOMIC(64, uint64_t)
