// What instructions of inline PTX compute, against what the PTX manual says of them; a wrong one ends the kernel. The format is that of
// planted_inline_ptx.cu beside this file.
#include <cuda_runtime.h>
#include <cstdint>

#define EXPECT(got, wanted) \
  if ((got) != (wanted)) __trap()

// launch 1 1 0 4
extern "C" __global__ void good_integers(int* out, int* in, int n) {
  uint32_t d;
  asm("add.s32 %0, %1, %2;" : "=r"(d) : "r"(0x7fffffffu), "r"(1));
  EXPECT(d, 0x80000000u);
  asm("sub.u32 %0, %1, %2;" : "=r"(d) : "r"(3), "r"(5));
  EXPECT(d, 0xfffffffeu);
  asm("mul.lo.u32 %0, %1, %2;" : "=r"(d) : "r"(0x10001u), "r"(0x10001u));
  EXPECT(d, 0x20001u);
  asm("mul.hi.s32 %0, %1, %2;" : "=r"(d) : "r"(0xffffffffu), "r"(2));
  EXPECT(d, 0xffffffffu);
  asm("mul.hi.u32 %0, %1, %2;" : "=r"(d) : "r"(0xffffffffu), "r"(2));
  EXPECT(d, 1);
  asm("mad.lo.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(3), "r"(4), "r"(5));
  EXPECT(d, 17);
  asm("min.s32 %0, %1, %2;" : "=r"(d) : "r"(0xffffffffu), "r"(2));
  EXPECT(d, 0xffffffffu);
  asm("min.u32 %0, %1, %2;" : "=r"(d) : "r"(0xffffffffu), "r"(2));
  EXPECT(d, 2);
  asm("shl.b32 %0, %1, %2;" : "=r"(d) : "r"(1), "r"(32));
  EXPECT(d, 0);
  asm("shr.s32 %0, %1, %2;" : "=r"(d) : "r"(0x80000000u), "r"(40));
  EXPECT(d, 0xffffffffu);
  asm("shr.u32 %0, %1, %2;" : "=r"(d) : "r"(0x80000000u), "r"(31));
  EXPECT(d, 1);
  asm("popc.b32 %0, %1;" : "=r"(d) : "r"(0xf0f0u));
  EXPECT(d, 8);
  asm("clz.b32 %0, %1;" : "=r"(d) : "r"(0));
  EXPECT(d, 32);
  asm("bfind.u32 %0, %1;" : "=r"(d) : "r"(0x100));
  EXPECT(d, 8);
  asm("bfind.s32 %0, %1;" : "=r"(d) : "r"(0xffffff00u));
  EXPECT(d, 7);
  asm("brev.b32 %0, %1;" : "=r"(d) : "r"(1));
  EXPECT(d, 0x80000000u);
  asm("bfe.u32 %0, %1, %2, %3;" : "=r"(d) : "r"(0xabcd), "r"(4), "r"(8));
  EXPECT(d, 0xbc);
  asm("bfe.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(0xabcd), "r"(4), "r"(8));
  EXPECT(d, 0xffffffbcu);
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(0x33221100u), "r"(0x77665544u), "r"(0x7410));
  EXPECT(d, 0x77441100u);
  asm("sad.u32 %0, %1, %2, %3;" : "=r"(d) : "r"(3), "r"(10), "r"(100));
  EXPECT(d, 107);
  asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(0xff010203u), "r"(0x01010101u), "r"(10));
  EXPECT(d, 15);
  asm("shf.l.wrap.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(0x80000000u), "r"(1), "r"(33));
  EXPECT(d, 3);
  asm("lop3.b32 %0, %1, %2, %3, 0x96;" : "=r"(d) : "r"(0xffu), "r"(0xf0u), "r"(0x3cu));
  EXPECT(d, 0xffu ^ 0xf0u ^ 0x3cu);
  asm("bfi.b32 %0, %1, %2, 8, 4;" : "=r"(d) : "r"(0xffu), "r"(0u));
  EXPECT(d, 0xf00);
  unsigned long long wide;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(wide) : "r"(0xffffffffu), "r"(0xffffffffu));
  EXPECT(wide, 0xfffffffe00000001ull);
  // 128 bits by carries within one statement, and a register cut up and put together.
  uint32_t low = 0xffffffffu, high = 1;
  asm("add.cc.u32 %0, %0, 1;\n\taddc.u32 %1, %1, 0;" : "+r"(low), "+r"(high));
  EXPECT(low, 0);
  EXPECT(high, 2);
  // The carry of a thread lasts from statement to statement.
  low = 0xffffffffu;
  asm("add.cc.u32 %0, %0, 1;" : "+r"(low));
  asm("addc.cc.u32 %0, %0, 0xffffffff;" : "+r"(low));
  asm("addc.u32 %0, %1, 0;" : "=r"(high) : "r"(4));
  EXPECT(low, 0);
  EXPECT(high, 5);
  asm("sub.cc.u32 %0, %1, 1;" : "=r"(low) : "r"(0));
  asm("subc.u32 %0, %1, 0;" : "=r"(high) : "r"(4));
  EXPECT(high, 3);
  asm("sad.u64 %0, %1, %2, %3;" : "=l"(wide) : "l"(1ull), "l"(0x300000001ull), "l"(2ull));
  EXPECT(wide, 0x300000002ull);
  asm("add.s64 %0, %1, -0x80000000;" : "=l"(wide) : "l"(0ull));
  EXPECT(wide, 0xffffffff80000000ull);
  // The second target has the predicate that was there before the first one was set.
  asm("{ .reg .pred p, q; setp.eq.u32 p, %1, 7; setp.eq.and.u32 p|q, %1, 8, p; selp.b32 %0, 1, 0, q; @p add.u32 %0, %0, 8; }" : "=r"(d) : "r"(7));
  EXPECT(d, 1);
  asm("mov.b64 {%0, %1}, %2;" : "=r"(low), "=r"(high) : "l"(0x1122334455667788ull));
  EXPECT(low, 0x55667788u);
  asm("mov.b64 %0, {%1, %2};" : "=l"(wide) : "r"(high), "r"(low));
  EXPECT(wide, 0x5566778811223344ull);
  // A loop with a label, and a guarded instruction.
  asm("{\n\t"
      ".reg .pred more;\n\t"
      ".reg .u32 i;\n\t"
      "mov.u32 i, 0; // counts\n\t"
      "mov.u32 %0, 0;\n"
      "again:\n\t"
      "add.u32 %0, %0, %1;\n\t"
      "add.u32 i, i, 1;\n\t"
      "setp.lt.u32 more, i, 5;\n\t"
      "@more bra again;\n\t"
      "@!more add.u32 %0, %0, 1000;\n"
      "}" : "=r"(d) : "r"(7));
  EXPECT(d, 1035);
  asm("mov.u32 %[to], %%ntid.x;" : [to] "=r"(d));
  EXPECT(d, blockDim.x);
  out[0] = 0;
}

