// The bytes of a word are written one by one, and another thread reads the whole word.
// launch 1 64 0 64
__global__ void bytes_under_a_word(int* out, int* in, int n) {
  __shared__ alignas(4) unsigned char bytes[64];
  bytes[threadIdx.x] = 0;
  __syncthreads();
  bytes[threadIdx.x] = 1;  //! race
#ifdef RIGHT
  __syncthreads();
#endif
  if (threadIdx.x < 16) out[threadIdx.x] = reinterpret_cast<int*>(bytes)[threadIdx.x];  //! race
}
