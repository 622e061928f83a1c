// What the software device's managed side and the compiled kernels see of the runtime: plain C, mirrored in C# (NativeRuntime.cs).
#pragma once
#include <stdint.h>

#define CKRT_API extern "C" __attribute__((visibility("default")))

enum ckrt_rule {
  CKRT_NONE = 0,
  CKRT_OUT_OF_BOUNDS = 1,
  CKRT_MISALIGNED = 2,
  CKRT_DEADLOCK = 3,
  CKRT_BARRIER = 4,
  CKRT_SYNC_MISUSE = 5,
  CKRT_HANG = 6,
  CKRT_FAULT = 7,
  CKRT_ASSERT = 8,
  // Of the checking mode alone.
  CKRT_USE_AFTER_FREE = 9,
  CKRT_UNINITIALIZED = 10,
  CKRT_RACE = 11,
  CKRT_ASYNC_WAIT = 12,
  CKRT_UNDEFINED = 13,
  CKRT_CONST_WRITE = 14,
  CKRT_NOT_DEVICE_MEMORY = 15,
  CKRT_LIMIT = 16,
  CKRT_NOTE = 17,  // no mistake, but worth a look
};

// What an access does (ckrt_access). A read-only one takes the path that does not see what the same kernel writes.
enum { CKRT_WRITE = 1, CKRT_ATOMIC = 2, CKRT_VOLATILE = 4, CKRT_READ_ONLY = 8 };

// A dependent launch may begin while the kernel before it in its stream still runs (programmatic dependent launch).
enum { CKRT_REVERSED = 1, CKRT_COOPERATIVE = 2, CKRT_CHECK = 4, CKRT_DEPENDENT = 8 };

struct ckrt_range {
  uint64_t low, high;
};

// A variable in static shared memory. The flag marks a guard, by which g++ knows that a variable of a template is constructed.
enum { CKRT_GUARD = 0x80000000u };
struct ckrt_variable {
  uint32_t offset, size;
};

struct ckrt_launch_config {
  void (*entry)(void** args);  // calls the kernel with its unpacked arguments
  void** args;                 // one pointer per parameter
  const char* kernel;          // for messages
  uint32_t grid[3], block[3], cluster[3];
  uint32_t dynamic_shared;
  uint32_t workers;  // operating-system threads that share the blocks
  uint32_t flags;
  uint32_t time_limit_ms;  // of processor time per worker; 0 = none
  uint64_t seed;           // 0 = first in, first out
  uint64_t stream;         // which one; 0 for a node of a graph
  // The checking mode.
  const ckrt_variable* shared;
  uint32_t shared_count;
  const ckrt_range* constants;  // the __constant__ variables
  uint32_t constant_count;
  const ckrt_range* objects;  // all variables of the module that can be written
  uint32_t object_count;
};

// A mistake that the checking mode found. Where it happened is a line, or an address of code.
struct ckrt_finding {
  int32_t rule, line, has_other;
  uint32_t thread[3], block[3], other_thread[3], other_block[3];
  uint64_t pc, other_pc, address;
  const char* file;
  uint64_t count;
  char message[512];
};

struct ckrt_result {
  int32_t rule;  // ckrt_rule of the first fault
  int32_t line;
  uint32_t thread[3], block[3];
  uint64_t address, pc;
  char message[1024];
  char* output;  // what the kernel printed; freed by ckrt_release
  uint64_t output_length;
  ckrt_finding* findings;  // of the checking mode; freed by ckrt_release
  uint64_t finding_count, accesses;
};

// For the managed side.
CKRT_API int ckrt_launch(const ckrt_launch_config* config, ckrt_result* result);
CKRT_API void ckrt_release(ckrt_result* result);
CKRT_API void* ckrt_malloc(uint64_t bytes, uint64_t alignment);
CKRT_API void ckrt_free(void* memory, uint64_t bytes);
CKRT_API int ckrt_symbol(const void* address, char* name, uint64_t capacity);
CKRT_API uint32_t ckrt_version(void);
CKRT_API uint64_t ckrt_module_base(const void* address);  // where the shared object of an address was loaded
// The checking mode's view of device memory (check/shadow.cpp).
CKRT_API int ckrt_check_enable(void);
CKRT_API void ckrt_check_written(const void* memory, uint64_t bytes);
CKRT_API void ckrt_check_copied(const void* to, const void* from, uint64_t bytes);
CKRT_API void ckrt_check_host_range(const void* memory, uint64_t bytes);  // 0 bytes: not any more

// For compiled kernels (device/*.h). A warp operation runs once, on the last lane to arrive, over the arguments of all lanes.
typedef void (*ckrt_warp_operation)(void** lane_arguments, uint32_t lanes);
CKRT_API int ckrt_barrier(int predicate, int reduction, int line);  // reduction: 0 none, 1 or, 2 and, 3 count
CKRT_API void ckrt_rendezvous(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name);
CKRT_API void ckrt_warp_instruction(ckrt_warp_operation operation, void* argument, int line, const char* name);  // of all 32 lanes: mma, ldmatrix
CKRT_API void ckrt_warp_barrier(uint32_t mask, int line);  // __syncwarp: orders memory, as no other warp operation does
CKRT_API uint32_t ckrt_converged_lanes(int line);  // the lanes of the warp that have come to this line together
CKRT_API void ckrt_lane_misuse(uint32_t lane, int line, const char* message);  // for operations, of a lane that meets
CKRT_API void ckrt_yield(void);
CKRT_API void ckrt_atomic_step(void);
CKRT_API void ckrt_grid_barrier(int line);
CKRT_API int ckrt_is_cooperative(void);
CKRT_API void ckrt_note(int line, const char* message);  // in the checking mode: no mistake, but worth a look
CKRT_API uint64_t ckrt_seed(void);
CKRT_API void ckrt_grid_dependency_wait(void);    // what the kernel before has written is there
CKRT_API void ckrt_grid_dependency_launch(void);  // the kernel behind may begin
// Shared addresses: offsets in the calling block's window, and back (runtime/shared_window.cpp). What lies outside, or is no
// multiple of the alignment, is a fault.
CKRT_API uint32_t ckrt_shared_address(const void* pointer, int line);
CKRT_API uint32_t ckrt_shared_offset(const void* pointer, int line);  // also of a pointer a little outside, as long as nothing is accessed
CKRT_API void* ckrt_shared_pointer(uint32_t address, uint32_t bytes, uint32_t alignment, int line);
// What an instruction reads or writes by itself, for the checking mode (check/instructions.cpp): by the calling thread, or, within
// a warp operation, by one of its lanes.
CKRT_API void ckrt_access(const void* pointer, uint64_t bytes, uint32_t flags);
CKRT_API void* ckrt_lane_shared_pointer(uint32_t lane, uint32_t address, uint32_t bytes, uint32_t alignment);
CKRT_API void ckrt_lane_access(uint32_t lane, const void* pointer, uint64_t bytes, uint32_t flags);
CKRT_API uint32_t ckrt_elected_lane(uint32_t mask);  // of a mask always the same lane; which one, the seed decides
CKRT_API int ckrt_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
CKRT_API void ckrt_fail(int rule, int line, const char* message) __attribute__((noreturn));
CKRT_API uint64_t ckrt_clock(void);
