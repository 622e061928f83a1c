// threadIdx and its kin, by value: `auto t = threadIdx.x` deduces unsigned.
#pragma once
#include <time.h>

namespace ckrt {
// Reads a record of the runtime. The checking mode looks at every load that the compiler knows of: these would be a third of all.
template <class T> inline T own(const T& field) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
#if defined(CK_CHECK) && (defined(__x86_64__) || defined(__aarch64__))
  T value;
#if defined(__x86_64__)
  asm("mov %1, %0" : "=r"(value) : "m"(field));
#else
  if constexpr (sizeof(T) == 4) asm("ldr %w0, %1" : "=r"(value) : "m"(field));
  else asm("ldr %0, %1" : "=r"(value) : "m"(field));
#endif
  return value;
#else
  return field;
#endif
}

inline uint3 vector(const Index3& v) { return {own(v.x), own(v.y), own(v.z)}; }
inline const Block* this_block() { return own(self()->block); }
inline uint32_t linear_thread() { return own(self()->linear); }
inline uint3 thread_index() { return vector(self()->thread); }
inline uint3 block_index() { return vector(this_block()->block); }
inline dim3 block_size() { return vector(this_block()->block_size); }
inline dim3 grid_size() { return vector(this_block()->grid_size); }
inline uint32_t lane() { return linear_thread() % 32; }
}  // namespace ckrt

#define threadIdx (ckrt::thread_index())
#define blockIdx (ckrt::block_index())
#define blockDim (ckrt::block_size())
#define gridDim (ckrt::grid_size())
static constexpr int warpSize = 32;

static inline void __syncthreads(CK_LINE) { ckrt_barrier(0, 0, line); }
static inline int __syncthreads_or(int predicate, CK_LINE) { return ckrt_barrier(predicate, 1, line); }
static inline int __syncthreads_and(int predicate, CK_LINE) { return ckrt_barrier(predicate, 2, line); }
static inline int __syncthreads_count(int predicate, CK_LINE) { return ckrt_barrier(predicate, 3, line); }
static inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_ACQ_REL); }  // the order tells the checking mode the scope
static inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __nanosleep(unsigned) { ckrt_yield(); }
#define clock() ((long)ckrt_clock())  // a macro, because the C library declares the name
static inline long long clock64() { return (long long)ckrt_clock(); }
[[noreturn]] static inline void __trap(CK_LINE) { ckrt_fail(CKRT_FAULT, line, "the kernel called __trap"); }
