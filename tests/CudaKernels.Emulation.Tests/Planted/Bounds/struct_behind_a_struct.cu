// The array is the last member of a local struct.
// launch 1 4 0 64
struct Pair {
  int value, place;
};
struct Held {
  int count;
  Pair pairs[3];
};

__global__ void struct_behind_a_struct(int* out, int* in, int n) {
  Held held = {};
#ifdef RIGHT
  const int at = n - 62;
#else
  const int at = n - 61;
#endif
  held.pairs[at] = Pair{in[threadIdx.x], at};  //! out-of-bounds
  out[threadIdx.x] = held.pairs[in[0]].place + held.count;
}
