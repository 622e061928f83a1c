// The asm statements of wgmma.mma_async. T is the end of the opcode from the depth on, C the constraint of the accumulator's
// registers; n, r and the operands' numbers come from the tables of wgmma_registers.cuh. In each function that uses them d is the
// accumulator, a the descriptor (S) or the registers (R) of A, b the descriptor of B.
//   PTX ISA, wgmma.mma_async: d, a-desc | a, b-desc, scale-d, imm-scale-a, imm-scale-b, imm-trans-a, imm-trans-b
// scale-d is a predicate: false leaves the accumulator's old value out. Only 16-bit types have the transposes, and an A in registers
// has none; integers have no scales.
#pragma once
#include "common/ptx/wgmma_registers.cuh"

#define CK_WGMMA_BEGIN(p) "{\n.reg .pred p;\nsetp.ne.b32 p, " p ", 0;\nwgmma.mma_async.sync.aligned.m64n"

#define CK_WGMMA_SS_TRANSPOSED(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                     \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o2) #n T " {" CK_WGMMA_LIST_##r "}, " o0 ", " o1 ", p, " o3 ", " o4 ", " o5 ", " o6 ";\n}"         \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "l"(a), "l"(b), "r"((int)accumulate), "n"(ScaleA), "n"(ScaleB), "n"(TransposeA), "n"(TransposeB)                \
                 : "memory");

#define CK_WGMMA_RS_TRANSPOSED(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                     \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o5) #n T " {" CK_WGMMA_LIST_##r "}, {" o0 ", " o1 ", " o2 ", " o3 "}, " o4 ", p, " o6 ", " o7 ", " o8 ";\n}" \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"((int)accumulate), "n"(ScaleA), "n"(ScaleB), "n"(TransposeB) \
                 : "memory");

#define CK_WGMMA_SS_SCALED(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                         \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o2) #n T " {" CK_WGMMA_LIST_##r "}, " o0 ", " o1 ", p, " o3 ", " o4 ";\n}"                         \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "l"(a), "l"(b), "r"((int)accumulate), "n"(ScaleA), "n"(ScaleB)                                                  \
                 : "memory");

#define CK_WGMMA_RS_SCALED(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                         \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o5) #n T " {" CK_WGMMA_LIST_##r "}, {" o0 ", " o1 ", " o2 ", " o3 "}, " o4 ", p, " o6 ", " o7 ";\n}" \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"((int)accumulate), "n"(ScaleA), "n"(ScaleB)              \
                 : "memory");

#define CK_WGMMA_SS(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                                \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o2) #n T " {" CK_WGMMA_LIST_##r "}, " o0 ", " o1 ", p;\n}"                                         \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "l"(a), "l"(b), "r"((int)accumulate)                                                                            \
                 : "memory");

#define CK_WGMMA_RS(T, C, n, r, o0, o1, o2, o3, o4, o5, o6, o7, o8)                                                                \
  if constexpr (N == n)                                                                                                            \
    asm volatile(CK_WGMMA_BEGIN(o5) #n T " {" CK_WGMMA_LIST_##r "}, {" o0 ", " o1 ", " o2 ", " o3 "}, " o4 ", p;\n}"               \
                 : CK_WGMMA_REGISTERS_##r(C)                                                                                       \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"((int)accumulate)                                        \
                 : "memory");
