// += into memory that nobody has set to zero.
// launch 1 64 0 64
__global__ void accumulates_into_output(int* out, int* in, int n) {
#ifdef RIGHT
  out[threadIdx.x] = in[threadIdx.x];
#else
  out[threadIdx.x] += in[threadIdx.x];  //! uninitialized
#endif
}
