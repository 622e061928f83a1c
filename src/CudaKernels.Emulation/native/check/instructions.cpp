// Accesses that an instruction makes without the compiler's knowledge: the twins of PTX instructions tell of them.
#include "check/checker.h"
#include "runtime/block.h"

CKRT_API void ckrt_access(const void* pointer, uint64_t bytes, uint32_t flags) {
  ckrt::Fiber* fiber = ckrt::self();
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->access(fiber, (uintptr_t)pointer, (uint32_t)bytes, (uint8_t)flags, (uint64_t)__builtin_return_address(0) - 1);
}

CKRT_API void ckrt_lane_access(uint32_t lane, const void* pointer, uint64_t bytes, uint32_t flags) {
  ckrt::Fiber* mine = ckrt::self();
  ckrt::Fiber* fiber = mine - mine->linear % 32 + lane;
  if (ckrt::Checker* checker = ckrt::checker_of(fiber)) checker->look(fiber, (uintptr_t)pointer, (uint32_t)bytes, (uint8_t)flags, fiber->wait_pc);
}
