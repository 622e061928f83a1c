// Atomics of all blocks on one word.
// launch 4 32 0 32
__global__ void atomics_of_all_blocks(int* out, int* in, int n) {
  atomicAdd(&in[0], 1);
}
