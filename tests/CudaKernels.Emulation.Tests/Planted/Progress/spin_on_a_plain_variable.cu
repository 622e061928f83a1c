// A loop on a plain shared variable: the compiler may read it once, and nobody is let run.
// launch 1 64 0 64
__global__ void spin_on_a_plain_variable(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 32) {
#ifdef RIGHT
    while (atomicAdd(&flag, 0) == 0) {
#else
    while (flag == 0) {  //! race hang
#endif
    }
  }
  if (threadIdx.x == 0) atomicExch(&flag, 1);  //! race
}
