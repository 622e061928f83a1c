#pragma once
#define LIST_4 "%0, %1, %2, %3"
#define REGISTERS_4(kind) kind(d[0]), kind(d[1]), kind(d[2]), kind(d[3])
#define PRODUCT(n, type, r, a0, b0, p0, s0, s1, t0, t1)                                                                        \
  asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, " p0 ", 0;\nwgmma.mma_async.sync.aligned.m64n" #n "k16.f32." #type "." #type   \
               " {" LIST_##r "}, " a0 ", " b0 ", p, " s0 ", " s1 ", " t0 ", " t1 ";\n}"                                          \
               : REGISTERS_##r("+f")                                                                                             \
               : "l"(a), "l"(b), "r"((int)accumulate), "n"(1), "n"(1), "n"(0), "n"(0) : "memory");
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
__device__ void wgmma(float (&d)[4], u64 a, u64 b, bool accumulate) {
  PRODUCT(8, f16, 4, "%4", "%5", "%6", "%7", "%8", "%9", "%10")
}
__device__ void pin(float& x) { asm volatile("" : "+f"(x)::"memory"); }
__device__ void wgmma_wait() { asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(1) : "memory"); }
template <int N> __device__ void more_registers() { asm volatile("setmaxnreg.inc.sync.aligned.u32 240;"); }
#endif
