// The second half of the buffer is summed and was never filled.
// launch 1 64 512 64
__global__ void dynamic_shared_never_written(int* out, int* in, int n) {
  extern __shared__ int buffer[];
  buffer[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  buffer[threadIdx.x + 64] = 0;
#endif
  __syncthreads();
  out[threadIdx.x] = buffer[threadIdx.x] + buffer[127 - threadIdx.x];  //! uninitialized
}
