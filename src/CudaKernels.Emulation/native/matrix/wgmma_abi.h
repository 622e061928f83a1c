// What the twins of wgmma ask of the runtime.
#pragma once
#include "runtime/abi.h"

enum ckrt_matrix_type { CKRT_F16 = 0, CKRT_BF16 = 1, CKRT_TF32 = 2, CKRT_E4M3 = 3, CKRT_E5M2 = 4, CKRT_S8 = 5, CKRT_U8 = 6 };
enum ckrt_accumulator_type { CKRT_TO_F32 = 0, CKRT_TO_F16 = 1, CKRT_TO_S32 = 2 };

// One thread's part of wgmma.mma_async.
struct ckrt_wgmma {
  const char* name;
  int line;
  uint8_t type_a, type_b, accumulator, accumulate, negate_a, negate_b, transpose_a, transpose_b, saturate;
  uint32_t columns;
  uint64_t a, b;               // descriptors
  const uint32_t* registers;   // four of A, in place of its descriptor; or null
  void* d;
};

CKRT_API void ckrt_wgmma_issue(const ckrt_wgmma* part);
CKRT_API void ckrt_wgmma_fence(int line);
CKRT_API void ckrt_wgmma_commit(int line);
CKRT_API void ckrt_wgmma_wait(uint32_t pending, int line);
