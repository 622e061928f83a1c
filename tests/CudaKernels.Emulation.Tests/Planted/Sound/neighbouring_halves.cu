// Two threads write the two halves of one word: they are different places.
// launch 1 64 0 64
__global__ void neighbouring_halves(int* out, int* in, int n) {
  __shared__ short tile[64];
  tile[threadIdx.x] = (short)threadIdx.x;
  out[threadIdx.x] = tile[threadIdx.x];
}
