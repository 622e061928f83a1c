// All blocks count into one word by atomics that count for their own block alone.
// launch 4 32 0 32
__global__ void atomic_of_its_block(int* out, int* in, int n) {
#ifdef RIGHT
  atomicAdd(&in[0], 1);
#else
  atomicAdd_block(&in[0], 1);  //! race
#endif
}
