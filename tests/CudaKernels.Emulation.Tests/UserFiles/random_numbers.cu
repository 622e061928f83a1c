// Random numbers in device code: the state of a thread and its sequence, and numbers in fours.
#include <curand_kernel.h>

__global__ void xorwow(unsigned* out, float* uniform, unsigned long long seed, int sequence, int offset) {
  curandState state;
  curand_init(seed, sequence, offset, &state);
  for (int i = 0; i < 4; ++i) out[i] = curand(&state);
  for (int i = 0; i < 64; ++i) uniform[i] = curand_uniform(&state);
}

// Steps by hand where curand_init jumps.
__global__ void jumps(unsigned* differences) {
  curandState there, here;
  curand_init(7, 3, 1000, &there);
  curand_init(7, 3, 0, &here);
  for (int i = 0; i < 1000; ++i) curand(&here);
  for (int i = 0; i < 8; ++i) differences[i] = curand(&there) - curand(&here);
}

__global__ void philox(unsigned* out, float* normal, int n) {
  curandStatePhilox4_32_10_t state;
  curand_init(0ull, 0, 0, &state);
  const uint4 four = curand4(&state);
  out[0] = four.x;
  out[1] = four.y;
  out[2] = four.z;
  out[3] = four.w;
  for (int i = 0; i < n; ++i) normal[i] = curand_normal(&state);
}
