// Four elements at once, where the last group has only two.
// launch 1 16 0 62
__global__ void vector_store_over_the_end(int* out, int* in, int n) {
  const int first = 4 * threadIdx.x;
#ifdef RIGHT
  if (first + 4 > n) return;
#else
  if (first >= n) return;
#endif
  *reinterpret_cast<int4*>(out + first) = int4{1, 2, 3, 4};  //! out-of-bounds
}
