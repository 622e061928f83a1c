// Complex numbers by CUDA's names.
#pragma once

typedef float2 cuFloatComplex;
typedef double2 cuDoubleComplex;
typedef cuFloatComplex cuComplex;

#define CK_COMPLEX(T, name, suffix, root)                                                                                       \
  static inline name make_##name(T x, T y) { return {x, y}; }                                                                   \
  static inline T cuCreal##suffix(name z) { return z.x; }                                                                       \
  static inline T cuCimag##suffix(name z) { return z.y; }                                                                       \
  static inline name cuConj##suffix(name z) { return {z.x, -z.y}; }                                                             \
  static inline name cuCadd##suffix(name a, name b) { return {a.x + b.x, a.y + b.y}; }                                          \
  static inline name cuCsub##suffix(name a, name b) { return {a.x - b.x, a.y - b.y}; }                                          \
  static inline name cuCmul##suffix(name a, name b) { return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x}; }                  \
  static inline T cuCabs##suffix(name z) { return root(z.x, z.y); }                                                             \
  /* Scaled, so that squares do not overflow. */                                                                                \
  static inline name cuCdiv##suffix(name a, name b) {                                                                           \
    const T scale = (T)1 / (fabs(b.x) + fabs(b.y));                                                                             \
    const T ax = a.x * scale, ay = a.y * scale, bx = b.x * scale, by = b.y * scale, size = (T)1 / (bx * bx + by * by);          \
    return {(ax * bx + ay * by) * size, (ay * bx - ax * by) * size};                                                            \
  }
CK_COMPLEX(float, cuFloatComplex, f, hypotf)
CK_COMPLEX(double, cuDoubleComplex, , hypot)
#undef CK_COMPLEX
static inline cuComplex make_cuComplex(float x, float y) { return {x, y}; }
static inline cuFloatComplex cuCfmaf(cuFloatComplex a, cuFloatComplex b, cuFloatComplex c) { return cuCaddf(cuCmulf(a, b), c); }
static inline cuDoubleComplex cuCfma(cuDoubleComplex a, cuDoubleComplex b, cuDoubleComplex c) { return cuCadd(cuCmul(a, b), c); }
