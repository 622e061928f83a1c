// The emulated twin of common/ptx/cache.cuh: plain accesses, which the compiler instruments in the kernel that makes them. What
// the read-only path loads is told to the checking mode apart.
#pragma once

namespace ckrt {
template <class T> __forceinline__ void whole_access(const T* p, int line) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8 || sizeof(T) == 16, "one access moves 4, 8 or 16 bytes");
  if ((uintptr_t)p % sizeof(T) != 0) ckrt_fail(CKRT_MISALIGNED, line, "one access of 4, 8 or 16 bytes at an address that is no multiple of its size");
}
template <class T> CK_QUIET __attribute__((noinline)) T read_quietly(const T* p) { return *p; }
template <class T> __forceinline__ T load(const T* p, int line) {
  whole_access(p, line);
  return *p;
}
template <class T> __forceinline__ T load_read_only(const T* p, int line) {
  whole_access(p, line);
#if defined(CK_CHECK)
  ckrt_access(p, sizeof(T), CKRT_READ_ONLY);
  return read_quietly(p);
#else
  return *p;
#endif
}
template <class T> __forceinline__ void store(T* p, const T& value, int line) {
  whole_access(p, line);
  *p = value;
}
}  // namespace ckrt

namespace ptx {
template <class T> __forceinline__ T load_nc(const T* p, CK_LINE) { return ckrt::load_read_only(p, line); }
template <class T> __forceinline__ T load_nc_no_allocate(const T* p, CK_LINE) { return ckrt::load_read_only(p, line); }
template <class T> __forceinline__ T load_cg(const T* p, CK_LINE) { return ckrt::load(p, line); }
template <class T> __forceinline__ T load_evict_first(const T* p, CK_LINE) { return ckrt::load(p, line); }
template <class T> __forceinline__ T load_evict_last(const T* p, CK_LINE) { return ckrt::load(p, line); }
template <class T> __forceinline__ void store_cg(T* p, const T& value, CK_LINE) { ckrt::store(p, value, line); }
template <class T> __forceinline__ void store_streaming(T* p, const T& value, CK_LINE) { ckrt::store(p, value, line); }
template <class T> __forceinline__ void store_no_allocate(T* p, const T& value, CK_LINE) { ckrt::store(p, value, line); }
__forceinline__ void prefetch_l1(const void*) {}
__forceinline__ void prefetch_l2(const void*) {}
#if __CUDA_ARCH__ >= 800
__forceinline__ void prefetch_l2_evict_last(const void*) {}
__forceinline__ u64 policy_evict_first(float = 1.0f) { return 1; }
__forceinline__ u64 policy_evict_last(float = 1.0f) { return 2; }
template <class T> __forceinline__ T load_nc_hinted(const T* p, u64, CK_LINE) { return ckrt::load_read_only(p, line); }
template <class T> __forceinline__ void store_hinted(T* p, const T& value, u64, CK_LINE) { ckrt::store(p, value, line); }
#endif
}  // namespace ptx
