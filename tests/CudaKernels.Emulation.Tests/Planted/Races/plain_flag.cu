// The flag is a plain variable: neither its write nor its read is anything but a race.
// launch 2 32 0 32
__global__ void plain_flag(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 1;
    __threadfence();
#ifdef RIGHT
    atomicExch(&in[0], 1);
#else
    in[0] = 1;  //! race
#endif
  } else {
    while (atomicAdd(&in[0], 0) == 0) {  //! race
    }
    __threadfence();
    out[1] = out[0];  //! race
  }
}
