#pragma once
__device__ float widen(f16 h) {
  float f;
  asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h.bits));
  return f;
}
__device__ u64 clock() {
  u64 t;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(t));
  return t;
}
__device__ u32 add_to(u32* counter, u32 x) {
  u32 old;
  asm volatile("atom.acq_rel.gpu.global.add.u32 %0, [%1], %2;" : "=r"(old) : "l"(counter), "r"(x) : "memory");
  return old;
}
__device__ void accumulate(u32& sum, u32 x) { asm("add.u32 %0, %1, %2;" : "=r"(sum) : "0"(sum), "r"(x)); }
__device__ u32 select(u32 a, u32 b) {
  u32 d;
  asm("lop3.b32 %0, %1, %2, %2, 0xE4;" : "=r"(d) : "r"(a), "r"(b));
  return d;
}
__device__ tf32 to_tf32(float x) {
  tf32 t;
#if __CUDA_ARCH__ >= 800
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(t.bits) : "f"(x));
#endif
  return t;
}
template <class T> __device__ T load_pair(const T* p) {
  Words<T> to;
  asm("ld.global.nc.v2.b32 {%0, %1}, [%2];" : "=r"(to.word[0]), "=r"(to.word[1]) : "l"(p));
  return to.value;
}
