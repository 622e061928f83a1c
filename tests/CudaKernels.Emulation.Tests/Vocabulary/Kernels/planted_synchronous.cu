// Planted mistakes in the use of ldmatrix, stmatrix, mma, warp operations and cache hints, and right kernels that look like them. The
// form is that of Checks/planted.cu.
#include "common/ptx/address.cuh"
#include "common/ptx/cache.cuh"
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/mma.cuh"
#include "common/ptx/movmatrix.cuh"
#include "common/ptx/stmatrix.cuh"
#include "common/ptx/warp.cuh"

// launch 1 32 0 64
extern "C" __global__ void good_own_rows(int* out, int* in, int n) {
  __shared__ __align__(16) uint4 tile[32];
  tile[threadIdx.x] = make_uint4(1, 2, 3, in[threadIdx.x]);
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[threadIdx.x]));
  __syncwarp();
  tile[threadIdx.x] = make_uint4(r[0], r[1], r[2], r[3]);
  __syncwarp();
  ptx::ldmatrix_trans(r, ptx::smem_u32(&tile[31 - threadIdx.x]));
  out[threadIdx.x] = r[0] + r[3];
}

// launch 1 32 0 64
extern "C" __global__ void bad_own_rows_without_syncwarp(int* out, int* in, int n) {
  __shared__ __align__(16) uint4 tile[32];
  tile[threadIdx.x] = make_uint4(1, 2, 3, 4);
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[threadIdx.x]));  //! race
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_other_rows_without_syncwarp(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  for (int i = threadIdx.x; i < 128; i += 32) tile[i] = i;
  u32 r[2];
  ptx::ldmatrix_trans(r, ptx::smem_u32(&tile[4 * (threadIdx.x % 16)]));  //! race
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_overwritten_without_syncwarp(int* out, int* in, int n) {
  __shared__ __align__(16) uint4 tile[32];
  tile[threadIdx.x] = make_uint4(1, 2, 3, 4);
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[threadIdx.x]));
  tile[threadIdx.x] = make_uint4(r[0], r[1], r[2], 5);  //! race
  __syncwarp();
  out[threadIdx.x] = tile[0].x;
}

// launch 1 64 0 64
extern "C" __global__ void bad_rows_of_another_warp(int* out, int* in, int n) {
  __shared__ __align__(16) uint4 tile[64];
  tile[threadIdx.x] = make_uint4(1, 2, 3, 4);
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[63 - threadIdx.x]));  //! race
  out[threadIdx.x] = r[0];
}

// launch 1 64 0 64
extern "C" __global__ void good_rows_of_another_warp(int* out, int* in, int n) {
  __shared__ __align__(16) uint4 tile[64];
  tile[threadIdx.x] = make_uint4(1, 2, 3, 4);
  __syncthreads();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[63 - threadIdx.x]));
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_misaligned_row(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[256];
  for (int i = threadIdx.x; i < 256; i += 32) tile[i] = i;
  __syncwarp();
  u32 r[1];
  ptx::ldmatrix(r, ptx::smem_u32(&tile[6 * threadIdx.x]));  //! misaligned
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_row_beyond_static(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[64];
  for (int i = threadIdx.x; i < 64; i += 32) tile[i] = i;
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(tile) + 16 * threadIdx.x);  //! out-of-bounds
  out[threadIdx.x] = r[3];
}

// launch 1 32 500 64
extern "C" __global__ void bad_row_beyond_dynamic(int* out, int* in, int n) {
  extern __shared__ u32 words[];
  for (int i = threadIdx.x; i < 125; i += 32) words[i] = i;
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(words) + 16 * threadIdx.x);  //! out-of-bounds
  out[threadIdx.x] = r[3];
}

// launch 1 32 512 64
extern "C" __global__ void good_row_of_dynamic(int* out, int* in, int n) {
  extern __shared__ u32 words[];
  for (int i = threadIdx.x; i < 128; i += 32) words[i] = i;
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(words) + 16 * threadIdx.x);
  out[threadIdx.x] = r[3];
}

