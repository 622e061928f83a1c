// y = (To)x, elementwise. Through float where either side is a 16-bit or an 8-bit float; floats go to integers by truncation,
// saturating, NaN to 0, as .NET's saturating conversions do; integers to integers keep the low bits; anything but 0 is true. Past
// the largest number of a floating type lies its infinity, or NaN in e4m3, which has none.
#include "common/elementwise.cuh"

template <class To> struct Limits;
template <> struct Limits<i8> { static constexpr double low = -128.0, high = 127.0; static constexpr i8 lowest = -128, highest = 127; };
template <> struct Limits<u8> { static constexpr double low = 0.0, high = 255.0; static constexpr u8 lowest = 0, highest = 255; };
template <> struct Limits<i32> { static constexpr double low = -2147483648.0, high = 2147483647.0; static constexpr i32 lowest = -2147483647 - 1, highest = 2147483647; };
template <> struct Limits<i64> {
  static constexpr double low = -9223372036854775808.0, high = 9223372036854775808.0;
  static constexpr i64 lowest = -9223372036854775807ll - 1, highest = 9223372036854775807ll;
};

template <class To, class From> struct Cast {
  __device__ compute_t<To> operator()(From x) const { return (compute_t<To>)x; }
};
// double to a 16-bit or an 8-bit float passes through float: two roundings, on the managed device too.
template <class From> struct Cast<bool, From> {
  __device__ bool operator()(From x) const { return x != From(0); }
};
template <class To, class From> __device__ __forceinline__ To saturate(From x) {
  if (x != x) return To(0);
  if ((double)x <= Limits<To>::low) return Limits<To>::lowest;
  if ((double)x >= Limits<To>::high) return Limits<To>::highest;
  return (To)x;
}
#define CK_SATURATING_CAST(To)                                                                                      \
  template <> struct Cast<To, float> { __device__ To operator()(float x) const { return saturate<To>(x); } };  \
  template <> struct Cast<To, double> { __device__ To operator()(double x) const { return saturate<To>(x); } };
CK_SATURATING_CAST(i8)
CK_SATURATING_CAST(u8)
CK_SATURATING_CAST(i32)
CK_SATURATING_CAST(i64)
#undef CK_SATURATING_CAST

template <class To, class From> __global__ void __launch_bounds__(kElementwiseBlock) cast_dense(To* y, const From* x, i64 n) {
  map(y, n, Cast<To, compute_t<From>>{}, x);
}
template <class To, class From> __global__ void __launch_bounds__(kElementwiseBlock) cast_strided(To* y, const From* x, StridedLoop loop) {
  map_strided(y, loop, Cast<To, compute_t<From>>{}, x);
}
