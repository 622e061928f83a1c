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
