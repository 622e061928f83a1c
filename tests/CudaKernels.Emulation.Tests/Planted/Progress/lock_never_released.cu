// The second thread waits for a lock that the first one keeps.
// launch 1 2 0 32
__global__ void lock_never_released(int* out, int* in, int n) {
  while (atomicCAS(&in[0], 0, 1) != 0) {  //! hang
  }
  __threadfence();
  out[1] = n;
  __threadfence();
#ifdef RIGHT
  atomicExch(&in[0], 0);
#endif
}
