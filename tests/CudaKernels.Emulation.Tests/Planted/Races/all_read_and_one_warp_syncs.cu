// Every thread reads one element; the writer waits for the readers of its own warp only.
// launch 1 128 0 128
__global__ void all_read_and_one_warp_syncs(int* out, int* in, int n) {
  __shared__ int value;
  if (threadIdx.x == 0) value = n;
  __syncthreads();
  out[threadIdx.x] = value;
#ifdef RIGHT
  __syncthreads();
#else
  __syncwarp();
#endif
  if (threadIdx.x == 0) value = 0;  //! race
}