// launch 1 1 0 4
extern "C" __global__ void good_numbers(int* out, int* in, int n) {
  float f;
  asm("fma.rn.f32 %0, %1, %2, 0f3F800000;" : "=f"(f) : "f"(2.0f), "f"(3.0f));
  EXPECT(f, 7.0f);
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(f) : "f"(5.0f));
  EXPECT(f, 32.0f);
  asm("max.f32 %0, %1, %2;" : "=f"(f) : "f"(__int_as_float(0x7fffffff)), "f"(-2.0f));
  EXPECT(f, -2.0f);
  double g;
  asm("sqrt.rn.f64 %0, %1;" : "=d"(g) : "d"(6.25));
  EXPECT(g, 2.5);
  int i;
  asm("cvt.rni.s32.f32 %0, %1;" : "=r"(i) : "f"(2.5f));
  EXPECT(i, 2);
  asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(i) : "f"(-2.9f));
  EXPECT(i, -2);
  asm("cvt.rzi.u32.f32 %0, %1;" : "=r"(i) : "f"(1e20f));
  EXPECT(i, -1);
  asm("cvt.s32.s8 %0, %1;" : "=r"(i) : "r"(0x80));
  EXPECT(i, -128);
  asm("cvt.sat.u8.s32 %0, %1;" : "=r"(i) : "r"(300));
  EXPECT(i, 255);
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(i) : "f"(2.0f), "f"(1.0f));
  EXPECT(i, 0x40003c00);
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(i) : "f"(2.0f), "f"(1.00390625f));
  EXPECT(i, 0x40003f80);
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(i) : "f"(__int_as_float(0x3f801000)));
  EXPECT(i, 0x3f802000);
  asm("fma.rn.f16x2 %0, %1, %2, %1;" : "=r"(i) : "r"(0x40003c00), "r"(0x3c004000));
  EXPECT(i, 0x44004200);
  asm("fma.rn.sat.f32 %0, %1, %2, %3;" : "=f"(f) : "f"(2.0f), "f"(3.0f), "f"(-1.0f));
  EXPECT(f, 1.0f);
  asm("add.sat.f32 %0, %1, %2;" : "=f"(f) : "f"(2.0f), "f"(__int_as_float(0x7fffffff)));
  EXPECT(f, 0.0f);
  asm("mul.sat.f32 %0, %1, %2;" : "=f"(f) : "f"(0.5f), "f"(0.5f));
  EXPECT(f, 0.25f);
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(f) : "f"(2.0f), "f"(__int_as_float(0xffc00001)));
  EXPECT(__float_as_int(f), 0x7fffffff);
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(f) : "f"(2.0f), "f"(-3.0f));
  EXPECT(f, -3.0f);
  // Subnormal numbers are zeros of their sign, where they are read and where they come out.
  asm("mul.ftz.f32 %0, %1, %2;" : "=f"(f) : "f"(__int_as_float(0x807fffff)), "f"(1e10f));
  EXPECT(__float_as_int(f), (int)0x80000000u);
  asm("mul.ftz.f32 %0, %1, %2;" : "=f"(f) : "f"(1e-20f), "f"(1e-20f));
  EXPECT(__float_as_int(f), 0);
  asm("mul.f32 %0, %1, %2;" : "=f"(f) : "f"(1e-20f), "f"(1e-20f));
  EXPECT(f > 0, true);
  asm("add.ftz.f32 %0, %1, %2;" : "=f"(f) : "f"(__int_as_float(0x00800000)), "f"(0.0f));
  EXPECT(__float_as_int(f), 0x00800000);
  asm("{ .reg .pred p; setp.gt.ftz.f32 p, %1, 0f00000000; selp.b32 %0, 1, 2, p; }" : "=r"(i) : "f"(__int_as_float(0x007fffff)));
  EXPECT(i, 2);
  // Integers to floats, by the rounding that is named.
  asm("cvt.rz.f32.u32 %0, %1;" : "=f"(f) : "r"(0xffffffffu));
  EXPECT(f, 4294967040.0f);
  asm("cvt.rm.f32.s32 %0, %1;" : "=f"(f) : "r"(-16777217));
  EXPECT(f, -16777218.0f);
  asm("cvt.rp.f32.s32 %0, %1;" : "=f"(f) : "r"(16777217));
  EXPECT(f, 16777218.0f);
  asm("cvt.rn.f32.u64 %0, %1;" : "=f"(f) : "l"(0x8000008000000001ull));
  EXPECT(f, 9223373136366403584.0f);
  asm("cvt.rp.f64.s64 %0, %1;" : "=d"(g) : "l"(-9007199254740993ll));
  EXPECT(g, -9007199254740992.0);
  asm("cvt.rz.f64.u64 %0, %1;" : "=d"(g) : "l"(~0ull));
  EXPECT(g, 18446744073709549568.0);
  asm("cvt.rn.sat.f32.s32 %0, %1;" : "=f"(f) : "r"(-7));
  EXPECT(f, 0.0f);
  asm("cvt.rn.sat.f64.u32 %0, %1;" : "=d"(g) : "r"(7));
  EXPECT(g, 1.0);
  // What is no number, as an integer.
  asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(i) : "f"(__int_as_float(0x7fffffff)));
  EXPECT(i, 0);
  asm("cvt.rzi.u32.f64 %0, %1;" : "=r"(i) : "d"(__longlong_as_double(0x7fffffffffffffffll)));
  EXPECT(i, (int)0x80000000u);
  long long whole;
  asm("cvt.rzi.u64.f32 %0, %1;" : "=l"(whole) : "f"(__int_as_float(0x7fffffff)));
  EXPECT((unsigned long long)whole, 0x8000000000000000ull);
  unsigned short h;
  asm("cvt.rp.f16.f32 %0, %1;" : "=h"(h) : "f"(1e-10f));
  EXPECT(h, 1);
  asm("cvt.rm.f16.f32 %0, %1;" : "=h"(h) : "f"(-1e-10f));
  EXPECT(h, 0x8001);
  asm("cvt.rp.f16.f32 %0, %1;" : "=h"(h) : "f"(-1.0001f));
  EXPECT(h, 0xbc00);
  asm("cvt.rz.f16.s32 %0, %1;" : "=h"(h) : "r"(-70000));
  EXPECT(h, 0xfbff);
  // 1.5 * 1.0078125 is the middle of two numbers, of which the addend, far below a double's last bit, decides for the lower.
  asm("fma.rn.bf16 %0, %1, %2, %3;" : "=h"(h) : "h"((unsigned short)0x3fc0), "h"((unsigned short)0x3f81), "h"((unsigned short)0x8080));
  EXPECT(h, 0x3fc1);
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(65520.0f));
  EXPECT(h, 0x7c00);
  asm("cvt.rz.f16.f32 %0, %1;" : "=h"(h) : "f"(65520.0f));
  EXPECT(h, 0x7bff);
  asm("{ .reg .pred p, q; setp.eq.f32 p|q, %1, %1; selp.b32 %0, 1, 2, p; @q add.u32 %0, %0, 8; }" : "=r"(i) : "f"(__int_as_float(0x7fffffff)));
  EXPECT(i, 10);
  asm("{ .reg .pred p; setp.neu.f32 p, %1, %1; selp.b32 %0, 1, 2, p; }" : "=r"(i) : "f"(__int_as_float(0x7fffffff)));
  EXPECT(i, 1);
  out[0] = 0;
}

