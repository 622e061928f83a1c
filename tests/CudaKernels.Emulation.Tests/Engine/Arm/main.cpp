// Runs kernels.cu on the engine with no managed side: `main MODULE.so fast|check` prints one line per case and ends with 0 when all
// are as they must be. For processors on which .NET is not at hand: an emulator of the processor runs it.
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <vector>

#include "runtime/abi.h"

struct Entry {
  const char* expression;
  const void* function;
  void (*call)(void**);
};

static void* g_module;
static bool g_check;
static int g_failures;

static ckrt_result launch(int kernel, uint32_t blocks, uint32_t threads, uint32_t shared, std::vector<void*> arguments, uint64_t seed = 0) {
  char name[32];
  snprintf(name, sizeof name, "ck_entry_%d", kernel);
  const auto* entry = (const Entry*)dlsym(g_module, name);
  ckrt_launch_config config{};
  config.entry = entry->call;
  config.args = arguments.data();
  config.kernel = entry->expression;
  config.grid[0] = blocks, config.grid[1] = config.grid[2] = 1;
  config.block[0] = threads, config.block[1] = config.block[2] = 1;
  config.cluster[0] = config.cluster[1] = config.cluster[2] = 1;
  config.dynamic_shared = shared;
  config.workers = 2;
  config.time_limit_ms = 300;
  config.seed = seed;
  config.flags = g_check ? CKRT_CHECK : 0;
  ckrt_result result;
  if (ckrt_launch(&config, &result) != 0) result.rule = -1;
  return result;
}

static void expect(const char* what, bool holds, const ckrt_result& result) {
  printf("%s %s: rule %d %s\n", holds ? "ok    " : "FAILED", what, result.rule, result.message);
  g_failures += !holds;
  fflush(stdout);
}

template <class T> static T* memory(size_t count) {
  auto* p = (T*)ckrt_malloc(count * sizeof(T), 256);
  memset(p, 0, count * sizeof(T));
  ckrt_check_written(p, count * sizeof(T));
  return p;
}

int main(int, char** arguments) {
  g_check = strcmp(arguments[2], "check") == 0;
  if (g_check && !ckrt_check_enable()) return 2;
  g_module = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (g_module == nullptr) return printf("%s\n", dlerror()), 2;

  const int n = 1000;
  auto* x = memory<float>(n);
  auto* y = memory<float>(1);
  for (int i = 0; i < n; ++i) x[i] = 1.0f;
  int count = n;
  auto result = launch(0, 6, 256, 256 * sizeof(float), {&y, &x, &count});
  expect("block_sum", result.rule == CKRT_NONE && *y == 2.0f * n && result.finding_count == 0, result);

  for (uint64_t seed = 0; seed < 3; ++seed) {
    auto* kept = memory<double>(128);
    int rounds = 20;
    result = launch(1, 1, 128, 0, {&kept, &rounds}, seed);
    bool same = true;
    for (int t = 0; t < 128; ++t) {
      const double c = 1.0 / (t + 1.0);
      double b = t * 3.0;
      for (int i = 0; i < rounds; ++i) b -= c;
      int mine = t * 7 + 1, other = (t ^ 1) * 7 + 1;
      for (int i = 0; i < rounds; ++i) {
        const int old = mine;
        mine += other & 1;
        other += old & 1;
      }
      same &= fabs(kept[t] - (t + 0.25 + rounds + b + c * mine)) < 1e-9;
    }
    expect("kept_across_switches", result.rule == CKRT_NONE && same && result.finding_count == 0, result);
  }

  auto* words = memory<int>(64);
  if (g_check) {
    result = launch(2, 1, 64, 0, {&words});
    bool found = false;
    for (uint64_t i = 0; i < result.finding_count; ++i) found |= result.findings[i].rule == CKRT_RACE;
    expect("races", found, result);
  }
  int levels = 100000;
  result = launch(3, 1, 1, 0, {&words, &levels});
  expect("overflows", result.rule != CKRT_NONE, result);
  uint64_t address = 64;
  result = launch(4, 1, 1, 0, {&words, &address});
  expect("wild", result.rule != CKRT_NONE, result);
  result = launch(5, 1, 32, 0, {&words});
  expect("deadlocks", result.rule == CKRT_DEADLOCK, result);
  memset(words, 0, 64 * sizeof(int));
  result = launch(6, 1, 1, 0, {&words});
  expect("spins", result.rule == CKRT_HANG, result);
  *y = 0;
  result = launch(0, 6, 256, 256 * sizeof(float), {&y, &x, &count});
  expect("block_sum after the faults", result.rule == CKRT_NONE && *y == 2.0f * n, result);
  return g_failures != 0;
}
