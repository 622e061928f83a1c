// Calls of the C library that would leave the kernel for the process around it. Modules are linked so that theirs come here: in
// kernel code malloc and new give device memory, print goes to the launch's output, and exit and abort end the block with a report.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <mutex>
#include <new>

#include "runtime/block.h"

namespace ckrt {
static std::mutex g_heap_mutex;
static std::map<void*, uint64_t> g_heap;  // what kernels have allocated, with its bytes

static bool in_kernel() { return on_fiber_stack(stack_pointer()); }

static void* allocate(uint64_t bytes) {
  void* memory = ckrt_malloc(bytes == 0 ? 1 : bytes, 16);
  if (memory == nullptr) return nullptr;
  std::lock_guard<std::mutex> lock(g_heap_mutex);
  g_heap[memory] = bytes;
  return memory;
}

static bool release(void* memory) {
  uint64_t bytes;
  {
    std::lock_guard<std::mutex> lock(g_heap_mutex);
    const auto found = g_heap.find(memory);
    if (found == g_heap.end()) return false;
    bytes = found->second;
    g_heap.erase(found);
  }
  ckrt_free(memory, bytes);
  return true;
}

[[noreturn]] static void fail(const char* message, void* pc) {
  report(self(), CKRT_FAULT, 0, 0, (uint64_t)pc - 1, "%s", message);
  leave_block(block_of(self()));
}
}  // namespace ckrt

using namespace ckrt;
#define CK_PC __builtin_return_address(0)

CKRT_API void* __wrap_malloc(size_t bytes) { return in_kernel() ? allocate(bytes) : malloc(bytes); }
CKRT_API void* __wrap_calloc(size_t count, size_t bytes) {
  if (!in_kernel()) return calloc(count, bytes);
  void* memory = allocate(count * bytes);
  if (memory != nullptr) {
    memset(memory, 0, count * bytes);
    ckrt_check_written(memory, count * bytes);
  }
  return memory;
}
CKRT_API void __wrap_free(void* memory) {
  if (memory == nullptr) return;
  if (!in_kernel()) return free(memory);
  if (!release(memory)) fail("free of what the kernel's malloc did not give, or of what was freed before", CK_PC);
}
CKRT_API void* __wrap__Znwm(size_t bytes) { return in_kernel() ? allocate(bytes) : operator new(bytes); }
CKRT_API void* __wrap__Znam(size_t bytes) { return in_kernel() ? allocate(bytes) : operator new(bytes); }
CKRT_API void __wrap__ZdlPv(void* memory) {
  if (memory == nullptr) return;
  if (!in_kernel()) return operator delete(memory);
  if (!release(memory)) fail("delete of what the kernel's new did not give, or of what was deleted before", CK_PC);
}
CKRT_API void __wrap__ZdlPvm(void* memory, size_t) { __wrap__ZdlPv(memory); }
CKRT_API void __wrap__ZdaPv(void* memory) { __wrap__ZdlPv(memory); }
CKRT_API void __wrap__ZdaPvm(void* memory, size_t) { __wrap__ZdlPv(memory); }

CKRT_API __attribute__((noreturn)) void __wrap_exit(int code) {
  if (in_kernel()) fail("the kernel called exit(), which a GPU does not have", CK_PC);
  exit(code);
}
CKRT_API __attribute__((noreturn)) void __wrap__exit(int code) {
  if (in_kernel()) fail("the kernel called _exit(), which a GPU does not have", CK_PC);
  _Exit(code);
}
CKRT_API __attribute__((noreturn)) void __wrap_abort() {
  if (in_kernel()) fail("the kernel called abort(), which a GPU does not have", CK_PC);
  abort();
}

CKRT_API int __wrap_printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char text[2048];
  const int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return in_kernel() ? ckrt_printf("%s", text) : fputs(text, stdout) < 0 ? -1 : length;
}
CKRT_API int __wrap_puts(const char* text) { return in_kernel() ? ckrt_printf("%s\n", text) : puts(text); }
CKRT_API int __wrap_putchar(int character) { return in_kernel() ? ckrt_printf("%c", character) : putchar(character); }
