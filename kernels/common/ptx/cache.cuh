// Loads and stores of 4, 8 or 16 bytes in global memory that say how caches shall treat them, prefetches, and eviction policies for
// the L2 cache. They change speed alone, except that what the read-only path (.nc) loads must not be written during the kernel.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/cache.h"
#else
namespace ptx {
template <class T> union Words {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8 || sizeof(T) == 16, "one access moves 4, 8 or 16 bytes");
  T value;
  u32 word[sizeof(T) / 4];
  __device__ __forceinline__ Words() {}
  __device__ __forceinline__ explicit Words(const T& v) : value(v) {}
};

// The read-only path has no order with stores, so these may be moved and merged: neither volatile nor a clobber.
#define CK_LOAD_NC(name, opcode)                                                                                                \
  template <class T> __device__ __forceinline__ T name(const T* p) {                                                            \
    Words<T> to;                                                                                                                \
    if constexpr (sizeof(T) == 4) {                                                                                             \
      asm(opcode ".b32 %0, [%1];" : "=r"(to.word[0]) : "l"(p));                                                                 \
    } else if constexpr (sizeof(T) == 8) {                                                                                      \
      asm(opcode ".v2.b32 {%0, %1}, [%2];" : "=r"(to.word[0]), "=r"(to.word[1]) : "l"(p));                                      \
    } else {                                                                                                                    \
      asm(opcode ".v4.b32 {%0, %1, %2, %3}, [%4];"                                                                              \
          : "=r"(to.word[0]), "=r"(to.word[1]), "=r"(to.word[2]), "=r"(to.word[3])                                              \
          : "l"(p));                                                                                                            \
    }                                                                                                                           \
    return to.value;                                                                                                            \
  }
#define CK_LOAD(name, opcode)                                                                                                   \
  template <class T> __device__ __forceinline__ T name(const T* p) {                                                            \
    Words<T> to;                                                                                                                \
    if constexpr (sizeof(T) == 4) {                                                                                             \
      asm volatile(opcode ".b32 %0, [%1];" : "=r"(to.word[0]) : "l"(p) : "memory");                                             \
    } else if constexpr (sizeof(T) == 8) {                                                                                      \
      asm volatile(opcode ".v2.b32 {%0, %1}, [%2];" : "=r"(to.word[0]), "=r"(to.word[1]) : "l"(p) : "memory");                  \
    } else {                                                                                                                    \
      asm volatile(opcode ".v4.b32 {%0, %1, %2, %3}, [%4];"                                                                     \
                   : "=r"(to.word[0]), "=r"(to.word[1]), "=r"(to.word[2]), "=r"(to.word[3])                                     \
                   : "l"(p)                                                                                                     \
                   : "memory");                                                                                                 \
    }                                                                                                                           \
    return to.value;                                                                                                            \
  }
#define CK_STORE(name, opcode)                                                                                                  \
  template <class T> __device__ __forceinline__ void name(T* p, const T& value) {                                               \
    const Words<T> from(value);                                                                                                 \
    if constexpr (sizeof(T) == 4) {                                                                                             \
      asm volatile(opcode ".b32 [%0], %1;" ::"l"(p), "r"(from.word[0]) : "memory");                                             \
    } else if constexpr (sizeof(T) == 8) {                                                                                      \
      asm volatile(opcode ".v2.b32 [%0], {%1, %2};" ::"l"(p), "r"(from.word[0]), "r"(from.word[1]) : "memory");                 \
    } else {                                                                                                                    \
      asm volatile(opcode ".v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(p), "r"(from.word[0]), "r"(from.word[1]), "r"(from.word[2]),  \
                   "r"(from.word[3])                                                                                            \
                   : "memory");                                                                                                 \
    }                                                                                                                           \
  }
CK_LOAD_NC(load_nc, "ld.global.nc")
CK_LOAD_NC(load_nc_no_allocate, "ld.global.nc.L1::no_allocate")  // read once: L1 is left to others
CK_LOAD(load_cg, "ld.global.cg")                                 // L2 alone, where blocks meet
CK_LOAD(load_evict_first, "ld.global.L1::evict_first")
CK_LOAD(load_evict_last, "ld.global.L1::evict_last")
CK_STORE(store_cg, "st.global.cg")
CK_STORE(store_streaming, "st.global.cs")  // likely not read again soon
CK_STORE(store_no_allocate, "st.global.L1::no_allocate")
#undef CK_LOAD_NC
#undef CK_LOAD
#undef CK_STORE

// prefetch: a hint that never faults.
__device__ __forceinline__ void prefetch_l1(const void* p) { asm volatile("prefetch.global.L1 [%0];" ::"l"(p)); }
__device__ __forceinline__ void prefetch_l2(const void* p) { asm volatile("prefetch.global.L2 [%0];" ::"l"(p)); }

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
__device__ __forceinline__ void prefetch_l2_evict_last(const void* p) { asm volatile("prefetch.global.L2::evict_last [%0];" ::"l"(p)); }

// createpolicy.fractional: the given share of the accesses gets the priority, the others none.
__device__ __forceinline__ u64 policy_evict_first(float fraction = 1.0f) {
  u64 policy;
  asm("createpolicy.fractional.L2::evict_first.b64 %0, %1;" : "=l"(policy) : "f"(fraction));
  return policy;
}
__device__ __forceinline__ u64 policy_evict_last(float fraction = 1.0f) {
  u64 policy;
  asm("createpolicy.fractional.L2::evict_last.b64 %0, %1;" : "=l"(policy) : "f"(fraction));
  return policy;
}

// ld.global.nc and st.global under such a policy.
template <class T> __device__ __forceinline__ T load_nc_hinted(const T* p, u64 policy) {
  Words<T> to;
  if constexpr (sizeof(T) == 4) {
    asm("ld.global.nc.L2::cache_hint.b32 %0, [%1], %2;" : "=r"(to.word[0]) : "l"(p), "l"(policy));
  } else if constexpr (sizeof(T) == 8) {
    asm("ld.global.nc.L2::cache_hint.v2.b32 {%0, %1}, [%2], %3;" : "=r"(to.word[0]), "=r"(to.word[1]) : "l"(p), "l"(policy));
  } else {
    asm("ld.global.nc.L2::cache_hint.v4.b32 {%0, %1, %2, %3}, [%4], %5;"
        : "=r"(to.word[0]), "=r"(to.word[1]), "=r"(to.word[2]), "=r"(to.word[3])
        : "l"(p), "l"(policy));
  }
  return to.value;
}
template <class T> __device__ __forceinline__ void store_hinted(T* p, const T& value, u64 policy) {
  const Words<T> from(value);
  if constexpr (sizeof(T) == 4) {
    asm volatile("st.global.L2::cache_hint.b32 [%0], %1, %2;" ::"l"(p), "r"(from.word[0]), "l"(policy) : "memory");
  } else if constexpr (sizeof(T) == 8) {
    asm volatile("st.global.L2::cache_hint.v2.b32 [%0], {%1, %2}, %3;" ::"l"(p), "r"(from.word[0]), "r"(from.word[1]), "l"(policy)
                 : "memory");
  } else {
    asm volatile("st.global.L2::cache_hint.v4.b32 [%0], {%1, %2, %3, %4}, %5;" ::"l"(p), "r"(from.word[0]), "r"(from.word[1]),
                 "r"(from.word[2]), "r"(from.word[3]), "l"(policy)
                 : "memory");
  }
}
#endif
}  // namespace ptx
#endif
