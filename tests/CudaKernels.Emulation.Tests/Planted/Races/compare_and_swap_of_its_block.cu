// A lock between blocks that is taken by an atomic of the block's scope.
// launch 4 32 0 32
__global__ void compare_and_swap_of_its_block(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
#ifdef RIGHT
  while (atomicCAS(&in[0], 0, 1) != 0) {
#else
  while (atomicCAS_block(&in[0], 0, 1) != 0) {  //! race
#endif
  }
  __threadfence();
  in[1] += 1;  //! race
  __threadfence();
  atomicExch(&in[0], 0);  //! race
}
