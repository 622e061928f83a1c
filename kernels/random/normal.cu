// y[i] = mean + deviation * z[i], z standard normal, by the transform of Box and Muller. Elements 2j and 2j + 1 have z = r sin t and
// r cos t with r = sqrt(-2 ln u), where u comes from the bits of the one and t, an angle, from those of the other.
// The formulas are those of curand_normal for Philox. The logarithm, sine and cosine of float are the polynomials below, with every
// rounding spelled out, so that the results are the same bits on every device; double calls the device's functions.
#include "common/math.cuh"
#include "common/random.cuh"

template <class C> struct NormalPair { C first, second; };

// r sin t and r cos t of an angle that is `quadrant` quarters of a turn and the rest whose sine and cosine are given.
template <class C> __device__ __forceinline__ NormalPair<C> turn(u32 quadrant, C sine, C cosine, C r) {
  const C s = quadrant % 2 == 0 ? sine : cosine, c = quadrant % 2 == 0 ? cosine : sine;
  return {r * (quadrant / 2 == 0 ? s : -s), r * ((quadrant + 1) / 2 % 2 == 0 ? c : -c)};
}

// ln x of a normal positive float: x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), a polynomial in f; 0.8 units in the last place.
__device__ __forceinline__ float log_of_normal(float x) {
  const i32 bits = (i32)__float_as_uint(x), e = (bits - 0x3f3504f3) >> 23;
  const float f = __uint_as_float((u32)(bits - e * 0x800000)) - 1.0f, exponent = (float)e, square = f * f;
  float p = fmaf(0.0714975372f, f, -0.1157120094f);
  p = fmaf(p, f, 0.1166151091f);
  p = fmaf(p, f, -0.124110505f);
  p = fmaf(p, f, 0.1424993724f);
  p = fmaf(p, f, -0.1666848063f);
  p = fmaf(p, f, 0.200007081f);
  p = fmaf(p, f, -0.2499998957f);
  p = fmaf(p, f, 0.3333333135f);
  const float tail = fmaf(square, -0.5f, fmaf(exponent, 1.42860682e-6f, p * f * square));
  return fmaf(exponent, 0.693145752f, f + tail);
}

// Box and Muller's transform of two outputs. The angle is cut to within an eighth of a turn in integers, where that is exact.
__device__ __forceinline__ NormalPair<float> box_muller(u32 a, u32 b) {
  const float r = sqrtf(-2.0f * log_of_normal(philox_unit(a)));
  const u32 quadrant = (b + 0x20000000u) >> 30;
  const float f = fmaf((float)(i32)(b - (quadrant << 30)), 0x1p-32f, 0x1p-33f), square = f * f;
  float p = fmaf(-75.401611328125f, square, 81.59254455566406f);
  p = fmaf(p, square, -41.3416633605957f);
  const float sine = fmaf(6.2831854820251465f, f, f * fmaf(p, square, -1.7484556e-7f));  // 2 pi in two parts
  float q = fmaf(59.42410659790039f, square, -85.44882202148438f);
  q = fmaf(q, square, 64.93936920166016f);
  q = fmaf(q, square, -19.739208221435547f);
  return turn(quadrant, sine, fmaf(q, square, 1.0f), r);
}

// The same of two 64-bit words, with u = (k + 1) / 2^53 of the upper 53 bits k.
__device__ __forceinline__ NormalPair<double> box_muller(u64 a, u64 b) {
  const double r = math::sqrt(-2.0 * math::log((double)((a >> 11) + 1) * 0x1p-53));
  const u64 quadrant = (b + 0x2000000000000000u) >> 62;
  const double angle = (double)(i64)(b - (quadrant << 62)) * 0x1p-64 * 6.283185307179586;
  return turn((u32)quadrant, math::sin(angle), math::cos(angle), r);
}

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock) normal(T* y, i64 n, Philox position, compute_t<T> mean, compute_t<T> deviation) {
  using Word = random_word_t<T>;
  constexpr int N = kRandomRun<Word, T>;
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (thread * N >= n) return;
  Word words[N];
  random_words(position, thread, words);
  Pack<T, N> run;
#pragma unroll
  for (int k = 0; k < N; k += 2) {
    const NormalPair<compute_t<T>> pair = box_muller(words[k], words[k + 1]);
    run.v[k] = down<T>(math::fma(deviation, pair.first, mean));
    run.v[k + 1] = down<T>(math::fma(deviation, pair.second, mean));
  }
  store_run(y, n, thread * N, run);
}
