// A wait for a flag that no thread raises.
// launch 1 64 0 64
__global__ void flag_never_raised(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
#ifdef RIGHT
  if (threadIdx.x == 0) atomicExch(&flag, 1);
#else
  if (threadIdx.x == 0) atomicExch(&flag, 0);
#endif
  if (threadIdx.x == 32) {
    while (atomicCAS(&flag, 1, 1) == 0) {  //! hang
    }
  }
}
