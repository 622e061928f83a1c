// Images [images, channels, spatial] whose channels fall into groups: the elements of a group of one image lie side by side and make a
// row, in which neighbouring runs of `spatial` elements belong to neighbouring channels.
#pragma once
#include "common/channels.cuh"

struct GroupRow {
  i64 first_channel, spatial;

  // The channel of column c of the row.
  __device__ __forceinline__ i64 channel(i64 c) const { return first_channel + quotient_of(c, spatial); }
};

// Row image * groups + group.
__device__ __forceinline__ GroupRow group_row(i64 row, i64 columns, i64 spatial, i64 groups) {
  return {(row - quotient_of(row, groups) * groups) * (columns / spatial), spatial};
}
