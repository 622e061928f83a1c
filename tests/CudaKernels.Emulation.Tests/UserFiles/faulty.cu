// Kernels that would bring down a process that runs them as plain functions.
#include <cstdlib>
#include <cuda_runtime.h>

__device__ int deeper(int n, int* out) {
  volatile int frame[64];
  frame[n % 64] = n;
  return n == 0 ? 0 : deeper(n - 1, out) + frame[n % 64];
}

__global__ void deep_recursion(int* out, int n) { out[0] = deeper(1 << 20, out); }

__device__ int for_ever(int n) {
  volatile int frame[16];
  frame[n & 15] = n;
  return for_ever(n + 1) + frame[n & 15];
}

__global__ void infinite_recursion(int* out, int n) { out[0] = for_ever(n); }

__global__ void large_local_array(int* out, int n) {
  int big[40960];
  for (int i = 0; i < 40960; i++) big[i] = i * n;
  out[0] = big[out[0] & 4095];
}

__global__ void overrun_local_array(int* out, int n) {
  int small[16];
  for (int i = 0; i < n * 4096; i++) small[i] = i;
  out[0] = small[n];
}

__global__ void overrun_through_pointer(int* out, int n) {
  int small[16];
  int* p = small;
  for (int i = 0; i < n * 40000; i++) *p++ = 0x41414141;
  out[0] = small[n & 15];
}

__global__ void division_by_zero(int* out, int n) { out[0] = n / (n - n); }

__global__ void trapped(int* out, int n) {
  if (n > 0) __trap();
  out[0] = n;
}

__global__ void aborted(int* out, int n) {
  if (n > 0) abort();
  out[0] = n;
}

__global__ void exited(int* out, int n) {
  if (n > 0) exit(0);
  out[0] = n;
}

__global__ void spinning(int* out, int n) {
  unsigned x = n;
  while (x != 2) x = x * 2 | 1;
  out[0] = x;
}

__global__ void null_pointer(int* out, int n) { *(int*)(n - n + 0ull) = out[0]; }

__global__ void wild_pointer(int* out, int n) { *(int*)(0x123456789000ull + n) = out[0]; }

extern "C" __device__ int getpid();
extern "C" __device__ int kill(int process, int signal);

// As a stray write to the runtime's memory would end it.
__global__ void kills_process(int* out, int n) { out[0] = kill(getpid(), 9); }

__global__ void too_much_shared(int* out, int n) {
  __shared__ int large[13000];
  large[threadIdx.x] = n;
  out[threadIdx.x] = large[threadIdx.x];
}