// launch 1 32 0 32
extern "C" __global__ void good_lanes(int* out, int* in, int n) {
  const int lane = threadIdx.x;
  uint32_t d, inside;
  asm volatile("{ .reg .pred p; shfl.sync.up.b32 %0|p, %2, 1, 0, 0xffffffff; selp.u32 %1, 1, 0, p; }" : "=r"(d), "=r"(inside) : "r"(lane));
  EXPECT(d, lane == 0 ? 0 : lane - 1);
  EXPECT(inside, lane != 0);
  // In segments of eight lanes.
  asm volatile("shfl.sync.down.b32 %0, %1, 3, 0x181f, 0xffffffff;" : "=r"(d) : "r"(lane));
  EXPECT(d, lane % 8 + 3 < 8 ? lane + 3 : lane);
  asm volatile("shfl.sync.idx.b32 %0, %1, 2, 0x181f, 0xffffffff;" : "=r"(d) : "r"(lane));
  EXPECT(d, lane / 8 * 8 + 2);
  asm volatile("shfl.sync.bfly.b32 %0, %1, 16, 31, -1;" : "=r"(d) : "r"(lane));
  EXPECT(d, lane ^ 16);
  asm volatile("{ .reg .pred p; setp.lt.s32 p, %1, 4; vote.sync.ballot.b32 %0, p, 0xffffffff; }" : "=r"(d) : "r"(lane));
  EXPECT(d, 15);
  asm volatile("redux.sync.max.s32 %0, %1, 0xffffffff;" : "=r"(d) : "r"(-lane));
  EXPECT(d, 0);
  asm volatile("match.any.sync.b32 %0, %1, 0xffffffff;" : "=r"(d) : "r"(lane % 2));
  EXPECT(d, 0x55555555u << lane % 2);
  asm volatile("atom.global.add.u32 %0, [%1+8], 2;" : "=r"(d) : "l"(in) : "memory");
  EXPECT(d % 2, 0);
  __syncthreads();
  asm volatile("ld.volatile.global.u32 %0, [%1];" : "=r"(d) : "l"(&in[2]));
  EXPECT(d, 64);
  out[lane] = 0;
}

