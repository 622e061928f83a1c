// Three of four elements are written, all four are read at once.
// launch 1 4 0 64
__global__ void partial_vector(int* out, int* in, int n) {
  __shared__ alignas(16) int tile[16];
#ifdef RIGHT
  const int count = 4;
#else
  const int count = n - 61;
#endif
  for (int i = 0; i < count; ++i) tile[4 * threadIdx.x + i] = in[i];
  const int4 v = *reinterpret_cast<int4*>(tile + 4 * threadIdx.x);  //! uninitialized
  out[threadIdx.x] = v.x + v.y + v.z + v.w;
}
