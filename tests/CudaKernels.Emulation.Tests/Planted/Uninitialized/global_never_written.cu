// The output is read where the input was meant.
// launch 1 64 0 64
__global__ void global_never_written(int* out, int* in, int n) {
#ifdef RIGHT
  const int value = in[threadIdx.x];
#else
  const int value = out[threadIdx.x];  //! uninitialized
#endif
  out[threadIdx.x] = value + 1;
}
