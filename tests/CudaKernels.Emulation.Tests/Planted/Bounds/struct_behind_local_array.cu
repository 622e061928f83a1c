// The loop writes one struct more than the local array holds.
// launch 1 4 0 64
struct Pair {
  int value, place;
};

__global__ void struct_behind_local_array(int* out, int* in, int n) {
  Pair last[4];
#ifdef RIGHT
  const int count = n - 60;
#else
  const int count = n - 59;
#endif
  for (int i = 0; i < count; ++i) last[i] = Pair{in[i], i};  //! out-of-bounds
  out[threadIdx.x] = last[in[threadIdx.x]].place;
}
