// The fifth element of an array of four inside a struct is the next member.
// launch 1 4 0 64
struct Particle {
  int position[4];
  int mass;
};

__global__ void struct_member_overrun(int* out, int* in, int n) {
  Particle p = {{n, n, n, n}, 7};
#ifdef RIGHT
  const int last = 3;
#else
  const int last = n - 60;
#endif
  p.position[last] = in[threadIdx.x];  //! out-of-bounds
  out[threadIdx.x] = p.position[in[threadIdx.x]] + p.mass;
}
