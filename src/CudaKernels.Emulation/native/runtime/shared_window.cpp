// The window of shared addresses: static variables from 0, the dynamic buffer right after them at a multiple of 1024, so that an
// address is aligned for a swizzle exactly when its pointer is.
#include <stdio.h>

#include "runtime/block.h"

namespace ckrt {
void place_shared_window(RunningBlock* block) {
  block->static_shared = (uint8_t*)block->worker->static_shared;
  block->static_shared_bytes = (uint32_t)block->worker->launch->tls_size;
  block->dynamic_window = (block->static_shared_bytes + 1023) & ~1023u;
}

// The block that an address of the cluster's window speaks of, and the address in that block's own.
static RunningBlock* owner_of(RunningBlock* block, uint32_t& address) {
  if (address < kClusterWindow) return block;
  const uint32_t rank = address / kClusterWindow - 1;
  address %= kClusterWindow;
  return cluster_block(block, rank);
}

// Null outside both parts. The end of a part is no part of it, unless nothing is accessed there; a block without static variables has no such part.
static uint8_t* find_in_block(const Block* block, uint32_t address, uint32_t bytes) {
  const uint64_t end = (uint64_t)address + bytes;
  if (block->static_shared_bytes != 0 && end <= block->static_shared_bytes) return block->static_shared + address;
  if (address >= block->dynamic_window && end - block->dynamic_window <= block->dynamic_shared_bytes) return block->dynamic_shared + (address - block->dynamic_window);
  return nullptr;
}

uint8_t* shared_pointer(Fiber* fiber, uint32_t address, uint32_t bytes, uint32_t alignment, int line, uint64_t pc, RunningBlock** owner) {
  RunningBlock* block = block_of(fiber);
  if (address % alignment != 0) {
    report(fiber, CKRT_MISALIGNED, line, 0, pc, "%u byte(s) at the shared address 0x%x, which is no multiple of %u", bytes, address, alignment);
    leave_block(block);
  }
  uint32_t offset = address;
  RunningBlock* whose = owner_of(block, offset);
  uint8_t* found = whose == nullptr ? nullptr : find_in_block(whose, offset, bytes);
  if (owner != nullptr) *owner = whose;
  if (found == nullptr) {
    report(fiber, CKRT_OUT_OF_BOUNDS, line, 0, pc, "%u byte(s) at the shared address 0x%x; the block has %u byte(s) of static shared memory from 0 and %u of dynamic from 0x%x", bytes, address,
           block->static_shared_bytes, block->dynamic_shared_bytes, block->dynamic_window);
    leave_block(block);
  }
  return found;
}
}  // namespace ckrt

// One past the end is an address too: loops compare with it.
CKRT_API uint32_t ckrt_shared_address(const void* pointer, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  const RunningBlock* block = block_of(fiber);
  const auto address = (uintptr_t)pointer;
  if (address - (uintptr_t)block->dynamic_shared <= block->dynamic_shared_bytes) return block->dynamic_window + (uint32_t)(address - (uintptr_t)block->dynamic_shared);
  if (block->static_shared_bytes != 0 && address - (uintptr_t)block->static_shared <= block->static_shared_bytes) return (uint32_t)(address - (uintptr_t)block->static_shared);
  report(fiber, CKRT_OUT_OF_BOUNDS, line, address, (uint64_t)__builtin_return_address(0) - 1, "the pointer 0x%llx is made a shared address, but lies outside the block's shared memory", (unsigned long long)address);
  leave_block(block_of(fiber));
}

// What users' code converts may lie beyond its array where nothing is accessed: by lanes whose row ldmatrix does not take, or before a
// swizzle brings it back. Near a part of the block's shared memory it is an offset all the same.
CKRT_API uint32_t ckrt_shared_offset(const void* pointer, int line) {
  using namespace ckrt;
  const RunningBlock* block = block_of(self());
  constexpr uintptr_t kNear = 4096;
  const uintptr_t in_dynamic = (uintptr_t)pointer - (uintptr_t)block->dynamic_shared, in_static = (uintptr_t)pointer - (uintptr_t)block->static_shared;
  if (block->static_shared_bytes != 0 && in_static <= block->static_shared_bytes) return (uint32_t)in_static;
  if (in_dynamic + kNear <= block->dynamic_shared_bytes + 2 * kNear) return block->dynamic_window + (uint32_t)in_dynamic;
  if (block->static_shared_bytes != 0 && in_static + kNear <= block->static_shared_bytes + 2 * kNear) return (uint32_t)in_static;
  return ckrt_shared_address(pointer, line);
}

CKRT_API void* ckrt_shared_pointer(uint32_t address, uint32_t bytes, uint32_t alignment, int line) {
  return ckrt::shared_pointer(ckrt::self(), address, bytes, alignment, line, (uint64_t)__builtin_return_address(0) - 1, nullptr);
}

CKRT_API void* ckrt_lane_shared_pointer(uint32_t lane, uint32_t address, uint32_t bytes, uint32_t alignment) {
  ckrt::Fiber* mine = ckrt::self();
  ckrt::Fiber* fiber = mine - mine->linear % 32 + lane;
  return ckrt::shared_pointer(fiber, address, bytes, alignment, (int)fiber->wait_line, fiber->wait_pc, nullptr);
}
