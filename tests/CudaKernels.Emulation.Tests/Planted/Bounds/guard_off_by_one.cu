// <= for <: the thread after the last element works too.
// launch 2 64 0 100
__global__ void guard_off_by_one(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
#ifdef RIGHT
  if (i < n) {
#else
  if (i <= n) {
#endif
    out[i] = 1;  //! out-of-bounds
  }
}
