// cuRAND's generators for device code: XORWOW and Philox4x32-10, uniform, normal and log-normal. Logarithms and sines are the host's,
// so that the last places of normal numbers may differ from a GPU's. A uniform double takes two numbers of XORWOW and one of Philox.
#pragma once

struct curandStateXORWOW {
  unsigned d, v[5];
  int has_extra, has_extra_double;
  float extra;
  double extra_double;
};
typedef curandStateXORWOW curandStateXORWOW_t;
typedef curandStateXORWOW curandState_t;
typedef curandStateXORWOW curandState;

struct curandStatePhilox4_32_10 {
  uint4 counter, output;
  uint2 key;
  unsigned used;
  int has_extra, has_extra_double;
  float extra;
  double extra_double;
};
typedef curandStatePhilox4_32_10 curandStatePhilox4_32_10_t;

namespace ckrt::random {
// The five words of XORWOW are one vector of 160 bits, of which a step is a linear map: its powers jump ahead.
struct Map {
  unsigned rows[160][5];  // what each single bit becomes
};

CK_QUIET inline void step(unsigned (&v)[5]) {
  const unsigned t = v[0] ^ (v[0] >> 2);
  for (int i = 0; i < 4; ++i) v[i] = v[i + 1];
  v[4] = (v[4] ^ (v[4] << 4)) ^ (t ^ (t << 1));
}
CK_QUIET inline void apply(const Map& map, unsigned (&v)[5]) {
  unsigned result[5] = {};
  for (int bit = 0; bit < 160; ++bit) {
    if (v[bit / 32] >> (bit % 32) & 1) {
      for (int i = 0; i < 5; ++i) result[i] ^= map.rows[bit][i];
    }
  }
  for (int i = 0; i < 5; ++i) v[i] = result[i];
}
struct Powers {
  Map of[131];  // by 2^n steps
};
CK_QUIET inline const Powers* make_powers() {
  static Powers powers;
  for (int bit = 0; bit < 160; ++bit) {
    unsigned v[5] = {};
    v[bit / 32] = 1u << (bit % 32);
    step(v);
    for (int i = 0; i < 5; ++i) powers.of[0].rows[bit][i] = v[i];
  }
  for (int n = 1; n < 131; ++n) {
    for (int bit = 0; bit < 160; ++bit) {
      unsigned v[5];
      for (int i = 0; i < 5; ++i) v[i] = powers.of[n - 1].rows[bit][i];
      apply(powers.of[n - 1], v);
      for (int i = 0; i < 5; ++i) powers.of[n].rows[bit][i] = v[i];
    }
  }
  return &powers;
}
// Made when the module is loaded, outside of any kernel.
static const Powers* const kPowers = make_powers();

CK_QUIET inline void jump(unsigned (&v)[5], unsigned long long count, int first) {
  for (int n = 0; n < 64; ++n) {
    if (count >> n & 1) apply(kPowers->of[first + n], v);
  }
}

__forceinline__ uint4 philox(uint4 c, uint2 k) {
  for (int round = 0; round < 10; ++round) {
    const unsigned long long first = 0xD2511F53ull * c.x, second = 0xCD9E8D57ull * c.z;
    c = make_uint4((unsigned)(second >> 32) ^ c.y ^ k.x, (unsigned)second, (unsigned)(first >> 32) ^ c.w ^ k.y, (unsigned)first);
    k.x += 0x9E3779B9u;
    k.y += 0xBB67AE85u;
  }
  return c;
}
__forceinline__ void add(unsigned& low, unsigned& high, unsigned long long n, unsigned* third, unsigned* fourth) {
  const unsigned long long before = (unsigned long long)high << 32 | low, after = before + n;
  low = (unsigned)after;
  high = (unsigned)(after >> 32);
  if (after < before && third != nullptr && ++*third == 0) ++*fourth;
}

__forceinline__ float uniform(unsigned x) { return x * 2.3283064e-10f + (2.3283064e-10f / 2.0f); }
__forceinline__ double uniform_double(unsigned x, unsigned y) { return ((unsigned long long)x ^ ((unsigned long long)y << 21)) * 1.1102230246251565e-16 + (1.1102230246251565e-16 / 2.0); }
__forceinline__ float2 box_muller(unsigned x, unsigned y) {
  const float u = uniform(x), v = y * (2.3283064e-10f * 6.2831855f) + (2.3283064e-10f * 6.2831855f / 2.0f), s = sqrtf(-2.0f * logf(u));
  return {sinf(v) * s, cosf(v) * s};
}
__forceinline__ double2 box_muller_double(uint4 x) {
  const double u = uniform_double(x.x, x.y), v = ((unsigned long long)x.z ^ ((unsigned long long)x.w << 21)) * (1.1102230246251565e-16 * 2) + 1.1102230246251565e-16;
  const double s = sqrt(-2.0 * log(u));
  return {sin(v * 3.141592653589793) * s, cos(v * 3.141592653589793) * s};
}
}  // namespace ckrt::random

