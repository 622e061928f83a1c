// Calls every function of the synchronous PTX wrappers once, so that each body is read by the compiler that reads this file.
#include "common/ptx/address.cuh"
#include "common/ptx/approx.cuh"
#include "common/ptx/cache.cuh"
#include "common/ptx/convert.cuh"
#include "common/ptx/lane.cuh"
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/mma.cuh"
#include "common/ptx/mma_double.cuh"
#include "common/ptx/mma_fp8.cuh"
#include "common/ptx/mma_integer.cuh"
#include "common/ptx/movmatrix.cuh"
#include "common/ptx/packed.cuh"
#include "common/ptx/permute.cuh"
#include "common/ptx/stmatrix.cuh"
#include "common/ptx/warp.cuh"

__device__ void addresses(u32* out, const void* shared) {
  out[0] = ptx::smem_u32(shared) + ptx::lane_id() + ptx::warp_id();
#if __CUDA_ARCH__ >= 900
  out[1] = ptx::elect_one() ? 1 : ptx::elect_one(0xffu);
#endif
}

__device__ void matrices(u32* out, u32 address) {
  u32 x1[1], x2[2], x4[4];
  ptx::ldmatrix(x1, address);
  ptx::ldmatrix(x2, address);
  ptx::ldmatrix(x4, address);
  ptx::ldmatrix_trans(x1, address);
  ptx::ldmatrix_trans(x2, address);
  ptx::ldmatrix_trans(x4, address);
#if __CUDA_ARCH__ >= 900
  ptx::stmatrix(address, x1);
  ptx::stmatrix(address, x2);
  ptx::stmatrix(address, x4);
  ptx::stmatrix_trans(address, x1);
  ptx::stmatrix_trans(address, x2);
  ptx::stmatrix_trans(address, x4);
#endif
  out[0] = ptx::movmatrix_trans(x1[0] + x2[1] + x4[3]);
}

__device__ void products_of_floats(float (&d)[4], u32 (&h)[2], const u32 (&a4)[4], const u32 (&a2)[2], const u32 (&b2)[2], const u32 (&b1)[1]) {
  ptx::mma_m16n8k8<f16>(d, a2, b1, d);
  ptx::mma_m16n8k8<f16>(h, a2, b1, h);
#if __CUDA_ARCH__ >= 800
  ptx::mma_m16n8k8<bf16>(d, a2, b1, d);
  ptx::mma_m16n8k16<f16>(d, a4, b2, d);
  ptx::mma_m16n8k16<bf16>(d, a4, b2, d);
  ptx::mma_m16n8k16<f16>(h, a4, b2, h);
  ptx::mma_m16n8k4<tf32>(d, a2, b1, d);
  ptx::mma_m16n8k8<tf32>(d, a4, b2, d);
#endif
#if __CUDA_ARCH__ >= 890
  ptx::mma_m16n8k32<e4m3>(d, a4, b2, d);
  ptx::mma_m16n8k32<e4m3, e5m2>(d, a4, b2, d);
  ptx::mma_m16n8k32<e5m2, e4m3>(d, a4, b2, d);
  ptx::mma_m16n8k32<e5m2>(d, a4, b2, d);
  ptx::mma_m16n8k32<e4m3>(h, a4, b2, h);
  ptx::mma_m16n8k32<e4m3, e5m2>(h, a4, b2, h);
  ptx::mma_m16n8k32<e5m2, e4m3>(h, a4, b2, h);
  ptx::mma_m16n8k32<e5m2>(h, a4, b2, h);
#endif
}

template <class A, class B> __device__ void products_of_bytes(i32 (&d4)[4], i32 (&d2)[2], const u32 (&a4)[4], const u32 (&a2)[2], const u32 (&b2)[2], const u32 (&b1)[1]) {
  ptx::mma_m8n8k16<A, B>(d2, b1, b1, d2);
#if __CUDA_ARCH__ >= 800
  ptx::mma_m16n8k16<A, B>(d4, a2, b1, d4);
  ptx::mma_m16n8k32<A, B>(d4, a4, b2, d4);
#endif
}

__device__ void products_of_doubles(double (&d4)[4], double (&d2)[2], const double (&a8)[8], const double (&a4)[4], const double (&a2)[2], const double (&a1)[1]) {
#if __CUDA_ARCH__ >= 800
  ptx::mma_m8n8k4(d2, a1, a1, d2);
#endif
#if __CUDA_ARCH__ >= 900
  ptx::mma_m16n8k4(d4, a2, a1, d4);
  ptx::mma_m16n8k8(d4, a4, a2, d4);
  ptx::mma_m16n8k16(d4, a8, a4, d4);
#endif
}

__device__ void lanes(u32* out, u32 value, u32 mask) {
#if __CUDA_ARCH__ >= 800
  const i32 number = (i32)value;
  out[0] = ptx::redux_add(value) + ptx::redux_min(value) + ptx::redux_max(value) + ptx::redux_and(value) + ptx::redux_or(value) + ptx::redux_xor(value, mask);
  out[1] = (u32)(ptx::redux_add(number) + ptx::redux_min(number) + ptx::redux_max(number, mask));
#endif
  out[2] = ptx::match_any(value) + ptx::match_any((u64)value) + ptx::match_all(value) + ptx::match_all((u64)value, mask) + ptx::vote_uniform(value != 0, mask) +
           ptx::vote_like<3>(value);
}

