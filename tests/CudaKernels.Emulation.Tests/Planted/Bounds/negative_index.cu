// The left neighbour of the first element.
// launch 1 64 0 64
__global__ void negative_index(int* out, int* in, int n) {
  const int i = threadIdx.x;
#ifdef RIGHT
  const int left = i == 0 ? 0 : i - 1;
#else
  const int left = i - 1;
#endif
  out[i] = in[left];  //! out-of-bounds
}
