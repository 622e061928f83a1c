// An address that passed through a 32-bit integer has lost its upper half.
// launch 1 32 0 32
__global__ void address_in_32_bits(int* out, int* in, int n) {
  unsigned long long address = reinterpret_cast<unsigned long long>(in);
#ifndef RIGHT
  address = (unsigned)address;
#endif
  out[threadIdx.x] = reinterpret_cast<int*>(address)[threadIdx.x];  //! not-device-memory
}
