// A whole warp has ended: since Volta a barrier waits for the others alone. A note tells of it.
// launch 1 64 0 64
__global__ void warp_left_early(int* out, int* in, int n) {
  if (threadIdx.x >= 32) return;
  __syncthreads();  //! note
  out[threadIdx.x] = n;
}
