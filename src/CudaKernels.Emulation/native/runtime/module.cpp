// What the loaded kernel module tells of itself: where its code lies (for the watchdog) and its static shared memory, which is
// the thread-local storage of the worker that runs the block.
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include "runtime/block.h"

#if defined(__GLIBC__)
extern "C" void* __tls_get_addr(size_t*);
#endif

namespace ckrt {
static int inspect(dl_phdr_info* info, size_t, void* data) {
  auto* launch = (Launch*)data;
  const auto entry = (uintptr_t)launch->config->entry;
  bool mine = false;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const uintptr_t low = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) && entry >= low && entry < low + segment.p_memsz) {
      mine = true;
      launch->text_low = low;
      launch->text_high = low + segment.p_memsz;
    }
  }
  if (!mine) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const uintptr_t low = info->dlpi_addr + segment.p_vaddr, high = low + segment.p_memsz;
    if (segment.p_type != PT_LOAD) continue;
    if (launch->module_low == 0 || low < launch->module_low) launch->module_low = low;
    if (high > launch->module_high) launch->module_high = high;
    if ((segment.p_flags & PF_W) == 0) continue;
    if (launch->data_low == 0 || low < launch->data_low) launch->data_low = low;
    if (high > launch->data_high) launch->data_high = high;
  }
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    if (info->dlpi_phdr[i].p_type != PT_TLS) continue;
    launch->tls_module = info->dlpi_tls_modid;
    launch->tls_size = info->dlpi_phdr[i].p_memsz;
  }
  return 1;
}

void locate_module(Launch* launch) { dl_iterate_phdr(inspect, launch); }

void poison_static_shared(Worker* worker) {
  const Launch* launch = worker->launch;
  worker->static_shared = 0;
  if (launch->tls_size == 0) return;
  size_t index[2] = {launch->tls_module, 0};
  void* shared = __tls_get_addr(index);
  worker->static_shared = (uintptr_t)shared;
  memset(shared, 0xFF, launch->tls_size);
}
}  // namespace ckrt

CKRT_API int ckrt_symbol(const void* address, char* name, uint64_t capacity) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_sname == nullptr) return 0;
  return snprintf(name, capacity, "%s", info.dli_sname);
}

CKRT_API uint64_t ckrt_module_base(const void* address) {
  Dl_info info;
  return dladdr(address, &info) == 0 ? 0 : (uint64_t)info.dli_fbase;
}
