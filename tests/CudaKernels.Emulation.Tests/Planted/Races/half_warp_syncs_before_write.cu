// Every lane reads one element; the writer waits for the readers of its own half warp only.
// launch 1 32 0 32
__global__ void half_warp_syncs_before_write(int* out, int* in, int n) {
  __shared__ int value;
  if (threadIdx.x == 0) value = n;
  __syncwarp();
  out[threadIdx.x] = value;
#ifdef RIGHT
  __syncwarp();
#else
  __syncwarp(threadIdx.x < 16 ? 0x0000ffffu : 0xffff0000u);
#endif
  if (threadIdx.x == 0) value = 0;  //! race
}
