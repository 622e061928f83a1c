// ldmatrix, stmatrix and movmatrix of one warp, with any lane giving any row: rows[lane] is the offset of the row that a lane names, in
// elements, tile[] the 16-bit elements two to a word. The results are words: registers lane after lane, or the tile.
#include "common/ptx/address.cuh"
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/movmatrix.cuh"
#include "common/ptx/stmatrix.cuh"

constexpr int kWords = 1024;

template <int N, bool kTransposed> __global__ void load(const u32* tile, const u32* rows, u32* out) {
  __shared__ __align__(16) u32 shared[kWords];
  for (int i = threadIdx.x; i < kWords; i += 32) shared[i] = tile[i];
  __syncwarp();
  u32 r[N];
  const u32 address = ptx::smem_u32(shared) + 2 * rows[threadIdx.x];
  if constexpr (kTransposed) ptx::ldmatrix_trans(r, address);
  else ptx::ldmatrix(r, address);
  for (int i = 0; i < N; ++i) out[threadIdx.x * N + i] = r[i];
}

template <int N, bool kTransposed> __global__ void store(const u32* registers, const u32* rows, u32* out) {
  __shared__ __align__(16) u32 shared[kWords];
  for (int i = threadIdx.x; i < kWords; i += 32) shared[i] = 0;
  __syncwarp();
  u32 r[N];
  for (int i = 0; i < N; ++i) r[i] = registers[threadIdx.x * N + i];
  const u32 address = ptx::smem_u32(shared) + 2 * rows[threadIdx.x];
  if constexpr (kTransposed) ptx::stmatrix_trans(address, r);
  else ptx::stmatrix(address, r);
  __syncwarp();
  for (int i = threadIdx.x; i < kWords; i += 32) out[i] = shared[i];
}

extern "C" __global__ void transpose(const u32* registers, u32* out) { out[threadIdx.x] = ptx::movmatrix_trans(registers[threadIdx.x]); }
