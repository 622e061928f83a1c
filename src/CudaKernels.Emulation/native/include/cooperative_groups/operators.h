// The operators of group reductions and scans. less and greater give the smaller and the greater of two values.
#pragma once

namespace cooperative_groups {
template <class T = void> struct plus { T operator()(T a, T b) const { return a + b; } };
template <class T = void> struct less { T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T = void> struct greater { T operator()(T a, T b) const { return a < b ? b : a; } };
template <class T = void> struct bit_and { T operator()(T a, T b) const { return a & b; } };
template <class T = void> struct bit_or { T operator()(T a, T b) const { return a | b; } };
template <class T = void> struct bit_xor { T operator()(T a, T b) const { return a ^ b; } };
template <> struct plus<void> { template <class T> T operator()(T a, T b) const { return a + b; } };
template <> struct less<void> { template <class T> T operator()(T a, T b) const { return b < a ? b : a; } };
template <> struct greater<void> { template <class T> T operator()(T a, T b) const { return a < b ? b : a; } };
template <> struct bit_and<void> { template <class T> T operator()(T a, T b) const { return a & b; } };
template <> struct bit_or<void> { template <class T> T operator()(T a, T b) const { return a | b; } };
template <> struct bit_xor<void> { template <class T> T operator()(T a, T b) const { return a ^ b; } };
}  // namespace cooperative_groups
