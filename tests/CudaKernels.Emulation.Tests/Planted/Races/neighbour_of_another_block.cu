// In place: an element is read that another block overwrites.
// launch 2 64 0 128
__global__ void neighbour_of_another_block(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int right = i + 1 < n ? in[i + 1] : 0;
#ifdef RIGHT
  out[i] = right;
#else
  __syncthreads();
  in[i] = right;  //! race
#endif
}
