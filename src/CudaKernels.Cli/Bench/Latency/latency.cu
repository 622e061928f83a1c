// What `bench --latency` launches: kernels that do next to nothing, so that what is left is the cost of starting them. One block of 32 threads.
#include "common/ptx/fence.cuh"

extern "C" __global__ void empty() {}

// The arguments of an ordinary elementwise kernel, none of which is touched.
extern "C" __global__ void four_arguments(float* y, const float* x, float alpha, int n) {}

// One read and one write: each launch needs the result of the one before it, and the sum tells that none was lost.
extern "C" __global__ void count(int* counter) {
  if (threadIdx.x == 0) *counter += 1;
}

// The same for programmatic dependent launch: the next kernel may be set up while this one runs, but reads only once this one is done.
extern "C" __global__ void count_dependent(int* counter) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  ptx::grid_dependency_launch();
  ptx::grid_dependency_wait();
#endif
  if (threadIdx.x == 0) *counter += 1;
}
