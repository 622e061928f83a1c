// Numbers as the kernels spell them, readable by NVRTC without any CUDA header, by a host C++ compiler (the software device) and
// by clang's CUDA front end. f16 and bf16 are bare bits without constructors or operators, so that they may stand in shared
// memory, unions and registers; kernels widen them to float, compute, and round once.
#pragma once

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using i8 = signed char;
using i16 = short;
using i32 = int;
using i64 = long long;

struct f16 { u16 bits; };
struct bf16 { u16 bits; };
struct alignas(4) f16x2 { f16 x, y; };
struct alignas(4) bf16x2 { bf16 x, y; };

// bf16 is the upper half of a float: rounding to nearest even in integers, NaN to the canonical one.
__device__ __forceinline__ u16 round_to_bf16(u32 u) { return (u & 0x7fffffffu) > 0x7f800000u ? (u16)0x7fff : (u16)((u + 0x7fffu + (u >> 16 & 1u)) >> 16); }

#if defined(CK_EMU)
__device__ __forceinline__ float to_f32(f16 h) { return (float)__builtin_bit_cast(_Float16, h.bits); }
__device__ __forceinline__ f16 to_f16(float f) { return f != f ? f16{0x7fff} : f16{__builtin_bit_cast(u16, (_Float16)f)}; }
__device__ __forceinline__ bf16 to_bf16(float f) { return bf16{round_to_bf16(__float_as_uint(f))}; }
#else
__device__ __forceinline__ float to_f32(f16 h) {
  float f;
  asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h.bits));
  return f;
}
__device__ __forceinline__ f16 to_f16(float f) {
  f16 h;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h.bits) : "f"(f));
  return h;
}
__device__ __forceinline__ bf16 to_bf16(float f) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  bf16 h;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(h.bits) : "f"(f));
  return h;
#else
  return bf16{round_to_bf16(__float_as_uint(f))};
#endif
}
#endif
__device__ __forceinline__ float to_f32(bf16 h) { return __uint_as_float((u32)h.bits << 16); }
__device__ __forceinline__ float to_f32(float f) { return f; }

template <class C> __device__ __forceinline__ C infinity();
template <> __device__ __forceinline__ float infinity<float>() { return __uint_as_float(0x7f800000u); }
template <> __device__ __forceinline__ double infinity<double>() { return __longlong_as_double(0x7ff0000000000000ll); }
template <class C> __device__ __forceinline__ C not_a_number();
template <> __device__ __forceinline__ float not_a_number<float>() { return __uint_as_float(0x7fc00000u); }
template <> __device__ __forceinline__ double not_a_number<double>() { return __longlong_as_double(0x7ff8000000000000ll); }
