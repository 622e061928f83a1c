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

// An optional parameter of the channels along a row, `missing` where there is none: that of the first element of a vector of a thread, and
// how many elements of the vector have it.
template <class T> struct GroupParameter {
  const T* parameter;  // [channels]
  bool is_there;
  compute_t<T> first;
  int left;

  __device__ __forceinline__ GroupParameter(const T* of_channels, bool is_given, compute_t<T> missing)
      : parameter(of_channels), is_there(is_given), first(missing), left(16) {}

  template <class Share> __device__ __forceinline__ void hold(const GroupRow& group, const Share& share, int v) {
    if (!is_there) return;
    const i64 column = share.column(v), channel = group.channel(column), rest = (channel - group.first_channel + 1) * group.spatial - column;
    left = rest < 16 ? (int)rest : 16;
    first = up(parameter[channel]);
  }
  template <class Share> __device__ __forceinline__ compute_t<T> at(const GroupRow& group, const Share& share, int v, int i) const {
    return i < left ? first : up(parameter[group.channel(share.column(v) + i)]);
  }
};
