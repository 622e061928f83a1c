// Mistakes around wgmma and matrix descriptors, each beside right code that looks like it (see PlantedFile.cs for the comments).
#include "common/ptx/barrier.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/wgmma_bf16.cuh"

extern __shared__ __align__(1024) unsigned char shared[];

// A[64][16] and B[64][16] of zeros, K-major without a swizzle, in the first 4096 bytes.
__device__ __forceinline__ void operands() {
  for (int i = threadIdx.x; i < 1024; i += blockDim.x) ((u32*)shared)[i] = 0;
  ptx::fence_proxy_async_shared();
  __syncthreads();
}
__device__ __forceinline__ u64 a_matrix() { return ptx::matrix_descriptor(ptx::smem_u32(shared), 128, 256, ptx::Swizzle::none); }
__device__ __forceinline__ u64 b_matrix() { return ptx::matrix_descriptor(ptx::smem_u32(shared) + 2048, 128, 256, ptx::Swizzle::none); }

// launch 1 128 4096 128
extern "C" __global__ void good_two_products(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), true);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  d[3] += 1;
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), true);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_no_fence(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);  //! async-wait
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_touched_after_the_fence(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  d[3] += 1;
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), true);  //! async-wait
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void good_untouched_accumulator(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  for (int i = 0; i < 2; ++i) {
    ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), i > 0);
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
  }
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_read_before_the_wait(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  out[threadIdx.x] = (int)d[3];  //! async-wait
  ptx::wgmma_wait<0>();
}

// launch 1 128 4096 128
extern "C" __global__ void bad_not_committed(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];  //! async-wait
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
}

// launch 1 128 4096 128
extern "C" __global__ void bad_written_before_the_wait(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  d[5] = (float)n;  //! async-wait
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void good_wait_for_all_but_one(int* out, int* in, int n) {
  operands();
  float d[32], e[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_f32_bf16_bf16<64>(e, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<1>();
  out[threadIdx.x] = (int)d[3];
  ptx::wgmma_wait<0>();
  out[threadIdx.x] += (int)e[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_wait_for_all_but_one(int* out, int* in, int n) {
  operands();
  float d[32], e[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_f32_bf16_bf16<64>(e, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<1>();
  out[threadIdx.x] = (int)e[3];  //! async-wait
  ptx::wgmma_wait<0>();
}

// launch 1 128 4096 128
extern "C" __global__ void bad_end_without_a_wait(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);  //! async-wait
  ptx::wgmma_commit();
}

// The two shapes share registers, and nothing orders them.
// launch 1 128 4096 128
extern "C" __global__ void bad_other_shape(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_f32_bf16_bf16<32>((float (&)[16])d, a_matrix(), b_matrix(), true);  //! async-wait
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_registers_of_a(int* out, int* in, int n) {
  operands();
  float d[32];
  u32 a[4] = {};
  ptx::wgmma_fence();
  for (int i = 0; i < 2; ++i) {
    a[i] = in[threadIdx.x];
    ptx::wgmma_f32_bf16_bf16<64>(d, a, b_matrix(), i > 0);  //! async-wait
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
  }
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void good_registers_of_a(int* out, int* in, int n) {
  operands();
  float d[32];
  u32 a[4] = {};
  for (int i = 0; i < 2; ++i) {
    a[i] = in[threadIdx.x];
    ptx::wgmma_fence();
    ptx::wgmma_f32_bf16_bf16<64>(d, a, b_matrix(), i > 0);
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
  }
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_operand_overwritten(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ((u32*)shared)[threadIdx.x] = 1;  //! async-wait
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_no_proxy_fence(int* out, int* in, int n) {
  for (int i = threadIdx.x; i < 1024; i += blockDim.x) ((u32*)shared)[i] = 0;
  __syncthreads();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);  //! async-wait
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// What one thread wrote is known to two of the four warps.
// launch 1 128 4096 128
extern "C" __global__ void bad_two_warps_know(int* out, int* in, int n) {
  operands();
  if (threadIdx.x == 0) {
    ((u32*)shared)[5] = 7;
    ptx::fence_proxy_async_shared();
  }
  if (threadIdx.x < 64) ptx::barrier_sync(1, 64);
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);  //! race
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_address_in_a_descriptor(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  const u64 a = ptx::matrix_descriptor(ptx::smem_u32(shared) + 0x40000, 128, 256, ptx::Swizzle::none);  //! out-of-bounds
  ptx::wgmma_f32_bf16_bf16<64>(d, a, b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// Put together by hand, without cutting the address to its field.
// launch 1 128 4096 128
extern "C" __global__ void bad_address_by_hand(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  const u64 a = (u64)(ptx::smem_u32(shared) + 0x40000) >> 4 | 8ull << 16 | 16ull << 32;
  ptx::wgmma_f32_bf16_bf16<64>(d, a, b_matrix(), false);  //! out-of-bounds
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_bits_in_a_descriptor(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix() | 1ull << 55, false);  //! sync-misuse
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_operand_beyond_shared_memory(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix() + 64, false);  //! out-of-bounds
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_base_offset(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix() | 3ull << 49, b_matrix(), false);  //! limit
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_descriptors_differ(int* out, int* in, int n) {
  operands();
  float d[32];
  ptx::wgmma_fence();
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix() + threadIdx.x / 64, b_matrix(), false);  //! sync-misuse
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 96 4096 128
extern "C" __global__ void bad_three_warps(int* out, int* in, int n) {
  operands();
  ptx::wgmma_fence();  //! sync-misuse
  float d[32];
  ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  out[threadIdx.x] = (int)d[3];
}

// launch 1 128 4096 128
extern "C" __global__ void bad_a_warp_stays_away(int* out, int* in, int n) {
  operands();
  float d[32] = {};
  ptx::wgmma_fence();
  if (threadIdx.x < 96) ptx::wgmma_f32_bf16_bf16<64>(d, a_matrix(), b_matrix(), false);  //! deadlock
  out[threadIdx.x] = (int)d[3];
}
