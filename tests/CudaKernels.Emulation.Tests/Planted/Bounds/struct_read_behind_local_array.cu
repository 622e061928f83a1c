// A struct is assigned from the place behind the last one of a local array.
// launch 1 4 0 64
struct Pair {
  int value, place;
};

__global__ void struct_read_behind_local_array(int* out, int* in, int n) {
  Pair pairs[4];
  for (int i = 0; i < 4; ++i) pairs[i] = Pair{in[i], i};
#ifdef RIGHT
  const int at = n - 61;
#else
  const int at = n - 60;
#endif
  Pair best = {};
  if (in[0] == 0) best = pairs[at];  //! out-of-bounds
  out[threadIdx.x] = best.value + best.place;
}
