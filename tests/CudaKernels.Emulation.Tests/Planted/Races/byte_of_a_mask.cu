// Setting a bit of a byte that eight lanes share: each lane overwrites the others.
// launch 1 32 0 32
__global__ void byte_of_a_mask(int* out, int* in, int n) {
  __shared__ unsigned words[1];
  if (threadIdx.x == 0) words[0] = 0;
  __syncwarp();
  const unsigned bit = 1u << threadIdx.x;
#ifdef RIGHT
  atomicOr(&words[0], bit);
#else
  words[0] |= bit;  //! race
#endif
  __syncwarp();
  out[threadIdx.x] = words[0];
}
