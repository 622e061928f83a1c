// CUDA C++ for a host compiler: force-included before a .cu file, it gives the language's qualifiers, built-in variables, warp
// operations, atomics and functions on top of the software device's runtime.
#pragma once
// The C++ library's lerp of C++20 stands in the way of users' own.
#define lerp ck_library_lerp
#include <cmath>
#include <math.h>
#undef lerp
#include <cstdio>
#include <cstdlib>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <type_traits>
#include <utility>

#include "runtime/abi.h"
#include "runtime/fiber.h"

#define CK_EMU 1
#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0
#define CUDART_VERSION 13000
#define CUDA_VERSION 13000
#ifndef __CUDA_ARCH__
#define __CUDA_ARCH__ 900
#endif

#define __global__ __attribute__((noinline, used, visibility("default")))
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#if defined(CK_SOFT_INLINE)
#define __forceinline__ inline  // g++ at -O1 refuses a forced one that is called through a pointer
#else
#define __forceinline__ inline __attribute__((always_inline))
#endif
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __cluster_dims__(...)  // read by the managed side, as __launch_bounds__ is
#define __align__(n) __attribute__((aligned(n)))
#define __restrict__ __restrict
// Code of the device itself, not of the kernel: the checking mode does not look into it.
#define CK_QUIET __attribute__((no_sanitize("thread"), no_sanitize("undefined")))

#define CK_LINE int line = __builtin_LINE()

#include "device/vector_types.h"
#include "device/position.h"
#include "device/shared_memory.h"
#include "device/warp.h"
#include "device/atomics.h"
#include "device/math_functions.h"
#include "device/intrinsics.h"
#include "device/rounding.h"
#include "device/entry.h"

#define printf(...) ckrt_printf(__VA_ARGS__)
#include "include/assert.h"
