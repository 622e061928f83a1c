// Device memory: one reserved range of addresses. Every buffer ends at a page boundary (less the rounding to its alignment) and
// is followed by a page that nothing may touch, so that an overrun faults in hardware. Freed pages stay inaccessible until the
// addresses are used again, the longest-freed first.
#include <string.h>
#include <sys/mman.h>

#include <deque>
#include <map>
#include <mutex>

#include "runtime/block.h"

namespace ckrt {
static std::mutex g_mutex;
static uintptr_t g_next = kArenaBase + kPage;
static std::map<uint64_t, std::deque<uintptr_t>> g_free;  // bytes of a run -> addresses of freed runs
static std::map<uintptr_t, uint64_t> g_live;               // buffer -> bytes of its run

static uint64_t pages_for(uint64_t bytes) { return bytes == 0 ? kPage : (bytes + kPage - 1) & ~(uint64_t)(kPage - 1); }

static bool reserve(uintptr_t base, uint64_t span, int protection) {
  return mmap((void*)base, span, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == (void*)base;
}

static bool g_reserved;

bool reserve_memory() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_reserved = reserve(kArenaBase, kArenaSpan, PROT_NONE) && reserve(kStackBase, kStackSpan, PROT_READ | PROT_WRITE) &&
                 reserve(kFiberBase, sizeof(Fiber) * kFibersPerWorker * kWorkers, PROT_READ | PROT_WRITE);
  });
  return g_reserved;
}

static uintptr_t take_run(uint64_t pages) {
  auto found = g_free.find(pages);
  // A quarantine: a run is used again only once a few others have been freed after it.
  if (found != g_free.end() && found->second.size() > 8) {
    const uintptr_t run = found->second.front();
    found->second.pop_front();
    return run;
  }
  if (g_next + pages + kPage <= kArenaBase + kArenaSpan) {
    const uintptr_t run = g_next;
    g_next += pages + kPage;
    return run;
  }
  if (found == g_free.end() || found->second.empty()) return 0;
  const uintptr_t run = found->second.front();
  found->second.pop_front();
  return run;
}
}  // namespace ckrt

CKRT_API void* ckrt_malloc(uint64_t bytes, uint64_t alignment) {
  using namespace ckrt;
  if (!reserve_memory()) return nullptr;
  const uint64_t rounded = (bytes + alignment - 1) / alignment * alignment;
  const uint64_t pages = pages_for(rounded);
  std::lock_guard<std::mutex> lock(g_mutex);
  const uintptr_t run = take_run(pages);
  if (run == 0 || mprotect((void*)run, pages, PROT_READ | PROT_WRITE) != 0) return nullptr;
  memset((void*)run, 0xFF, pages);
  // The buffer starts in the first page of its run: less than a page is left over before it.
  const uintptr_t buffer = run + pages - (rounded == 0 ? alignment : rounded);
  g_live[buffer] = pages;
  shadow_allocated(run, pages, buffer, bytes);
  return (void*)buffer;
}

CKRT_API void ckrt_free(void* memory, uint64_t bytes) {
  using namespace ckrt;
  std::lock_guard<std::mutex> lock(g_mutex);
  const auto found = g_live.find((uintptr_t)memory);
  if (found == g_live.end()) return;  // the driver reports double frees
  const uint64_t pages = found->second;
  g_live.erase(found);
  shadow_freed((uintptr_t)memory, bytes);
  const uintptr_t run = (uintptr_t)memory & ~(kPage - 1);
  madvise((void*)run, pages, MADV_DONTNEED);
  mprotect((void*)run, pages, PROT_NONE);
  g_free[pages].push_back(run);
}