__device__ void conversions(u32* out, float x, float y, f16x2 h, e4m3x2 e4, e5m2x2 e5) {
  out[0] = ptx::pack(ptx::to_f16x2(x, y)) + ptx::pack(ptx::to_bf16x2(x, y));
#if __CUDA_ARCH__ >= 800
  out[1] = ptx::to_tf32(x).bits;
#endif
#if __CUDA_ARCH__ >= 890
  out[2] = ptx::pack(ptx::to_e4m3x2(x, y)) + ptx::pack(ptx::to_e5m2x2(x, y)) + ptx::pack(ptx::to_e4m3x2(h)) + ptx::pack(ptx::to_e5m2x2(h));
  out[3] = ptx::pack(ptx::to_f16x2(e4)) + ptx::pack(ptx::to_f16x2(e5));
#endif
}

__device__ void pairs(f16x2& h, bf16x2& b) {
  h = ptx::fma(ptx::add(h, h), ptx::mul(h, h), ptx::neg(h));
#if __CUDA_ARCH__ >= 800
  h = ptx::max(h, ptx::min(h, h));
  b = ptx::fma(ptx::add(b, b), ptx::mul(b, b), ptx::neg(b));
  b = ptx::max(b, ptx::min(b, b));
#endif
}

__device__ void approximations(float& x, f16x2& h, bf16x2& b) {
  x = ptx::ex2_approx(ptx::lg2_approx(ptx::rcp_approx(ptx::rsqrt_approx(ptx::tanh_approx(x)))));
  h = ptx::ex2_approx(ptx::tanh_approx(h));
#if __CUDA_ARCH__ >= 900
  b = ptx::ex2_approx(ptx::tanh_approx(b));
#endif
}

template <class T> __device__ void accesses(T* p) {
  ptx::prefetch_l1(p);
  ptx::prefetch_l2(p);
  ptx::store_cg(p, ptx::load_nc(p));
  ptx::store_streaming(p, ptx::load_nc_no_allocate(p));
  ptx::store_no_allocate(p, ptx::load_cg(p));
  *p = ptx::load_evict_first(p);
  *p = ptx::load_evict_last(p);
#if __CUDA_ARCH__ >= 800
  ptx::prefetch_l2_evict_last(p);
  ptx::store_hinted(p, ptx::load_nc_hinted(p, ptx::policy_evict_first()), ptx::policy_evict_last(0.5f));
#endif
}

__device__ void registers(u32* out, u32 a, u32 b, u32 c) {
  out[0] = ptx::prmt(a, b, c) + ptx::lop3<(0xf0 & 0xcc) ^ 0xaa>(a, b, c);
  out[1] = ptx::shf_left_wrap(a, b, c) + ptx::shf_left_clamp(a, b, c) + ptx::shf_right_wrap(a, b, c) + ptx::shf_right_clamp(a, b, c);
  out[2] = ptx::dp4a(a, b, c) + (u32)(ptx::dp4a((i32)a, b, (i32)c) + ptx::dp4a(a, (i32)b, (i32)c) + ptx::dp4a((i32)a, (i32)b, (i32)c));
}

struct Everything {
  float f[4];
  double d[4], e[2], d8[8], d4[4], d2[2], d1[1];
  u32 w[4], h2[2], a4[4], a2[2], b2[2], b1[1];
  i32 i4[4], i2[2];
  f16x2 h;
  bf16x2 b;
  e4m3x2 e4;
  e5m2x2 e5;
  float x;
};

extern "C" __global__ void every_synchronous_function(Everything* all, float* f, float2* f2, float4* f4) {
  addresses(all->w, all);
  matrices(all->w, all->w[0]);
  products_of_floats(all->f, all->h2, all->a4, all->a2, all->b2, all->b1);
  products_of_bytes<i8, i8>(all->i4, all->i2, all->a4, all->a2, all->b2, all->b1);
  products_of_bytes<i8, u8>(all->i4, all->i2, all->a4, all->a2, all->b2, all->b1);
  products_of_bytes<u8, i8>(all->i4, all->i2, all->a4, all->a2, all->b2, all->b1);
  products_of_bytes<u8, u8>(all->i4, all->i2, all->a4, all->a2, all->b2, all->b1);
  products_of_doubles(all->d, all->e, all->d8, all->d4, all->d2, all->d1);
  lanes(all->w, all->w[1], all->w[2]);
  conversions(all->w, all->f[0], all->f[1], all->h, all->e4, all->e5);
  pairs(all->h, all->b);
  approximations(all->x, all->h, all->b);
  accesses(f);
  accesses(f2);
  accesses(f4);
  registers(all->w, all->a4[0], all->a4[1], all->a4[2]);
}
