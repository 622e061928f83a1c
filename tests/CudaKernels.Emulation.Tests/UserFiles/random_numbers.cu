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

// Pairs of normal and log-normal numbers are apart: each kind keeps the second number of its own.
template <class State> __device__ void pairs_of(State state, float* normal) {
  State copy = state;
  const float2 first = curand_normal2(&copy), second = curand_log_normal2(&copy, 1.0f, 2.0f);
  normal[0] = curand_normal(&state) - first.x;
  normal[1] = curand_log_normal(&state, 1.0f, 2.0f) - second.x;
  normal[2] = curand_log_normal(&state, 5.0f, 6.0f) - second.y;
  const float third = curand_normal(&state);
  normal[3] = third - curand_normal2(&copy).x;
  copy = state;
  const double2 both = curand_normal2_double(&copy);
  curand_log_normal_double(&state, 0.0, 1.0);
  normal[4] = (float)(curand_log_normal_double(&state, 3.0, 4.0) - exp(both.y));
}

__global__ void pairs(float* normal) {
  curandState xorwow;
  curand_init(5ull, 0, 0, &xorwow);
  pairs_of(xorwow, normal);
  curandStatePhilox4_32_10_t philox;
  curand_init(5ull, 0, 0, &philox);
  pairs_of(philox, normal + 5);
}

// A double of Philox is one number, of those in twos each is two numbers.
__global__ void doubles(double* differences) {
  curandStatePhilox4_32_10_t state, copy;
  curand_init(5ull, 0, 0, &state);
  copy = state;
  const uint4 x = curand4(&copy);
  differences[0] = curand_uniform_double(&state) - (x.x + 1.0) / 4294967296.0;
  differences[1] = curand_uniform_double(&state) - (x.y + 1.0) / 4294967296.0;
  curand(&state), curand(&state);
  const uint4 y = curand4(&copy);
  const double2 two = curand_uniform2_double(&state);
  differences[2] = two.x - ((y.x ^ (unsigned long long)y.y << 21) + 0.5) / 9007199254740992.0;
  differences[3] = two.y - ((y.z ^ (unsigned long long)y.w << 21) + 0.5) / 9007199254740992.0;
  const auto four = curand_normal4_double(&state);
  const double2 a = curand_normal2_double(&copy), b = curand_normal2_double(&copy);
  differences[4] = (four.x - a.x) + (four.y - a.y) + (four.z - b.x) + (four.w - b.y);
  const float4 logs = curand_log_normal4(&state, 0.5f, 2.0f), normals = curand_normal4(&copy);
  differences[5] = (logs.x - expf(0.5f + 2.0f * normals.x)) + (logs.w - expf(0.5f + 2.0f * normals.w));
}
