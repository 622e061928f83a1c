// The software device's context switch alone: two stacks that hand over to each other.
//   g++ -O2 -std=c++20 -I src/CudaKernels.Emulation/native bench/engine-switch.cpp src/CudaKernels.Emulation/native/runtime/switch.cpp -o /tmp/engine-switch && /tmp/engine-switch
#include <stdio.h>
#include <time.h>

#include "runtime/switch.h"

constexpr long kRounds = 20'000'000;
constexpr int kRepeats = 7;
alignas(64) static unsigned char g_stack[64 * 1024];
static void *g_main, *g_other;

static void other() {
  for (;;) ckrt::ckrt_switch(&g_other, g_main);
}

static double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main() {
  g_other = ckrt::first_frame((uintptr_t)g_stack + sizeof g_stack, (uintptr_t)g_stack, other);
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const double begin = seconds();
    for (long round = 0; round < kRounds; ++round) ckrt::ckrt_switch(&g_main, g_other);
    printf("%.2f ns a switch\n", (seconds() - begin) * 1e9 / (2 * kRounds));
  }
}
