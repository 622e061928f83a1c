// What the twins of tensor maps and of tensor copies ask of the runtime.
#pragma once
#include "runtime/abi.h"

enum ckrt_reduction { CKRT_NO_REDUCTION = 0, CKRT_ADD, CKRT_MIN, CKRT_MAX, CKRT_INC, CKRT_DEC, CKRT_AND, CKRT_OR, CKRT_XOR };

// cp.async.bulk.tensor in any of its forms.
struct ckrt_tensor_copy {
  const char* name;
  int line;
  const void* map;
  uint32_t rank;
  int32_t at[5];  // coordinates, innermost first
  uint32_t shared;
  uint32_t barrier;     // of a load
  uint32_t blocks;      // a bit for every block of the cluster that a load goes to; 0: where the address says
  uint32_t is_im2col;
  uint16_t offsets[3];  // of an im2col load: W, H, D
  uint32_t reduction;   // of a store
};

CKRT_API void ckrt_tensor_load(const ckrt_tensor_copy* copy);
CKRT_API void ckrt_tensor_store(const ckrt_tensor_copy* copy);
CKRT_API void ckrt_tensor_prefetch(const ckrt_tensor_copy* copy);
CKRT_API void ckrt_tensor_prefetch_map(const void* map, int line);
