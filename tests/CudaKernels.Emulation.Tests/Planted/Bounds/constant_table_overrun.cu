// Eight threads read a table of seven; a pointer hides the length from the compiler.
// launch 1 8 0 64
__constant__ int table[7];

__global__ void constant_table_overrun(int* out, int* in, int n) {
  const int* p = table;
#ifdef RIGHT
  const int at = threadIdx.x % 7;
#else
  const int at = threadIdx.x % (n / 8);
#endif
  out[threadIdx.x] = p[at];  //! out-of-bounds
}
