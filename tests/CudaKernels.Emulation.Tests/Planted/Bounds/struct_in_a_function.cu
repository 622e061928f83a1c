// The local array of a function that is not inlined, and a struct behind it.
// launch 1 4 0 64
struct Pair {
  int value, place;
};

__device__ __noinline__ int place_of(int at, int value) {
  Pair pairs[4] = {};
  pairs[at] = Pair{value, at};  //! out-of-bounds
  return pairs[value].place;
}

__global__ void struct_in_a_function(int* out, int* in, int n) {
#ifdef RIGHT
  const int at = n - 61;
#else
  const int at = n - 60;
#endif
  out[threadIdx.x] = place_of(at, in[threadIdx.x]);
}
