// An atomic on a whole word whose upper half another thread writes as a short.
// launch 1 64 0 64
__global__ void atomic_on_half_a_word(int* out, int* in, int n) {
  __shared__ alignas(4) short halves[2];
  if (threadIdx.x == 0) halves[0] = halves[1] = 0;
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(reinterpret_cast<int*>(halves), 1);
#ifdef RIGHT
  __syncthreads();
#endif
  if (threadIdx.x == 32) halves[1] = 7;  //! race
}
