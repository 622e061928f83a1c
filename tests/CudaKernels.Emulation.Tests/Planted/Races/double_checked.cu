// Double-checked initialisation: the quick first look is a plain read beside the writer.
// launch 4 32 0 32
__global__ void double_checked(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
#ifdef RIGHT
  if (atomicAdd(&in[1], 0) == 0) {
#else
  if (in[1] == 0) {  //! race
#endif
    while (atomicCAS(&in[0], 0, 1) != 0) {
    }
    __threadfence();
    if (atomicAdd(&in[1], 0) == 0) atomicExch(&in[1], 7);  //! race
    __threadfence();
    atomicExch(&in[0], 0);
  }
}
