// What ldmatrix and stmatrix share: the rows that lanes 8j + r name, and which lane's registers hold which word of them.
// In the checking mode a word belongs to the lane whose register takes or gives it, as PTX has it: a write by another lane, even
// by the one that names the row, must be ordered before. With .trans two lanes share a word; it counts for the even column's.
#pragma once

namespace ckrt {
template <int N> struct MatrixRows {
  uint32_t address;
  uint32_t registers[N];

  CK_QUIET static uint8_t* row(void** lanes, int matrix, int r) {
    const int lane = 8 * matrix + r;
    return (uint8_t*)ckrt_lane_shared_pointer((uint32_t)lane, ((const MatrixRows*)lanes[lane])->address, 16, 16);
  }

  CK_QUIET static void look(const uint8_t* row, int r, bool transposed, uint32_t flags) {
#if defined(CK_CHECK)
    for (int word = 0; word < 4; ++word) ckrt_lane_access((uint32_t)(transposed ? 8 * word + r / 2 : 4 * r + word), row + 4 * word, 4, flags);
#endif
  }

  // The lane, and the half of its register, that hold column c of row r.
  CK_QUIET static int lane_of(int r, int c, bool transposed) { return transposed ? 4 * c + r / 2 : 4 * r + c / 2; }
  CK_QUIET static int half_of(int r, int c, bool transposed) { return transposed ? r % 2 : c % 2; }

  template <bool kTransposed> CK_QUIET static void load(void** lanes, uint32_t) {
    for (int matrix = 0; matrix < N; ++matrix) {
      for (int r = 0; r < 8; ++r) {
        const uint8_t* from = row(lanes, matrix, r);
        look(from, r, kTransposed, 0);
        for (int c = 0; c < 8; ++c) {
          auto* to = (MatrixRows*)lanes[lane_of(r, c, kTransposed)];
          memcpy((uint8_t*)&to->registers[matrix] + 2 * half_of(r, c, kTransposed), from + 2 * c, 2);
        }
      }
    }
  }

  template <bool kTransposed> CK_QUIET static void store(void** lanes, uint32_t) {
    for (int matrix = 0; matrix < N; ++matrix) {
      for (int r = 0; r < 8; ++r) {
        uint8_t* to = row(lanes, matrix, r);
        look(to, r, kTransposed, 1);
        for (int c = 0; c < 8; ++c) {
          const auto* from = (const MatrixRows*)lanes[lane_of(r, c, kTransposed)];
          memcpy(to + 2 * c, (const uint8_t*)&from->registers[matrix] + 2 * half_of(r, c, kTransposed), 2);
        }
      }
    }
  }
};
}  // namespace ckrt
