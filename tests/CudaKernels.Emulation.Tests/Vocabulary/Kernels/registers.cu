// Permutes, shifts and dot products of registers, and loads and stores with cache hints, over arrays of words.
#include "common/ptx/cache.cuh"
#include "common/ptx/permute.cuh"

extern "C" __global__ void permute(const u32* a, const u32* b, const u32* c, u32* out) {
  const u32 i = threadIdx.x;
  u32* group = out + 13 * i;
  group[0] = ptx::prmt(a[i], b[i], c[i]);
  group[1] = ptx::lop3<0x80>(a[i], b[i], c[i]);
  group[2] = ptx::lop3<0xfe>(a[i], b[i], c[i]);
  group[3] = ptx::lop3<0x96>(a[i], b[i], c[i]);
  group[4] = ptx::lop3<0xca>(a[i], b[i], c[i]);
  group[5] = ptx::shf_left_wrap(a[i], b[i], c[i]);
  group[6] = ptx::shf_left_clamp(a[i], b[i], c[i]);
  group[7] = ptx::shf_right_wrap(a[i], b[i], c[i]);
  group[8] = ptx::shf_right_clamp(a[i], b[i], c[i]);
  group[9] = ptx::dp4a(a[i], b[i], c[i]);
  group[10] = (u32)ptx::dp4a((i32)a[i], b[i], (i32)c[i]);
  group[11] = (u32)ptx::dp4a(a[i], (i32)b[i], (i32)c[i]);
  group[12] = (u32)ptx::dp4a((i32)a[i], (i32)b[i], (i32)c[i]);
}

// Every load and store once for elements of type T: part p of the output is the input, moved by one pair of them.
template <class T> __global__ void copy(const u32* in, u32* out) {
  const u32 count = blockDim.x;
  const T* from = reinterpret_cast<const T*>(in) + threadIdx.x;
  T* to = reinterpret_cast<T*>(out) + threadIdx.x;
  ptx::prefetch_l1(from);
  ptx::prefetch_l2(from);
  ptx::prefetch_l2_evict_last(from);
  ptx::store_cg(to, ptx::load_nc(from));
  ptx::store_streaming(to + count, ptx::load_nc_no_allocate(from));
  ptx::store_no_allocate(to + 2 * count, ptx::load_cg(from));
  to[3 * count] = ptx::load_evict_first(from);
  to[4 * count] = ptx::load_evict_last(from);
  ptx::store_hinted(to + 5 * count, ptx::load_nc_hinted(from, ptx::policy_evict_first()), ptx::policy_evict_last(0.5f));
}
