// char1 … double4, dim3: the alignments are CUDA's.
#pragma once

#define CK_VECTOR_TYPES(T, name, size)                                                                    \
  struct name##1 { T x; };                                                                                \
  struct alignas(2 * size) name##2 { T x, y; };                                                           \
  struct name##3 { T x, y, z; };                                                                          \
  struct alignas(4 * size < 16 ? 4 * size : 16) name##4 { T x, y, z, w; };                                \
  static inline name##1 make_##name##1(T x) { return {x}; }                                               \
  static inline name##2 make_##name##2(T x, T y) { return {x, y}; }                                       \
  static inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }                               \
  static inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
CK_VECTOR_TYPES(signed char, char, 1)
CK_VECTOR_TYPES(unsigned char, uchar, 1)
CK_VECTOR_TYPES(short, short, 2)
CK_VECTOR_TYPES(unsigned short, ushort, 2)
CK_VECTOR_TYPES(int, int, 4)
CK_VECTOR_TYPES(unsigned int, uint, 4)
CK_VECTOR_TYPES(long long, longlong, 8)
CK_VECTOR_TYPES(unsigned long long, ulonglong, 8)
CK_VECTOR_TYPES(float, float, 4)
CK_VECTOR_TYPES(double, double, 8)
#undef CK_VECTOR_TYPES

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};
