// Four elements at once, where the last group has only two.
// launch 1 16 0 62
__global__ void vector_load_over_the_end(int* out, int* in, int n) {
  const int first = 4 * threadIdx.x;
#ifdef RIGHT
  if (first + 4 > n) return;
#else
  if (first >= n) return;
#endif
  const int4 v = *reinterpret_cast<const int4*>(in + first);  //! out-of-bounds
  out[threadIdx.x] = v.x + v.y + v.z + v.w;
}
