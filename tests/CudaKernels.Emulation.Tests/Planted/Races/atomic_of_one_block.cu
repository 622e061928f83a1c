// One block alone takes the smaller scope, for a word that the others change too.
// launch 4 32 0 32
__global__ void atomic_of_one_block(int* out, int* in, int n) {
  if (blockIdx.x != 2) atomicMax(&in[0], 1);  //! race
#ifndef RIGHT
  else atomicMax_block(&in[0], 1);  //! race
#endif
}
