#include "check/shadow.h"

#include <string.h>
#include <sys/mman.h>

#include <atomic>
#include <map>
#include <mutex>

#include "runtime/abi.h"
#include "runtime/block.h"

namespace ckrt {
static std::atomic<bool> g_enabled{false};
static std::mutex g_host_mutex;
static std::map<uintptr_t, uint64_t> g_host;  // address -> bytes

static bool reserve(uintptr_t base, uint64_t span) {
  return mmap((void*)base, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == (void*)base;
}

bool enable_shadow() {
  static std::once_flag once;
  std::call_once(once, [] { g_enabled = reserve(kShadowBase, kArenaSpan) && reserve(kCellBase, kArenaSpan / 4 * sizeof(Cell)); });
  return g_enabled;
}

bool shadow_enabled() { return g_enabled; }

void shadow_allocated(uintptr_t run, uint64_t run_bytes, uintptr_t buffer, uint64_t bytes) {
  if (!g_enabled) return;
  memset(shadow_of(run), kUnallocated, run_bytes);
  memset(shadow_of(buffer), kUninitialized, bytes);
}

void shadow_freed(uintptr_t address, uint64_t bytes) {
  if (g_enabled) memset(shadow_of(address), kFreed, bytes);
}

bool is_host_range(uintptr_t address, size_t bytes) {
  std::lock_guard<std::mutex> lock(g_host_mutex);
  auto next = g_host.upper_bound(address);
  if (next == g_host.begin()) return false;
  --next;
  return address + bytes <= next->first + next->second;
}
}  // namespace ckrt

CKRT_API int ckrt_check_enable() { return ckrt::reserve_memory() && ckrt::enable_shadow(); }

// The host, or a copy, has written device memory.
CKRT_API void ckrt_check_written(const void* memory, uint64_t bytes) {
  const auto address = (uintptr_t)memory;
  if (ckrt::g_enabled && ckrt::in_arena(address)) memset(ckrt::shadow_of(address), ckrt::kInitialized, bytes);
}

// A copy within device memory takes along what was never written.
CKRT_API void ckrt_check_copied(const void* to, const void* from, uint64_t bytes) {
  const auto target = (uintptr_t)to, source = (uintptr_t)from;
  if (!ckrt::g_enabled || !ckrt::in_arena(target)) return;
  if (ckrt::in_arena(source)) memmove(ckrt::shadow_of(target), ckrt::shadow_of(source), bytes);
  else memset(ckrt::shadow_of(target), ckrt::kInitialized, bytes);
}

CKRT_API void ckrt_check_host_range(const void* memory, uint64_t bytes) {
  std::lock_guard<std::mutex> lock(ckrt::g_host_mutex);
  if (bytes == 0) ckrt::g_host.erase((uintptr_t)memory);
  else ckrt::g_host[(uintptr_t)memory] = bytes;
}
