// Four threads write the bytes of one word; a barrier later one thread reads the word.
// launch 1 64 0 64
__global__ void neighbouring_bytes(int* out, int* in, int n) {
  __shared__ alignas(4) unsigned char bytes[64];
  bytes[threadIdx.x] = 1;
  __syncthreads();
  if (threadIdx.x < 16) out[threadIdx.x] = reinterpret_cast<int*>(bytes)[threadIdx.x];
}
