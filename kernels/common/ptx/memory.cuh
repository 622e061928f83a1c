// Loads that acquire, stores and reductions that release, and atomics that do both, with a scope: cta, cluster (sm_90), gpu or sys.
// They are how threads wait for one another through global memory; on the software device each lets others run.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/memory.h"
#elif defined(__CUDA_ARCH__)
namespace ptx {
#define CK_LOAD_STORE(scope, T, suffix, register)                                                                               \
  __device__ __forceinline__ T ld_acquire_##scope(const T* address) {                                                           \
    T value;                                                                                                                    \
    asm volatile("ld.acquire." #scope ".global." suffix " %0, [%1];" : "=" register(value) : "l"(address) : "memory");            \
    return value;                                                                                                               \
  }                                                                                                                             \
  __device__ __forceinline__ T ld_relaxed_##scope(const T* address) {                                                           \
    T value;                                                                                                                    \
    asm volatile("ld.relaxed." #scope ".global." suffix " %0, [%1];" : "=" register(value) : "l"(address) : "memory");            \
    return value;                                                                                                               \
  }                                                                                                                             \
  __device__ __forceinline__ void st_release_##scope(T* address, T value) {                                                     \
    asm volatile("st.release." #scope ".global." suffix " [%0], %1;" ::"l"(address), register(value) : "memory");                 \
  }                                                                                                                             \
  __device__ __forceinline__ void st_relaxed_##scope(T* address, T value) {                                                     \
    asm volatile("st.relaxed." #scope ".global." suffix " [%0], %1;" ::"l"(address), register(value) : "memory");                 \
  }
#define CK_ADD(scope, T, suffix, register)                                                                                                              \
  __device__ __forceinline__ void red_release_add_##scope(T* address, T value) {                                                                        \
    asm volatile("red.release." #scope ".global.add." suffix " [%0], %1;" ::"l"(address), register(value) : "memory");                                    \
  }                                                                                                                                                     \
  __device__ __forceinline__ void red_relaxed_add_##scope(T* address, T value) {                                                                        \
    asm volatile("red.relaxed." #scope ".global.add." suffix " [%0], %1;" ::"l"(address), register(value) : "memory");                                    \
  }                                                                                                                                                     \
  __device__ __forceinline__ T atom_acq_rel_add_##scope(T* address, T value) {                                                                          \
    T before;                                                                                                                                           \
    asm volatile("atom.acq_rel." #scope ".global.add." suffix " %0, [%1], %2;" : "=" register(before) : "l"(address), register(value) : "memory");         \
    return before;                                                                                                                                      \
  }
#define CK_COMPARE_AND_SWAP(scope, T, suffix, register)                                                                                                                       \
  __device__ __forceinline__ T atom_acq_rel_cas_##scope(T* address, T expected, T value) {                                                                                    \
    T before;                                                                                                                                                                 \
    asm volatile("atom.acq_rel." #scope ".global.cas." suffix " %0, [%1], %2, %3;" : "=" register(before) : "l"(address), register(expected), register(value) : "memory");      \
    return before;                                                                                                                                                            \
  }
#define CK_SCOPE(scope)                        \
  CK_LOAD_STORE(scope, u32, "u32", "r")        \
  CK_LOAD_STORE(scope, i32, "s32", "r")        \
  CK_LOAD_STORE(scope, u64, "u64", "l")        \
  CK_LOAD_STORE(scope, float, "f32", "f")      \
  CK_ADD(scope, u32, "u32", "r")               \
  CK_ADD(scope, i32, "s32", "r")               \
  CK_ADD(scope, u64, "u64", "l")               \
  CK_COMPARE_AND_SWAP(scope, u32, "b32", "r")  \
  CK_COMPARE_AND_SWAP(scope, u64, "b64", "l")
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
}  // namespace ptx
#endif
