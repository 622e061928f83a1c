// Pairs are read from every element, not from every second one.
// launch 1 31 0 64
__global__ void misaligned_pair(int* out, int* in, int n) {
#ifdef RIGHT
  const int first = 2 * threadIdx.x;
#else
  const int first = threadIdx.x;
#endif
  const int2 pair = *reinterpret_cast<const int2*>(in + first);  //! misaligned
  out[threadIdx.x] = pair.x + pair.y;
}
