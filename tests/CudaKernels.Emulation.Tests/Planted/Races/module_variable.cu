// Both blocks write a variable of the module.
// launch 2 32 0 32
__device__ int counter;

__global__ void module_variable(int* out, int* in, int n) {
#ifdef RIGHT
  if (threadIdx.x == 0) atomicExch(&counter, blockIdx.x + n);
#else
  if (threadIdx.x == 0) counter = blockIdx.x + n;  //! race
#endif
}