// Each lane has a carry of its own, whatever the others do between.
// launch 1 32 0 32
extern "C" __global__ void good_carries(int* out, int* in, int n) {
  uint32_t low = threadIdx.x % 2 ? 0xffffffffu : 0, high;
  asm volatile("add.cc.u32 %0, %0, 1;" : "+r"(low));
  __syncwarp();
  asm volatile("addc.u32 %0, 0, 0;" : "=r"(high));
  EXPECT(high, threadIdx.x % 2);
  out[threadIdx.x] = 0;
}

// A thread of the first warp waits for one of the second, by loads that yield.
// launch 1 64 0 32
extern "C" __global__ void good_waits(int* out, int* in, int n) {
  int seen = 0;
  if (threadIdx.x == 0) {
    while (seen == 0) asm volatile("ld.volatile.global.s32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");
    while (seen == 1) asm volatile("ld.global.cv.s32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");
    out[0] = seen;
  }
  if (threadIdx.x == 32) {
    asm volatile("st.volatile.global.s32 [%0], 1;" ::"l"(in) : "memory");
    __nanosleep(100);
    asm volatile("st.volatile.global.s32 [%0], 2;" ::"l"(in) : "memory");
  }
}

// launch 1 32 0 64
extern "C" __global__ void good_atomics_of_vectors(int* out, int* in, int n) {
  float* sums = (float*)in;
  asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(sums), "f"(1.0f), "f"(2.0f), "f"(3.0f), "f"(4.0f) : "memory");
  float a, b;
  asm volatile("atom.global.add.v2.f32 {%0, %1}, [%2], {%3, %4};" : "=f"(a), "=f"(b) : "l"(sums + 4), "f"(1.0f), "f"(-1.0f) : "memory");
  __syncwarp();
  if (threadIdx.x < 6) EXPECT(sums[threadIdx.x], threadIdx.x < 4 ? 32.0f * (threadIdx.x + 1) : threadIdx.x == 4 ? 32.0f : -32.0f);
}

// launch 1 32 0 64
extern "C" __global__ void bad_atomic_of_a_vector(int* out, int* in, int n) {
  asm volatile("red.global.add.v4.f32 [%0], {%1, %1, %1, %1};" ::"l"(in + 1), "f"(1.0f) : "memory");  //! misaligned
}
