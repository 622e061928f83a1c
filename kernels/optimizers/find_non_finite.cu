// Looks for NaN and infinities among all elements of many tensors, in one launch: whether scaled gradients have overflowed (Micikevicius
// and others 2018). A block looks at a chunk of the table; the flag becomes 1 where one is found and stays as it was where none is, so
// that it is cleared only after it was seen. 4 bytes an element move for float.
#include "common/math.cuh"
#include "common/tensor_table.cuh"

template <class T> __global__ void __launch_bounds__(kChunkBlock) multi_tensor_find_non_finite(const TensorChunk<T>* table, int* flag) {
  const TensorChunk<T> chunk = table[blockIdx.x];
  bool found = false;
  ChunkWalk<T>{chunk.data, chunk.count}.each([&](compute_t<T> x) { found |= !math::is_finite(x); });

  // Atomic, for blocks of many tensors may find one at the same time.
  if (found) atomicOr(flag, 1);
}
