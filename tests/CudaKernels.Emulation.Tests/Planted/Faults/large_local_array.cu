// 160 KB of local memory, where a thread's stack has less.
// launch 1 1 0 32
__global__ void large_local_array(int* out, int* in, int n) {  //! fault
#ifdef RIGHT
  constexpr int kLength = 64;
#else
  constexpr int kLength = 40000;
#endif
  volatile int local[kLength];  //! fault
  for (int i = 0; i < kLength; ++i) local[i] = n;  //! fault
  out[0] = local[n];
}
