// A fence orders a thread's own accesses; it waits for nobody.
// launch 1 64 0 64
__global__ void fence_for_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  __syncthreads();
#else
  __threadfence_block();
#endif
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}
