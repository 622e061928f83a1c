// A lock by compare-and-swap; without fences the last holder's writes may not be seen.
// launch 4 32 0 32
__global__ void lock_without_fence(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  while (atomicCAS(&in[0], 0, 1) != 0) {
  }
#ifdef RIGHT
  __threadfence();
#endif
  in[1] += 1;  //! race
#ifdef RIGHT
  __threadfence();
#endif
  atomicExch(&in[0], 0);
}
