// __constant__ memory is read-only in kernels.
// launch 1 1 0 32
__constant__ int table[4];

__global__ void write_to_constant(int* out, int* in, int n) {
#ifdef RIGHT
  int* p = out;
#else
  int* p = const_cast<int*>(table);
#endif
  p[n & 3] = 1;  //! const-write
}
