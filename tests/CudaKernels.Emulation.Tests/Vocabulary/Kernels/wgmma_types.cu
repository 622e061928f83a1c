// D[64, 48] = C + A * B in every type that wgmma has: the first block reads A from shared memory, the second from registers. A and B
// are K-major, 32 bytes a row; words in, words out.
#include "common/ptx/fence.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_int8.cuh"
#include "common/ptx/wgmma_tf32.cuh"

constexpr int N = 48;

template <int Type, class D, class A> __device__ __forceinline__ void multiply_one(D& d, const A& a, u64 b) {
  if constexpr (Type == 0) ptx::wgmma_f32_f16_f16<N>(d, a, b, true);
  if constexpr (Type == 1) ptx::wgmma_f16_f16_f16<N>(d, a, b, true);
  if constexpr (Type == 2) ptx::wgmma_f32_bf16_bf16<N>(d, a, b, true);
  if constexpr (Type == 3) ptx::wgmma_f32_tf32_tf32<N>(d, a, b, true);
  if constexpr (Type == 4) ptx::wgmma_f32_e4m3_e4m3<N>(d, a, b, true);
  if constexpr (Type == 5) ptx::wgmma_f32_e4m3_e5m2<N>(d, a, b, true);
  if constexpr (Type == 6) ptx::wgmma_f32_e5m2_e4m3<N>(d, a, b, true);
  if constexpr (Type == 7) ptx::wgmma_f32_e5m2_e5m2<N>(d, a, b, true);
  if constexpr (Type == 8) ptx::wgmma_f16_e4m3_e4m3<N>(d, a, b, true);
  if constexpr (Type == 9) ptx::wgmma_f16_e4m3_e5m2<N>(d, a, b, true);
  if constexpr (Type == 10) ptx::wgmma_f16_e5m2_e4m3<N>(d, a, b, true);
  if constexpr (Type == 11) ptx::wgmma_f16_e5m2_e5m2<N>(d, a, b, true);
  if constexpr (Type == 12) ptx::wgmma_s32_s8_s8<N>(d, a, b, true);
  if constexpr (Type == 13) ptx::wgmma_s32_s8_u8<N>(d, a, b, true);
  if constexpr (Type == 14) ptx::wgmma_s32_u8_s8<N>(d, a, b, true);
  if constexpr (Type == 15) ptx::wgmma_s32_u8_u8<N>(d, a, b, true);
  if constexpr (Type == 16) ptx::wgmma_s32_s8_s8_sat<N>(d, a, b, true);
  if constexpr (Type == 17) ptx::wgmma_s32_s8_u8_sat<N>(d, a, b, true);
  if constexpr (Type == 18) ptx::wgmma_s32_u8_s8_sat<N>(d, a, b, true);
  if constexpr (Type == 19) ptx::wgmma_s32_u8_u8_sat<N>(d, a, b, true);
  // Signs, and a product that must not look at what d holds.
  if constexpr (Type == 20) ptx::wgmma_f32_bf16_bf16<N, -1, 1>(d, a, b, true);
  if constexpr (Type == 21) ptx::wgmma_f32_bf16_bf16<N, 1, -1>(d, a, b, true);
  if constexpr (Type == 22) ptx::wgmma_f32_bf16_bf16<N, -1, -1>(d, a, b, true);
  if constexpr (Type == 23) ptx::wgmma_f32_bf16_bf16<N>(d, a, b, false);
}

template <int Type> struct Accumulator {
  static constexpr int kCount = Type == 1 || (Type >= 8 && Type < 12) ? N / 4 : N / 2;
  using Register = float;
};
template <int Type> requires(Type == 1 || (Type >= 8 && Type < 12)) struct Accumulator<Type> {
  static constexpr int kCount = N / 4;
  using Register = u32;
};
template <int Type> requires(Type >= 12 && Type < 20) struct Accumulator<Type> {
  static constexpr int kCount = N / 2;
  using Register = i32;
};

template <int Type> __global__ void multiply(const u32* a, const u32* b, const u32* c, u32* out) {
  extern __shared__ __align__(1024) unsigned char shared[];
  const auto place = [](int row, int word) { return (row % 8 * 16 + row / 8 * 256 + word % 4 * 4 + word / 4 * 128) / 4; };
  u32 *shared_a = (u32*)shared, *shared_b = shared_a + 64 * 8;
  for (int i = threadIdx.x; i < 64 * 8; i += blockDim.x) shared_a[place(i / 8, i % 8)] = a[i];
  for (int i = threadIdx.x; i < N * 8; i += blockDim.x) shared_b[place(i / 8, i % 8)] = b[i];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  constexpr int kCount = Accumulator<Type>::kCount;
  typename Accumulator<Type>::Register d[kCount];
  u32 registers[4];
  const int t = threadIdx.x;
  for (int i = 0; i < kCount; ++i) d[i] = __builtin_bit_cast(typename Accumulator<Type>::Register, c[t * kCount + i]);
  for (int i = 0; i < 4; ++i) registers[i] = a[(t / 32 * 16 + t % 32 / 4 + i % 2 * 8) * 8 + t % 4 + i / 2 * 4];
  const u64 matrix_b = ptx::matrix_descriptor(ptx::smem_u32(shared_b), 128, 256, ptx::Swizzle::none);
  ptx::wgmma_fence();
  if (blockIdx.x == 0) multiply_one<Type>(d, ptx::matrix_descriptor(ptx::smem_u32(shared_a), 128, 256, ptx::Swizzle::none), matrix_b);
  else multiply_one<Type>(d, registers, matrix_b);
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  for (int i = 0; i < kCount; ++i) out[(blockIdx.x * 128 + t) * kCount + i] = __builtin_bit_cast(u32, d[i]);
}
