// Fragments: the shapes that there are, what is stored for each element type, and where in the matrix an element stands.
#pragma once

namespace nvcuda {
namespace wmma {
struct row_major {};
struct col_major {};
struct matrix_a {};
struct matrix_b {};
struct accumulator {};
enum layout_t { mem_row_major, mem_col_major };
namespace precision {
struct tf32 {};
}  // namespace precision

template <class T> struct stored { using type = T; };
template <> struct stored<precision::tf32> { using type = float; };

// The element types of the operands, by shape.
template <int M, int N, int K, class T> constexpr bool is_operand() {
  constexpr bool half_shape = (M == 16 && N == 16 && K == 16) || (M == 32 && N == 8 && K == 16) || (M == 8 && N == 32 && K == 16);
  if constexpr (std::is_same_v<T, __half> || std::is_same_v<T, __nv_bfloat16> || std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char>) return half_shape;
  if constexpr (std::is_same_v<T, precision::tf32>) return M == 16 && N == 16 && K == 8;
  if constexpr (std::is_same_v<T, double>) return M == 8 && N == 8 && K == 4;
  return false;
}
template <int M, int N, int K, class T> constexpr bool is_sum() {
  constexpr bool half_shape = (M == 16 && N == 16 && K == 16) || (M == 32 && N == 8 && K == 16) || (M == 8 && N == 32 && K == 16);
  if constexpr (std::is_same_v<T, float>) return half_shape || (M == 16 && N == 16 && K == 8);
  if constexpr (std::is_same_v<T, __half> || std::is_same_v<T, int>) return half_shape;
  if constexpr (std::is_same_v<T, double>) return M == 8 && N == 8 && K == 4;
  return false;
}

template <class Use, int M, int N, int K, class T, class Layout = void> class fragment {
  static constexpr bool kIsSum = std::is_same_v<Use, accumulator>;
  static_assert(kIsSum ? is_sum<M, N, K, T>() : is_operand<M, N, K, T>(), "wmma has no fragment of this shape and element type");
  static_assert(kIsSum == std::is_same_v<Layout, void>, "operands have a layout, accumulators have none");

 public:
  static constexpr int rows = std::is_same_v<Use, matrix_b> ? K : M;
  static constexpr int columns = std::is_same_v<Use, matrix_a> ? K : N;
  static constexpr int num_elements = rows * columns / 32;
  static constexpr int num_storage_elements = num_elements;
  using element_type = T;
  using storage_element_type = typename stored<T>::type;
  storage_element_type x[num_elements];

  // The position, row * columns + column, of an element of a lane: one permutation for each kind of fragment. The number of
  // positions is a power of two, so that multiplying by an odd number permutes them.
  CK_QUIET static unsigned position(unsigned lane, unsigned element) {
    const unsigned kind = (unsigned)(sizeof(T) * 4 + std::is_same_v<Use, matrix_a> + 2 * std::is_same_v<Use, matrix_b> + rows);
    const uint64_t hash = (ckrt_seed() + 1) * 0x9E3779B97F4A7C15ull + kind * 0xD1342543DE82EF95ull;
    const auto factor = (unsigned)(hash >> 40) | 1u, offset = (unsigned)(hash >> 20);
    return ((lane * num_elements + element) * factor + offset) % (rows * columns);
  }
};

template <class Use, int M, int N, int K, class T, class Layout> inline void fill_fragment(fragment<Use, M, N, K, T, Layout>& target, const std::type_identity_t<typename stored<T>::type>& value) {
  for (auto& element : target.x) element = value;
}

// 19 bits of a float: rounded to nearest, ties away from zero.
inline float __float_to_tf32(float value) { return __uint_as_float((__float_as_uint(value) + 0x1000u) & ~0x1fffu); }
}  // namespace wmma
}  // namespace nvcuda
