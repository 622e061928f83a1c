// Matrix descriptors and what they name: their 64 bits, the addresses of their elements, and products of operands that lie in shared
// memory as an image says. All kernels take pointers to 32-bit words, the output last.
#include "common/ptx/fence.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_tf32.cuh"
#include "matrix/descriptor.h"

__device__ __forceinline__ ptx::Swizzle swizzle_of(u32 width) {
  return width == 128 ? ptx::Swizzle::bytes128 : width == 64 ? ptx::Swizzle::bytes64 : width == 32 ? ptx::Swizzle::bytes32 : ptx::Swizzle::none;
}

// start, leading, stride, width of each -> low and high word.
extern "C" __global__ void descriptors(const u32* fields, u32* out) {
  const u32* mine = fields + 4 * threadIdx.x;
  const u64 value = ptx::matrix_descriptor(mine[0], mine[1], mine[2], swizzle_of(mine[3]));
  out[2 * threadIdx.x] = (u32)value;
  out[2 * threadIdx.x + 1] = (u32)(value >> 32);
}

// The short forms, for the same width: K-major, and MN-major with boxes `leading` apart.
extern "C" __global__ void short_descriptors(const u32* fields, u32* out) {
  const u32* mine = fields + 3 * threadIdx.x;  // start, leading, width
  const u64 k_major = ptx::k_major_descriptor(mine[0], swizzle_of(mine[2])), mn_major = ptx::mn_major_descriptor(mine[0], mine[1], swizzle_of(mine[2]));
  out[4 * threadIdx.x] = (u32)k_major;
  out[4 * threadIdx.x + 1] = (u32)(k_major >> 32);
  out[4 * threadIdx.x + 2] = (u32)mn_major;
  out[4 * threadIdx.x + 3] = (u32)(mn_major >> 32);
}

// low, high, MN-major, bytes of an element, extent, depth -> addresses, mn outer, k inner.
extern "C" __global__ void addresses(const u32* what, u32* out) {
  const ckrt::MatrixDescriptor matrix = ckrt::read_descriptor(what[0] | (u64)what[1] << 32);
  for (u32 i = threadIdx.x; i < what[4] * what[5]; i += blockDim.x) out[i] = ckrt::element_address(matrix, what[2] != 0, what[3], i / what[5], i % what[5]);
}

// The image goes to shared memory as it is; then D[64, 64] = A * B in `steps` of 32 bytes of k.
template <int Type, int TransposeA, int TransposeB> __global__ void layout_product(const u32* image, const u32* what, u32* out) {
  extern __shared__ __align__(1024) unsigned char shared[];
  for (u32 i = threadIdx.x; i < what[0] / 4; i += blockDim.x) ((u32*)shared)[i] = image[i];
  ptx::fence_proxy_async_shared();
  __syncthreads();
  // bytes, steps; then leading, stride, width, start, bytes to the next step: of A, of B
  const u32 *a = what + 2, *b = what + 7;
  float d[32];
  ptx::wgmma_fence();
  for (u32 step = 0; step < what[1]; ++step) {
    const u64 matrix_a = ptx::matrix_descriptor(ptx::smem_u32(shared) + a[3] + step * a[4], a[0], a[1], swizzle_of(a[2]));
    const u64 matrix_b = ptx::matrix_descriptor(ptx::smem_u32(shared) + b[3] + step * b[4], b[0], b[1], swizzle_of(b[2]));
    if constexpr (Type == 0) ptx::wgmma_f32_bf16_bf16<64, 1, 1, TransposeA, TransposeB>(d, matrix_a, matrix_b, step > 0);
    if constexpr (Type == 1) ptx::wgmma_f32_tf32_tf32<64>(d, matrix_a, matrix_b, step > 0);
    if constexpr (Type == 2) ptx::wgmma_f32_e4m3_e4m3<64>(d, matrix_a, matrix_b, step > 0);
  }
  ptx::wgmma_commit();
  ptx::wgmma_wait<0>();
  for (int i = 0; i < 32; ++i) out[threadIdx.x * 32 + i] = __float_as_uint(d[i]);
}
