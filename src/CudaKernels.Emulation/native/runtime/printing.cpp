// Device printf: formatted at once, kept with the launch, handed to the managed side when the grid is done. No managed code runs
// on a fiber's stack.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/block.h"

CKRT_API int ckrt_printf(const char* format, ...) {
  char text[2048];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  ckrt::Launch* launch = ckrt::block_of(ckrt::self())->worker->launch;
  std::lock_guard<std::mutex> lock(launch->mutex);
  if (length > 0) launch->output.append(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
  return length;
}

CKRT_API uint64_t ckrt_clock() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}
