// A counter in shared memory that nobody has set to zero.
// launch 1 32 0 32
__global__ void atomic_on_unwritten(int* out, int* in, int n) {
  __shared__ int count;
#ifdef RIGHT
  if (threadIdx.x == 0) count = 0;
#endif
  __syncthreads();
  atomicAdd(&count, 1);  //! uninitialized
  __syncthreads();
  out[threadIdx.x] = count;
}
