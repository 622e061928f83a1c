// wgmma laid bare: where the elements of accumulators, of A's registers and of operands in shared memory are. Every kernel is run by
// one warpgroup and takes pointers to 32-bit words, the output last.
#include "common/ptx/fence.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_int8.cuh"
#include "common/ptx/wgmma_tf32.cuh"

constexpr u32 kLeading = 128, kStride = 256;  // K-major without a swizzle: the two halves of 8 rows side by side

// Byte `at` of row `row` of an operand.
__device__ __forceinline__ u32 place(u32 row, u32 at) { return row % 8 * 16 + row / 8 * kStride + at % 16 + at / 16 * kLeading; }
__device__ __forceinline__ u64 descriptor(const void* operand) { return ptx::matrix_descriptor(ptx::smem_u32(operand), kLeading, kStride, ptx::Swizzle::none); }

__device__ __forceinline__ void clear(unsigned char* shared, int bytes) {
  for (int i = threadIdx.x; i < bytes; i += blockDim.x) shared[i] = 0;
  __syncthreads();
}
__device__ __forceinline__ void ready() {
  ptx::fence_proxy_async_shared();
  __syncthreads();
}
template <int Count, class T> __device__ __forceinline__ void give(u32* out, T (&d)[Count]) {
  for (int i = 0; i < Count; ++i) out[(blockIdx.x * blockDim.x + threadIdx.x) * Count + i] = __builtin_bit_cast(u32, d[i]);
}
__device__ __forceinline__ void put_f16(unsigned char* to, float x) { *(f16*)to = to_f16(x); }

// D[m][n] = 256 m + n.
template <int N> __global__ void accumulator_f32(u32* out) {
  extern __shared__ __align__(1024) unsigned char a[];
  unsigned char* b = a + 64 * 32;
  clear(a, (64 + N) * 32);
  for (int i = threadIdx.x; i < 64; i += blockDim.x) put_f16(a + place(i, 0), (float)i), put_f16(a + place(i, 2), 1.0f);
  for (int i = threadIdx.x; i < N; i += blockDim.x) put_f16(b + place(i, 0), 256.0f), put_f16(b + place(i, 2), (float)i);
  ready();
  float d[N / 2];
  ptx::wgmma_fence();
  ptx::wgmma_f32_f16_f16<N>(d, descriptor(a), descriptor(b), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  give(out, d);
}

// The first block gives D[m][n] = m, the second n: an f16 does not hold both.
template <int N> __global__ void accumulator_f16(u32* out) {
  extern __shared__ __align__(1024) unsigned char a[];
  unsigned char* b = a + 64 * 32;
  clear(a, (64 + N) * 32);
  for (int i = threadIdx.x; i < 64; i += blockDim.x) put_f16(a + place(i, 0), blockIdx.x == 0 ? (float)i : 1.0f);
  for (int i = threadIdx.x; i < N; i += blockDim.x) put_f16(b + place(i, 0), blockIdx.x == 0 ? 1.0f : (float)i);
  ready();
  u32 d[N / 4];
  ptx::wgmma_fence();
  ptx::wgmma_f16_f16_f16<N>(d, descriptor(a), descriptor(b), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  give(out, d);
}

// D[m][n] = 256 m + n, of bytes.
template <int N> __global__ void accumulator_s32(u32* out) {
  extern __shared__ __align__(1024) unsigned char a[];
  unsigned char* b = a + 64 * 32;
  clear(a, (64 + N) * 32);
  for (int i = threadIdx.x; i < 64; i += blockDim.x) a[place(i, 0)] = a[place(i, 1)] = (unsigned char)i, a[place(i, 2)] = 1;
  for (int i = threadIdx.x; i < N; i += blockDim.x) b[place(i, 0)] = 255, b[place(i, 1)] = 1, b[place(i, 2)] = (unsigned char)i;
  ready();
  i32 d[N / 2];
  ptx::wgmma_fence();
  ptx::wgmma_s32_u8_u8<N>(d, descriptor(a), descriptor(b), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  give(out, d);
}

// D = A * I with A in registers, given for each block: where an element of A shows up in D, there it was taken to be.
// 1, 2 or 4 elements share a register: tf32, f16, e4m3.
template <int PerRegister> __global__ void registers_of_a(const u32* words, u32* out) {
  constexpr int kDepth = 8 * PerRegister, kBytes = 4 / PerRegister;
  constexpr u32 kOne = PerRegister == 1 ? 0x3F800000u : PerRegister == 2 ? 0x3C00u : 0x38u;
  extern __shared__ __align__(1024) unsigned char b[];
  clear(b, kDepth * 32);
  for (int i = threadIdx.x; i < kDepth; i += blockDim.x)
    for (int j = 0; j < kBytes; ++j) b[place(i, i * kBytes + j)] = (unsigned char)(kOne >> (8 * j));
  ready();
  u32 a[4];
  for (int i = 0; i < 4; ++i) a[i] = words[(blockIdx.x * 128 + threadIdx.x) * 4 + i];
  float d[kDepth / 2];
  ptx::wgmma_fence();
  if constexpr (PerRegister == 1) ptx::wgmma_f32_tf32_tf32<kDepth>(d, a, descriptor(b), false);
  if constexpr (PerRegister == 2) ptx::wgmma_f32_f16_f16<kDepth>(d, a, descriptor(b), false);
  if constexpr (PerRegister == 4) ptx::wgmma_f32_e4m3_e4m3<kDepth>(d, a, descriptor(b), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  give(out, d);
}

// The published product, as it stands.
extern "C" __global__ void product(const u32* words, const u32* bytes, u32* out) {
  extern __shared__ __align__(1024) unsigned char shared[];
  u32* b = (u32*)shared;
  for (int i = threadIdx.x; i < 64; i += blockDim.x) b[i] = bytes[i];
  ready();
  u32 a[4];
  for (int i = 0; i < 4; ++i) a[i] = words[threadIdx.x * 4 + i];
  float d[4];
  ptx::wgmma_fence();
  ptx::wgmma_f32_f16_f16<8>(d, a, descriptor(b), false);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  give(out, d);
}
