// Every thread writes the same value: whichever comes last, the result is the same. A note tells of it.
// launch 1 64 0 64
__global__ void same_value_twice(int* out, int* in, int n) {
  out[0] = 7;  //! note
}
