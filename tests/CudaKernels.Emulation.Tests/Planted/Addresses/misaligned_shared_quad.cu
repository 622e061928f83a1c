// Rows of 5 elements in shared memory are no multiple of 16 bytes apart.
// launch 1 8 0 64
__global__ void misaligned_shared_quad(int* out, int* in, int n) {
#ifdef RIGHT
  constexpr int kRow = 8;
#else
  constexpr int kRow = 5;
#endif
  __shared__ alignas(16) int tile[8 * 8];
  int4* row = reinterpret_cast<int4*>(tile + threadIdx.x * kRow);
  *row = int4{n, n, n, n};  //! misaligned
  __syncwarp(0xff);
  out[threadIdx.x] = tile[0];
}
