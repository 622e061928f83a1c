// The ballot names all lanes, of which half wait at another instruction.
// launch 1 32 0 32
__global__ void ballot_after_divergence(int* out, int* in, int n) {
  unsigned lanes = 0;
#ifdef RIGHT
  lanes = __ballot_sync(0xffffffffu, threadIdx.x < 16);
#else
  if (threadIdx.x < 16) lanes = __ballot_sync(0xffffffffu, 1);  //! deadlock
#endif
  __syncthreads();  //! deadlock
  out[threadIdx.x] = lanes;
}
