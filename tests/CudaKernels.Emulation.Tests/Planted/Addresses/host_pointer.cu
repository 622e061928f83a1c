// An address of the host's memory, as when a host array is given to the launch.
// launch 1 32 0 32
__global__ void host_pointer(int* out, int* in, int n) {
#ifdef RIGHT
  int* p = in;
#else
  int* p = reinterpret_cast<int*>(0x5600000001000ull + 256 * n);
#endif
  out[threadIdx.x] = p[threadIdx.x];  //! not-device-memory
}
