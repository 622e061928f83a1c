// A pointer to a local array is given to another thread: local memory is each thread's own.
// launch 1 2 0 32
__global__ void others_local_memory(int* out, int* in, int n) {
  __shared__ int* leaked;
  int mine[4] = {n, n, n, n};
  if (threadIdx.x == 0) leaked = mine;
  __syncthreads();
#ifdef RIGHT
  const int* p = mine;
#else
  const int* p = leaked;
#endif
  if (threadIdx.x == 1) out[0] = p[n & 3];  //! out-of-bounds
  __syncthreads();
  out[1 + threadIdx.x] = mine[n & 1];
}
