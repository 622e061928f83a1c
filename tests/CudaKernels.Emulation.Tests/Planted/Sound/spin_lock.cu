// A lock that every block takes, with fences inside of it.
// launch 4 32 0 32
__global__ void spin_lock(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  while (atomicCAS(&in[0], 0, 1) != 0) {
  }
  __threadfence();
  in[1] += 1;
  __threadfence();
  atomicExch(&in[0], 0);
}
