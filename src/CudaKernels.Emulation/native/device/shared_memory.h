// Shared memory, static and dynamic.
#pragma once

// One block at a time runs on an operating-system thread, so what its threads share is that thread's local storage. At block
// scope thread_local is static by itself; after extern it is legal too.
#define __shared__ thread_local

namespace ckrt {
inline uint8_t* dynamic_shared() { return own(this_block()->dynamic_shared); }

// What a plain `extern __shared__ T name[];` becomes.
template <class T> struct DynamicShared {
  operator T*() const { return reinterpret_cast<T*>(dynamic_shared()); }
  T& operator[](ptrdiff_t i) const { return static_cast<T*>(*this)[i]; }
};
}  // namespace ckrt

// Dynamic shared memory by name and type; on a GPU the same macro is an extern __shared__ array (common/shared.cuh).
#define CK_DYNAMIC_SHARED(T, name) T* const name = reinterpret_cast<T*>(ckrt::dynamic_shared())

// Addresses of one state space, and back. A shared one is an offset in the block's window, as instructions take it; the others are
// generic addresses here.
static inline size_t __cvta_generic_to_shared(const void* pointer, CK_LINE) { return ckrt_shared_offset(pointer, line); }
static inline void* __cvta_shared_to_generic(size_t address, CK_LINE) { return ckrt_shared_pointer((uint32_t)address, 1, 1, line); }
static inline size_t __cvta_generic_to_global(const void* pointer) { return (size_t)pointer; }
static inline void* __cvta_global_to_generic(size_t address) { return (void*)address; }
static inline size_t __cvta_generic_to_constant(const void* pointer) { return (size_t)pointer; }
static inline size_t __cvta_generic_to_local(const void* pointer) { return (size_t)pointer; }