// launch 1 32 0 64
extern "C" __global__ void bad_unwritten_row(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  for (int i = threadIdx.x; i < 124; i += 32) tile[i] = i;
  __syncwarp();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(tile) + 16 * threadIdx.x);  //! uninitialized
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void good_lanes_without_a_row(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[32];
  tile[threadIdx.x] = threadIdx.x;
  __syncwarp();
  u32 r[1];
  ptx::ldmatrix(r, ptx::smem_u32(tile) + 16 * threadIdx.x);
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_global_pointer(int* out, int* in, int n) {
  u32 r[4];
  const u32 address = ptx::smem_u32(in);  //! out-of-bounds
  ptx::ldmatrix(r, address);
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_null_pointer(int* out, int* in, int n) {
  out[threadIdx.x] = ptx::smem_u32(nullptr);  //! out-of-bounds
}

// launch 1 32 0 64
extern "C" __global__ void good_stored_rows(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  u32 r[4] = {1, 2, 3, threadIdx.x};
  ptx::stmatrix(ptx::smem_u32(tile) + 16 * threadIdx.x, r);
  __syncwarp();
  out[threadIdx.x] = tile[127 - threadIdx.x];
  __syncwarp();
  ptx::stmatrix_trans(ptx::smem_u32(tile) + 16 * threadIdx.x, r);
  __syncwarp();
  out[threadIdx.x] += tile[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_stored_rows_without_syncwarp(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  u32 r[4] = {1, 2, 3, threadIdx.x};
  ptx::stmatrix(ptx::smem_u32(tile) + 16 * threadIdx.x, r);
  out[threadIdx.x] = tile[4 * threadIdx.x];  //! race
}

// launch 1 32 0 64
extern "C" __global__ void bad_stored_over_read_rows(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  for (int i = threadIdx.x; i < 128; i += 32) tile[i] = i;
  __syncwarp();
  u32 r[4] = {tile[threadIdx.x], tile[127 - threadIdx.x], 3, 4};
  ptx::stmatrix_trans(ptx::smem_u32(tile) + 16 * threadIdx.x, r);  //! race
  __syncwarp();
  out[threadIdx.x] = tile[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_stored_beyond(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[120];
  u32 r[4] = {1, 2, 3, 4};
  ptx::stmatrix(ptx::smem_u32(tile) + 16 * threadIdx.x, r);  //! out-of-bounds
  out[threadIdx.x] = tile[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void good_fragments(int* out, int* in, int n) {
  const u32 a[4] = {1, 2, 3, 4}, b[2] = {ptx::movmatrix_trans(in[threadIdx.x]), 6};
  float d[4] = {};
  for (int k = 0; k < 4; ++k) ptx::mma_m16n8k16<bf16>(d, a, b, d);
  out[threadIdx.x] = (int)d[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_mma_in_diverged_code(int* out, int* in, int n) {
  const u32 a[4] = {1, 2, 3, 4}, b[2] = {5, 6};
  float d[4] = {};
  if (threadIdx.x < 16) {
    ptx::mma_m16n8k16<f16>(d, a, b, d);
    d[0] += 1;
  } else {
    ptx::mma_m16n8k16<f16>(d, a, b, d);  //! sync-misuse
    d[0] += 2;
  }
  out[threadIdx.x] = (int)d[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_mma_of_some_lanes(int* out, int* in, int n) {
  if (threadIdx.x >= 30) return;
  const u32 a[4] = {1, 2, 3, 4}, b[2] = {5, 6};
  float d[4] = {};
  ptx::mma_m16n8k16<f16>(d, a, b, d);  //! sync-misuse
  out[threadIdx.x] = (int)d[0];
}

// launch 1 48 0 64
extern "C" __global__ void bad_ldmatrix_of_half_a_warp(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[192];
  for (int i = threadIdx.x; i < 192; i += 48) tile[i] = i;
  __syncthreads();
  u32 r[4];
  ptx::ldmatrix(r, ptx::smem_u32(tile) + 16 * threadIdx.x);  //! sync-misuse
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void bad_different_instructions(int* out, int* in, int n) {
  __shared__ __align__(16) u32 tile[128];
  for (int i = threadIdx.x; i < 128; i += 32) tile[i] = i;
  __syncwarp();
  u32 r[4];
  if (threadIdx.x < 8) ptx::ldmatrix(r, ptx::smem_u32(tile));
  else ptx::ldmatrix_trans(r, ptx::smem_u32(tile));  //! sync-misuse
  out[threadIdx.x] = r[0];
}

// launch 1 32 0 64
extern "C" __global__ void good_reductions_of_groups(int* out, int* in, int n) {
  const u32 mask = threadIdx.x < 16 ? 0x0000ffffu : 0xffff0000u;
  if (threadIdx.x < 16) out[threadIdx.x] = ptx::redux_add(threadIdx.x, mask);
  else out[threadIdx.x] = ptx::match_any(threadIdx.x / 8, mask) + ptx::elect_one(mask);
}

// launch 1 32 0 64
extern "C" __global__ void bad_lane_outside_its_mask(int* out, int* in, int n) {
  out[threadIdx.x] = ptx::redux_max(threadIdx.x, 0x0000ffffu);  //! sync-misuse
}

// launch 1 32 0 64
extern "C" __global__ void bad_elected_without_all_lanes(int* out, int* in, int n) {
  if (threadIdx.x < 31) {
    if (ptx::elect_one()) out[0] = 1;  //! deadlock
  } else {
    __syncwarp(0x80000001u);
  }
}

// launch 1 32 0 128
extern "C" __global__ void good_hinted_accesses(int* out, int* in, int n) {
  const auto* from = reinterpret_cast<const uint4*>(in);
  auto* to = reinterpret_cast<uint4*>(out);
  ptx::prefetch_l2(from + 1000);
  ptx::store_streaming(to + threadIdx.x, ptx::load_nc_no_allocate(from + threadIdx.x));
  ptx::store_hinted(to + threadIdx.x, ptx::load_nc_hinted(from + threadIdx.x, ptx::policy_evict_first()), ptx::policy_evict_last());
}

// launch 1 32 0 64
extern "C" __global__ void bad_hinted_beyond(int* out, int* in, int n) {
  out[threadIdx.x] = ptx::load_nc(in + 2 * threadIdx.x + 3);  //! out-of-bounds
}

// launch 1 32 0 64
extern "C" __global__ void bad_hinted_store_beyond(int* out, int* in, int n) {
  ptx::store_streaming(out + 33 + threadIdx.x, 1);  //! out-of-bounds
}

// launch 1 16 0 65
extern "C" __global__ void bad_hinted_misaligned(int* out, int* in, int n) {
  const uint4 four = ptx::load_nc_no_allocate(reinterpret_cast<const uint4*>(in + 1) + threadIdx.x);  //! misaligned
  out[threadIdx.x] = four.x;
}

// launch 1 32 0 64
extern "C" __global__ void bad_hinted_unwritten(int* out, int* in, int n) {
  in[threadIdx.x] = ptx::load_evict_first(out + threadIdx.x);  //! uninitialized
}

// launch 1 32 0 64
extern "C" __global__ void bad_read_only_after_write(int* out, int* in, int n) {
  in[threadIdx.x] = 7;
  out[threadIdx.x] = ptx::load_nc(in + threadIdx.x);  //! undefined
}

// launch 1 32 0 64
extern "C" __global__ void bad_write_after_read_only(int* out, int* in, int n) {
  const int first = ptx::load_nc_no_allocate(in + threadIdx.x);
  in[threadIdx.x] = first + 1;  //! undefined
}
