// A volatile flag in global memory between two lanes of a warp, with a fence on either side.
// launch 1 32 0 32
__global__ void flag_between_lanes(int* out, int* in, int n) {
  volatile int* flag = in;
  if (threadIdx.x == 0) {
    out[0] = 1;
    __threadfence();
    *flag = 1;
  } else if (threadIdx.x == 1) {
    while (*flag == 0) {
    }
    __threadfence();
    out[1] = out[0];
  }
}
