// Four elements at once from a row that starts one element into the buffer.
// launch 1 8 0 64
__global__ void misaligned_quad_store(int* out, int* in, int n) {
#ifdef RIGHT
  int* row = out;
#else
  int* row = out + 1;
#endif
  reinterpret_cast<int4*>(row)[threadIdx.x] = int4{1, 2, 3, 4};  //! misaligned
}
