// A function that is inlined is given a local array by pointer and writes one struct behind it.
// launch 1 4 0 64
struct Pair {
  int value, place;
};

__device__ __forceinline__ void put(Pair* pairs, int at, int value) {
  pairs[at] = Pair{value, at};  //! out-of-bounds
}

__global__ void struct_by_pointer(int* out, int* in, int n) {
  Pair pairs[4] = {};
#ifdef RIGHT
  put(pairs, n - 61, in[0]);
#else
  put(pairs, n - 60, in[0]);
#endif
  out[threadIdx.x] = pairs[in[threadIdx.x]].place;
}
