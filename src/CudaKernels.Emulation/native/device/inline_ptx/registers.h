// Registers of inline PTX: bits of a size, which an instruction reads as its type says. An operand of the kernel becomes one, and back.
#pragma once

namespace ckrt::ptx_asm {
struct f16 { uint16_t bits; };
struct bf16 { uint16_t bits; };
struct tf32 { uint32_t bits; };
template <class T> struct alignas(2 * sizeof(T)) Pair { T x, y; };
using f16x2 = Pair<f16>;
using bf16x2 = Pair<bf16>;

// A value by its bits where the sizes agree, by its number between integers or between floats.
template <class T, class X> __forceinline__ T as(X x) {
  if constexpr (std::is_same_v<T, X>) return x;
  else if constexpr (std::is_pointer_v<X>) return as<T>((uint64_t)(uintptr_t)x);
  else if constexpr (std::is_pointer_v<T>) return (T)(uintptr_t)as<uint64_t>(x);
  else if constexpr ((std::is_integral_v<T> || std::is_enum_v<T>) && (std::is_integral_v<X> || std::is_enum_v<X>)) return (T)x;
  else if constexpr (std::is_floating_point_v<T> && std::is_floating_point_v<X>) return (T)x;
  else if constexpr (sizeof(T) == sizeof(X)) return ckrt::bits<T>(x);
  else if constexpr (std::is_floating_point_v<T> && std::is_integral_v<X>) return (T)x;  // a number in the text
  else if constexpr (std::is_integral_v<T>) return (T)as<std::conditional_t<sizeof(X) == 2, uint16_t, std::conditional_t<sizeof(X) == 4, uint32_t, uint64_t>>>(x);
  else return ckrt::bits<T>(x);
}

// By the letter of an operand's constraint.
template <char Letter> struct Register;
template <> struct Register<'h'> { using Type = uint16_t; };
template <> struct Register<'r'> { using Type = uint32_t; };
template <> struct Register<'l'> { using Type = uint64_t; };
template <> struct Register<'f'> { using Type = float; };
template <> struct Register<'d'> { using Type = double; };
template <> struct Register<'b'> { using Type = uint32_t; };
template <char Letter> using RegisterOf = typename Register<Letter>::Type;

template <class R, class T> __forceinline__ void set(R& to, T value) { to = as<R>(value); }

// The registers in braces: those that an instruction reads, and those that it writes.
template <class T, int N> struct Values {
  T at[N];
};
template <class T, class... Rest> __forceinline__ auto values(T first, Rest... rest) { return Values<T, 1 + sizeof...(Rest)>{{first, as<T>(rest)...}}; }
template <class T, int N> struct Targets {
  T* at[N];
};
template <class T, class... Rest> __forceinline__ auto targets(T& first, Rest&... rest) { return Targets<T, 1 + sizeof...(Rest)>{{&first, &rest...}}; }

// Several registers packed into one, and one unpacked.
template <class R, class T, int N> __forceinline__ void set(R& to, Values<T, N> parts) {
  static_assert(sizeof(T) * N == sizeof(R), "the registers in braces together are as wide as the other");
  to = ckrt::bits<R>(parts);
}
template <class T, int N, class X> __forceinline__ void set(Targets<T, N> to, X value) {
  static_assert(sizeof(T) * N == sizeof(X), "the registers in braces together are as wide as the other");
  const auto parts = ckrt::bits<Values<T, N>>(value);
  for (int i = 0; i < N; ++i) *to.at[i] = parts.at[i];
}
template <class T, int N, class X> __forceinline__ void set(Targets<T, N> to, Values<X, N> values) {
  for (int i = 0; i < N; ++i) *to.at[i] = as<T>(values.at[i]);
}
}  // namespace ckrt::ptx_asm
