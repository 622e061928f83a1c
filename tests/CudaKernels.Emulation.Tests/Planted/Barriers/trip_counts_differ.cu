// The loop with the barrier runs more often in some lanes than in others.
// launch 1 64 0 64
__global__ void trip_counts_differ(int* out, int* in, int n) {
#ifdef RIGHT
  const int rounds = 4;
#else
  const int rounds = 4 + threadIdx.x % 2;
#endif
  int sum = 0;
  for (int round = 0; round < rounds; ++round) {
    sum += in[round];
    __syncthreads();  //! barrier
  }
  out[threadIdx.x] = sum;
}
