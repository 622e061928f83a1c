// A recursion whose end is never reached overflows the thread's stack.
// launch 1 1 0 32
__device__ __noinline__ int descend(int* in, int depth) {  //! fault
  if (depth == 0) return 0;
  volatile int local[64];  //! fault
  local[depth & 63] = in[0];  //! fault
  return descend(in, depth - 1) + local[depth & 63];  //! fault
}

__global__ void deep_recursion(int* out, int* in, int n) {
#ifdef RIGHT
  out[0] = descend(in, 8);
#else
  out[0] = descend(in, -1);
#endif
}
