// The member of the fifth struct of four, through a pointer to the array.
// launch 1 4 0 64
struct Pair {
  int value, place;
};

__global__ void member_behind_local_array(int* out, int* in, int n) {
  Pair pairs[4] = {};
  Pair* p = pairs;
#ifdef RIGHT
  const int at = n - 61;
#else
  const int at = n - 60;
#endif
  p[at].place = in[threadIdx.x];  //! out-of-bounds
  out[threadIdx.x] = pairs[in[0]].place;
}
