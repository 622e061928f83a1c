// Where the elements of a tile lie: in the tensor, and, row behind row, in shared memory.
#pragma once
#include <stdint.h>

#include "matrix/descriptor.h"
#include "tensor/tensor_map.h"

namespace ckrt {
struct Tile {
  TensorMap map;
  int32_t at[5];
  uint16_t offsets[3];

  // Rows of shared memory and the bytes of each.
  uint32_t row_bytes() const { return (map.is_im2col ? map.channels : map.box[0]) * element_size(map); }
  uint32_t extent(uint32_t dimension) const { return (map.box[dimension] + map.steps[dimension] - 1u) / map.steps[dimension]; }
  uint32_t rows() const {
    if (map.is_im2col) return map.pixels;
    uint32_t rows = 1;
    for (uint32_t i = 1; i < map.rank; ++i) rows *= extent(i);
    return rows;
  }
  uint32_t bytes() const { return rows() * row_bytes(); }

  // Calls visit(byte of the tile before the swizzle, address in the tensor, bytes) for every row's part that lies in the tensor.
  template <class F> void runs(F visit) const {
    if (map.is_im2col) pixel_runs(visit);
    else box_runs(visit);
  }

 private:
  // The part of a row of `elements` that lies in the tensor, `row` being the address of its element 0.
  template <class F> void run(uint32_t number, uint64_t row, uint32_t elements, F& visit) const {
    const int64_t size = element_size(map), first = at[0] < 0 ? -(int64_t)at[0] : 0, most = length(map, 0) - at[0];
    const int64_t end = most < elements ? most : elements;
    if (first < end) visit(number * row_bytes() + (uint32_t)(first * size), row + (uint64_t)((at[0] + first) * size), (uint32_t)((end - first) * size));
  }

  template <class F> void box_runs(F& visit) const {
    uint32_t index[5] = {};
    const uint32_t count = rows();
    for (uint32_t number = 0; number < count; ++number) {
      uint64_t row = map.address;
      bool inside = true;
      for (uint32_t i = 1; i < map.rank; ++i) {
        const int64_t place = (int64_t)at[i] + (int64_t)index[i] * map.steps[i];
        inside = inside && place >= 0 && place < length(map, i);
        row += (uint64_t)place * map.strides[i - 1];
      }
      if (inside) run(number, row, map.box[0], visit);
      for (uint32_t i = 1; i < map.rank && ++index[i] == extent(i); ++i) index[i] = 0;
    }
  }

  // Pixels follow each other along W inside the box that the corners bound, then along H and D, then in the next image. The offsets
  // say which place of the filter meets them.
  template <class F> void pixel_runs(F& visit) const {
    const uint32_t spatial = map.rank - 2u, images = map.rank - 1u;
    int64_t place[5];
    for (uint32_t i = 0; i < map.rank; ++i) place[i] = at[i];
    for (uint32_t number = 0; number < map.pixels; ++number) {
      uint64_t row = map.address + (uint64_t)place[images] * map.strides[images - 1];
      bool inside = place[images] >= 0 && place[images] < length(map, images);
      for (uint32_t i = 0; i < spatial; ++i) {
        const int64_t met = place[i + 1] + offsets[i];
        inside = inside && met >= 0 && met < length(map, i + 1);
        row += (uint64_t)met * map.strides[i];
      }
      if (inside) run(number, row, map.channels, visit);
      uint32_t i = 0;
      for (; i < spatial; ++i) {
        place[i + 1] += map.steps[i + 1];
        if (place[i + 1] <= length(map, i + 1) - 1 + map.upper[i]) break;
        place[i + 1] = map.lower[i];
      }
      if (i == spatial) place[images] += map.steps[images];
    }
  }
};
}  // namespace ckrt