static inline void skipahead(unsigned long long n, curandStateXORWOW* state) {
  unsigned v[5];
  for (int i = 0; i < 5; ++i) v[i] = state->v[i];
  ckrt::random::jump(v, n, 0);
  for (int i = 0; i < 5; ++i) state->v[i] = v[i];
  state->d += 362437u * (unsigned)n;
}
static inline void skipahead_sequence(unsigned long long n, curandStateXORWOW* state) {
  unsigned v[5];
  for (int i = 0; i < 5; ++i) v[i] = state->v[i];
  ckrt::random::jump(v, n, 67);
  for (int i = 0; i < 5; ++i) state->v[i] = v[i];
}
static inline void curand_init(unsigned long long seed, unsigned long long sequence, unsigned long long offset, curandStateXORWOW* state) {
  const unsigned s0 = (unsigned)seed ^ 0xaad26b49u, s1 = (unsigned)(seed >> 32) ^ 0xf7dcefddu, t0 = 1099087573u * s0, t1 = 2591861531u * s1;
  state->d = 6615241u + t1 + t0;
  state->v[0] = 123456789u + t0;
  state->v[1] = 362436069u ^ t0;
  state->v[2] = 521288629u + t1;
  state->v[3] = 88675123u ^ t1;
  state->v[4] = 5783321u + t0;
  skipahead_sequence(sequence, state);
  skipahead(offset, state);
  state->has_extra = state->has_extra_double = 0;
  state->extra = 0;
  state->extra_double = 0;
}
static inline unsigned curand(curandStateXORWOW* state) {
  const unsigned t = state->v[0] ^ (state->v[0] >> 2);
  state->v[0] = state->v[1];
  state->v[1] = state->v[2];
  state->v[2] = state->v[3];
  state->v[3] = state->v[4];
  state->v[4] = (state->v[4] ^ (state->v[4] << 4)) ^ (t ^ (t << 1));
  state->d += 362437u;
  return state->v[4] + state->d;
}

static inline void skipahead(unsigned long long n, curandStatePhilox4_32_10* state) {
  state->used += (unsigned)(n & 3);
  n /= 4;
  if (state->used > 3) {
    ++n;
    state->used -= 4;
  }
  ckrt::random::add(state->counter.x, state->counter.y, n, &state->counter.z, &state->counter.w);
  state->output = ckrt::random::philox(state->counter, state->key);
}
static inline void skipahead_sequence(unsigned long long n, curandStatePhilox4_32_10* state) {
  ckrt::random::add(state->counter.z, state->counter.w, n, nullptr, nullptr);
  state->output = ckrt::random::philox(state->counter, state->key);
}
static inline void curand_init(unsigned long long seed, unsigned long long sequence, unsigned long long offset, curandStatePhilox4_32_10* state) {
  state->counter = make_uint4(0, 0, 0, 0);
  state->key = make_uint2((unsigned)seed, (unsigned)(seed >> 32));
  state->used = 0;
  state->has_extra = state->has_extra_double = 0;
  state->extra = 0;
  state->extra_double = 0;
  skipahead_sequence(sequence, state);
  skipahead(offset, state);
}
static inline unsigned curand(curandStatePhilox4_32_10* state) {
  const unsigned i = state->used++;
  const unsigned result = i == 0 ? state->output.x : i == 1 ? state->output.y : i == 2 ? state->output.z : state->output.w;
  if (state->used == 4) {
    ckrt::random::add(state->counter.x, state->counter.y, 1, &state->counter.z, &state->counter.w);
    state->output = ckrt::random::philox(state->counter, state->key);
    state->used = 0;
  }
  return result;
}
static inline uint4 curand4(curandStatePhilox4_32_10* state) {
  const unsigned a = curand(state), b = curand(state), c = curand(state), d = curand(state);
  return make_uint4(a, b, c, d);
}
static inline float4 curand_uniform4(curandStatePhilox4_32_10* state) {
  const uint4 x = curand4(state);
  return make_float4(ckrt::random::uniform(x.x), ckrt::random::uniform(x.y), ckrt::random::uniform(x.z), ckrt::random::uniform(x.w));
}
static inline float4 curand_normal4(curandStatePhilox4_32_10* state) {
  const uint4 x = curand4(state);
  const float2 a = ckrt::random::box_muller(x.x, x.y), b = ckrt::random::box_muller(x.z, x.w);
  return make_float4(a.x, a.y, b.x, b.y);
}

