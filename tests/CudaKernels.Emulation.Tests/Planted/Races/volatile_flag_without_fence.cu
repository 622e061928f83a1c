// A volatile flag between blocks; the writer's fence is missing.
// launch 2 32 0 32
__global__ void volatile_flag_without_fence(int* out, int* in, int n) {
  volatile int* flag = in;
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 1;
#ifdef RIGHT
    __threadfence();
#endif
    *flag = 1;
  } else {
    while (*flag == 0) {
    }
    __threadfence();
    out[1] = out[0];  //! race
  }
}
