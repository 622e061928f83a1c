// Eight threads count in a histogram of seven.
// launch 1 8 0 64
__device__ int histogram[7];

__global__ void module_variable_overrun(int* out, int* in, int n) {
  int* p = histogram;
#ifdef RIGHT
  const int at = threadIdx.x % 7;
#else
  const int at = threadIdx.x % (n / 8);
#endif
  atomicAdd(p + at, 1);  //! out-of-bounds
}
