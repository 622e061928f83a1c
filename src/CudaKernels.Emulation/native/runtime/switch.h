// Leaves one stack for another: saves what the calling convention asks a function to keep, on the old stack, and takes it up
// again from the new one. `first_frame` lays out a new stack so that the first switch to it enters `start`.
#pragma once
#include <stdint.h>

namespace ckrt {
extern "C" void ckrt_switch(void** save, void* to) __attribute__((visibility("hidden")));

void* first_frame(uintptr_t top, uintptr_t bottom, void (*start)());
}
