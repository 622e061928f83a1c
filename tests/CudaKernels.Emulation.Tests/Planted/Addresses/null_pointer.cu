// A pointer that no branch has set.
// launch 1 32 0 32
__global__ void null_pointer(int* out, int* in, int n) {
#ifdef RIGHT
  int* p = in[0] == 0 ? in : nullptr;
#else
  int* p = in[0] == 12345 ? in : nullptr;
#endif
  out[threadIdx.x] = p[threadIdx.x];  //! not-device-memory
}
