// The number formats that only tensor cores and conversions know, as bare bits in the manner of numeric.cuh, and pairs as the
// 32-bit registers that fragments are made of.
#pragma once
#include "common/float8.cuh"

struct tf32 { u32 bits; };  // an f32 of which only the upper 19 bits count
struct alignas(2) e4m3x2 { e4m3 x, y; };
struct alignas(2) e5m2x2 { e5m2 x, y; };

namespace ptx {
// x lies in the low half.
__device__ __forceinline__ u32 pack(f16x2 v) { return (u32)v.x.bits | (u32)v.y.bits << 16; }
__device__ __forceinline__ u32 pack(bf16x2 v) { return (u32)v.x.bits | (u32)v.y.bits << 16; }
__device__ __forceinline__ u16 pack(e4m3x2 v) { return (u16)(v.x.bits | v.y.bits << 8); }
__device__ __forceinline__ u16 pack(e5m2x2 v) { return (u16)(v.x.bits | v.y.bits << 8); }
__device__ __forceinline__ f16x2 unpack_f16x2(u32 bits) { return f16x2{f16{(u16)bits}, f16{(u16)(bits >> 16)}}; }
__device__ __forceinline__ bf16x2 unpack_bf16x2(u32 bits) { return bf16x2{bf16{(u16)bits}, bf16{(u16)(bits >> 16)}}; }
__device__ __forceinline__ e4m3x2 unpack_e4m3x2(u16 bits) { return e4m3x2{e4m3{(u8)bits}, e4m3{(u8)(bits >> 8)}}; }
__device__ __forceinline__ e5m2x2 unpack_e5m2x2(u16 bits) { return e5m2x2{e5m2{(u8)bits}, e5m2{(u8)(bits >> 8)}}; }
}  // namespace ptx
