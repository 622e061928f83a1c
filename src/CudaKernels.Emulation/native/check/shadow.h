// The state of every byte of device memory, beside it at a fixed distance: what is allocated, and what has been written.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "check/access.h"

namespace ckrt {
enum ByteState : uint8_t { kUnallocated = 0, kUninitialized = 1, kInitialized = 2, kFreed = 3 };

constexpr uintptr_t kArenaBase = 0x500000000000;
#ifndef CKRT_ARENA_SPAN
#define CKRT_ARENA_SPAN (64ull << 30)  // an emulator of another processor may pay for every page that is reserved
#endif
constexpr uint64_t kArenaSpan = CKRT_ARENA_SPAN;
constexpr uintptr_t kShadowBase = 0x4e0000000000;
constexpr uintptr_t kCellBase = 0x300000000000;

inline bool in_arena(uintptr_t address) { return address - kArenaBase < kArenaSpan; }
inline uint8_t* shadow_of(uintptr_t address) { return (uint8_t*)(kShadowBase + (address - kArenaBase)); }
inline Cell* cell_of(uintptr_t address) { return (Cell*)(kCellBase + (address - kArenaBase) / 4 * sizeof(Cell)); }

// Reserves the shadow; false where the addresses are taken. Memory that was allocated before stays unknown to it.
bool enable_shadow();
bool shadow_enabled();
// A buffer in a run of pages: what lies around it belongs to nobody, whatever was there before.
void shadow_allocated(uintptr_t run, uint64_t run_bytes, uintptr_t buffer, uint64_t bytes);
void shadow_freed(uintptr_t address, uint64_t bytes);

// Host memory that kernels may use: pinned, managed or registered.
bool is_host_range(uintptr_t address, size_t bytes);
}  // namespace ckrt
