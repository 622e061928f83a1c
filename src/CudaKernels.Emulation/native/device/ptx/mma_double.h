// The emulated twin of common/ptx/mma_double.cuh.
#pragma once
#include "device/ptx/rounding.h"
#include "device/ptx/mma_product.h"

#if __CUDA_ARCH__ >= 800
namespace ptx {
__forceinline__ void mma_m8n8k4(double (&d)[2], const double (&a)[1], const double (&b)[1], const double (&c)[2], CK_LINE) {
  ckrt::Mma<double, double, double, 8, 4>::multiply(d, a, b, c, line);
}
#if __CUDA_ARCH__ >= 900
__forceinline__ void mma_m16n8k4(double (&d)[4], const double (&a)[2], const double (&b)[1], const double (&c)[4], CK_LINE) {
  ckrt::Mma<double, double, double, 16, 4>::multiply(d, a, b, c, line);
}
__forceinline__ void mma_m16n8k8(double (&d)[4], const double (&a)[4], const double (&b)[2], const double (&c)[4], CK_LINE) {
  ckrt::Mma<double, double, double, 16, 8>::multiply(d, a, b, c, line);
}
__forceinline__ void mma_m16n8k16(double (&d)[4], const double (&a)[8], const double (&b)[4], const double (&c)[4], CK_LINE) {
  ckrt::Mma<double, double, double, 16, 16>::multiply(d, a, b, c, line);
}
#endif
}  // namespace ptx
#endif
