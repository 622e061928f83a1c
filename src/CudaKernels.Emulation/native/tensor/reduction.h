// How a reducing store combines an element with the tensor's, by the map's element type.
#pragma once
#include <stdint.h>

#include "tensor/tensor_abi.h"
#include "tensor/tensor_map.h"

namespace ckrt {
// Whether cp.reduce.async.bulk.tensor has the operation for the element.
bool has_reduction(uint32_t element, uint32_t reduction);
// Atomically for each element: other blocks may do the same meanwhile.
void reduce(uint32_t element, uint32_t reduction, void* to, const void* from, uint32_t bytes);
}  // namespace ckrt