template <class State> inline float curand_uniform(State* state) { return ckrt::random::uniform(curand(state)); }
static inline double curand_uniform_double(curandStateXORWOW* state) {
  const unsigned x = curand(state), y = curand(state);
  return ckrt::random::uniform_double(x, y);
}
static inline double curand_uniform_double(curandStatePhilox4_32_10_t* state) { return curand(state) * 2.3283064365386963e-10 + 2.3283064365386963e-10; }
static inline double2 curand_uniform2_double(curandStatePhilox4_32_10_t* state) {
  const uint4 x = curand4(state);
  return make_double2(ckrt::random::uniform_double(x.x, x.y), ckrt::random::uniform_double(x.z, x.w));
}
template <class State> inline float2 curand_normal2(State* state) {
  const unsigned x = curand(state), y = curand(state);
  return ckrt::random::box_muller(x, y);
}
template <class State> inline double2 curand_normal2_double(State* state) {
  const unsigned a = curand(state), b = curand(state), c = curand(state), d = curand(state);
  return ckrt::random::box_muller_double(make_uint4(a, b, c, d));
}
template <class State> inline float2 curand_log_normal2(State* state, float mean, float deviation) {
  const float2 x = curand_normal2(state);
  return make_float2(expf(mean + deviation * x.x), expf(mean + deviation * x.y));
}
template <class State> inline double2 curand_log_normal2_double(State* state, double mean, double deviation) {
  const double2 x = curand_normal2_double(state);
  return make_double2(exp(mean + deviation * x.x), exp(mean + deviation * x.y));
}
static inline float4 curand_log_normal4(curandStatePhilox4_32_10_t* state, float mean, float deviation) {
  const float4 x = curand_normal4(state);
  return make_float4(expf(mean + deviation * x.x), expf(mean + deviation * x.y), expf(mean + deviation * x.z), expf(mean + deviation * x.w));
}
static inline double4 curand_normal4_double(curandStatePhilox4_32_10_t* state) {
  const double2 a = curand_normal2_double(state), b = curand_normal2_double(state);
  return make_double4(a.x, a.y, b.x, b.y);
}
static inline double4 curand_log_normal4_double(curandStatePhilox4_32_10_t* state, double mean, double deviation) {
  const double4 x = curand_normal4_double(state);
  return make_double4(exp(mean + deviation * x.x), exp(mean + deviation * x.y), exp(mean + deviation * x.z), exp(mean + deviation * x.w));
}

// Of a pair, one number now and the second at the next call, which may be of another mean: the second keeps the first one's.
namespace ckrt::random {
enum Extra { kNone, kNormal, kLogNormal };
template <class T, class Pair> __forceinline__ T one_of(int& has, T& extra, Extra kind, Pair pair) {
  if (has == kind) {
    has = kNone;
    return extra;
  }
  const auto both = pair();
  extra = both.y;
  has = kind;
  return both.x;
}
}  // namespace ckrt::random
template <class State> inline float curand_normal(State* state) {
  return ckrt::random::one_of(state->has_extra, state->extra, ckrt::random::kNormal, [=] { return curand_normal2(state); });
}
template <class State> inline double curand_normal_double(State* state) {
  return ckrt::random::one_of(state->has_extra_double, state->extra_double, ckrt::random::kNormal, [=] { return curand_normal2_double(state); });
}
template <class State> inline float curand_log_normal(State* state, float mean, float deviation) {
  return ckrt::random::one_of(state->has_extra, state->extra, ckrt::random::kLogNormal, [=] { return curand_log_normal2(state, mean, deviation); });
}
template <class State> inline double curand_log_normal_double(State* state, double mean, double deviation) {
  return ckrt::random::one_of(state->has_extra_double, state->extra_double, ckrt::random::kLogNormal, [=] { return curand_log_normal2_double(state, mean, deviation); });
}
