// mma_sync: the last lane to arrive multiplies the fragments of all lanes. Products are summed in float (double, or 32-bit integers)
// and rounded once; the order and width of a tensor core's sums are its own.
#pragma once
#include "wmma/fragment.h"

namespace nvcuda {
namespace wmma {
template <class A, class B, class C, class D> struct Product {
  const A* a;
  const B* b;
  const C* c;
  D* d;
};

// What a tensor core makes of a stored element: it ignores the bits that tf32 does not have.
CK_QUIET inline float operand(float value, precision::tf32) { return __uint_as_float(__float_as_uint(value) & ~0x1fffu); }
template <class T, class Kind> CK_QUIET inline auto operand(T value, Kind) {
  if constexpr (std::is_integral_v<T>) return (int)value;
  else if constexpr (std::is_same_v<T, double>) return value;
  else return (float)value;
}

template <class A, class B, class C, class D> CK_QUIET inline void multiply(void** lanes, uint32_t) {
  using Argument = Product<A, B, C, D>;
  using Sum = std::conditional_t<std::is_same_v<typename D::element_type, double>, double, std::conditional_t<std::is_same_v<typename D::element_type, int>, int, float>>;
  Sum a[A::rows][A::columns], b[B::rows][B::columns], d[D::rows][D::columns];
  for (unsigned lane = 0; lane < 32; ++lane) {
    const auto* mine = (const Argument*)lanes[lane];
    for (int i = 0; i < A::num_elements; ++i) {
      const unsigned at = A::position(lane, i);
      a[at / A::columns][at % A::columns] = operand(mine->a->x[i], typename A::element_type{});
    }
    for (int i = 0; i < B::num_elements; ++i) {
      const unsigned at = B::position(lane, i);
      b[at / B::columns][at % B::columns] = operand(mine->b->x[i], typename B::element_type{});
    }
    for (int i = 0; i < C::num_elements; ++i) {
      const unsigned at = C::position(lane, i);
      const auto own = mine->c->x[i];  // half's conversion reads it, and is the kernel's code: not another lane's memory
      d[at / C::columns][at % C::columns] = (Sum)own;
    }
  }
  for (int row = 0; row < D::rows; ++row) {
    for (int column = 0; column < D::columns; ++column) {
      for (int k = 0; k < A::columns; ++k) {
        if constexpr (std::is_same_v<Sum, int>) d[row][column] = (int)((unsigned)d[row][column] + (unsigned)(a[row][k] * b[k][column]));
        else d[row][column] += a[row][k] * b[k][column];
      }
    }
  }
  for (unsigned lane = 0; lane < 32; ++lane) {
    const auto* mine = (const Argument*)lanes[lane];
    for (int i = 0; i < D::num_elements; ++i) {
      const unsigned at = D::position(lane, i);
      mine->d->x[i] = (typename D::storage_element_type)d[at / D::columns][at % D::columns];
    }
  }
}

template <int M, int N, int K, class T, class LayoutA, class LayoutB, class TC, class TD>
inline void mma_sync(fragment<accumulator, M, N, K, TD>& d, const fragment<matrix_a, M, N, K, T, LayoutA>& a, const fragment<matrix_b, M, N, K, T, LayoutB>& b,
                     const fragment<accumulator, M, N, K, TC>& c, CK_LINE) {
  using A = fragment<matrix_a, M, N, K, T, LayoutA>;
  using B = fragment<matrix_b, M, N, K, T, LayoutB>;
  using C = fragment<accumulator, M, N, K, TC>;
  using D = fragment<accumulator, M, N, K, TD>;
  Product<A, B, C, D> argument{&a, &b, &c, &d};
  ckrt_rendezvous(0xffffffffu, multiply<A, B, C, D>, &argument, line, "wmma::mma_sync");
}
}  // namespace wmma
}  // namespace nvcuda
