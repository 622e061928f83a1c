// A 32-bit index computed from factors whose product needs 33 bits.
// launch 1 32 0 32
__global__ void signed_overflow(int* out, int* in, int n) {
#ifdef RIGHT
  const long long factor = 100000000;
#else
  const int factor = 100000000;
#endif
  const int x = in[threadIdx.x] + n;
  out[threadIdx.x] = (int)(x * factor >> 16);  //! undefined
}
