// threadIdx and its kin, by value: `auto t = threadIdx.x` deduces unsigned.
#pragma once
#include <time.h>

namespace ckrt {
inline uint3 vector(Index3 v) { return {v.x, v.y, v.z}; }
inline uint3 thread_index() { return vector(self()->thread); }
inline uint3 block_index() { return vector(self()->block->block); }
inline dim3 block_size() { return vector(self()->block->block_size); }
inline dim3 grid_size() { return vector(self()->block->grid_size); }
inline uint32_t lane() { return self()->linear % 32; }
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
static inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __nanosleep(unsigned) { ckrt_yield(); }
#define clock() ((long)ckrt_clock())  // a macro, because the C library declares the name
static inline long long clock64() { return (long long)ckrt_clock(); }
[[noreturn]] static inline void __trap(CK_LINE) { ckrt_fail(CKRT_FAULT, line, "the kernel called __trap"); }
