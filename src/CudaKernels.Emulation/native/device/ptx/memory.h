// The emulated twin of common/ptx/memory.cuh. A load that acquires is usually one of a loop that waits: others run first. Scopes wider
// than the block are all one, the device.
#pragma once

namespace ptx {
#define CK_ONLY_BLOCK_cta true
#define CK_ONLY_BLOCK_cluster false
#define CK_ONLY_BLOCK_gpu false
#define CK_ONLY_BLOCK_sys false
#define CK_IN_SCOPE(scope, ...)                   \
  ckrt::block_scope(CK_ONLY_BLOCK_##scope);        \
  __VA_ARGS__;                                    \
  ckrt::block_scope(false);
#define CK_LOAD_STORE(scope, T)                                                      \
  __forceinline__ T ld_acquire_##scope(const T* address) {                           \
    ckrt_yield();                                                                    \
    T value;                                                                         \
    CK_IN_SCOPE(scope, __atomic_load(address, &value, __ATOMIC_ACQUIRE))             \
    return value;                                                                    \
  }                                                                                  \
  __forceinline__ T ld_relaxed_##scope(const T* address) {                           \
    ckrt_yield();                                                                    \
    T value;                                                                         \
    CK_IN_SCOPE(scope, __atomic_load(address, &value, __ATOMIC_RELAXED))             \
    return value;                                                                    \
  }                                                                                  \
  __forceinline__ void st_release_##scope(T* address, T value) { CK_IN_SCOPE(scope, __atomic_store(address, &value, __ATOMIC_RELEASE)) } \
  __forceinline__ void st_relaxed_##scope(T* address, T value) { CK_IN_SCOPE(scope, __atomic_store(address, &value, __ATOMIC_RELAXED)) }
#define CK_ADD(scope, T)                                                                                               \
  __forceinline__ void red_release_add_##scope(T* address, T value) { CK_IN_SCOPE(scope, __atomic_fetch_add(address, value, __ATOMIC_RELEASE)) } \
  __forceinline__ void red_relaxed_add_##scope(T* address, T value) { CK_IN_SCOPE(scope, __atomic_fetch_add(address, value, __ATOMIC_RELAXED)) } \
  __forceinline__ T atom_acq_rel_add_##scope(T* address, T value) {                                                    \
    ckrt_atomic_step();                                                                                                \
    CK_IN_SCOPE(scope, const T before = __atomic_fetch_add(address, value, __ATOMIC_ACQ_REL))                          \
    return before;                                                                                                     \
  }
#define CK_COMPARE_AND_SWAP(scope, T)                                                                                  \
  __forceinline__ T atom_acq_rel_cas_##scope(T* address, T expected, T value) {                                        \
    ckrt_yield();                                                                                                      \
    CK_IN_SCOPE(scope, __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) \
    return expected;                                                                                                   \
  }
#define CK_SCOPE(scope)           \
  CK_LOAD_STORE(scope, u32)       \
  CK_LOAD_STORE(scope, i32)       \
  CK_LOAD_STORE(scope, u64)       \
  CK_LOAD_STORE(scope, float)     \
  CK_ADD(scope, u32)              \
  CK_ADD(scope, i32)              \
  CK_ADD(scope, u64)              \
  CK_COMPARE_AND_SWAP(scope, u32) \
  CK_COMPARE_AND_SWAP(scope, u64)
CK_SCOPE(cta)
CK_SCOPE(gpu)
CK_SCOPE(sys)
#if __CUDA_ARCH__ >= 900
CK_SCOPE(cluster)
#endif
#undef CK_SCOPE
#undef CK_COMPARE_AND_SWAP
#undef CK_ADD
#undef CK_LOAD_STORE
#undef CK_IN_SCOPE
#undef CK_ONLY_BLOCK_cta
#undef CK_ONLY_BLOCK_cluster
#undef CK_ONLY_BLOCK_gpu
#undef CK_ONLY_BLOCK_sys
}  // namespace ptx
