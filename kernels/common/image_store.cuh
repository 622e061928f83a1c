// What a product on tensor cores leaves in images whose channels lie last: each row of the product is a pixel, its columns are channels,
// and a bias is added to each of those. A store as common/scaled_store.cuh describes it.
#pragma once
#include "common/column_pairs.cuh"
#include "common/image_patches.cuh"
#include "common/scaled_store.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// Row i is the i-th pixel in memory.
struct DensePixels {
  i64 pitch;

  __device__ __forceinline__ i64 offset(i64 row) const { return row * pitch; }
};

// Row i is the pixel at the i-th place of a grid over the images.
struct GridPixels {
  PlaceGrid places;
  i64 image_step, row_step, column_step;  // between places

  __device__ __forceinline__ i64 offset(i64 row) const {
    const PlaceGrid::Place place = places.at((u32)row);
    return place.image * image_step + place.row * row_step + place.column * column_step;
  }
};

template <class T, class Pixels> struct ImageStore {
  using Element = T;
  template <int Eights> using Columns = ColumnBiases<T, Eights>;
  T* image;       // the group's first channel of the first pixel
  const T* bias;  // of that channel, or null for zeros
  Pixels pixels;
  bool in_pairs;

  __device__ __forceinline__ ImageStore(T* image, const T* bias, const Pixels& pixels, i64 channels /* of a pixel */) : image(image), bias(bias), pixels(pixels), in_pairs(has_pairs(image, channels)) {}

  __device__ __forceinline__ const ImageStore& of(i64) const { return *this; }

  __device__ __forceinline__ T value(i64 column, float sum) const { return down<T>(bias == nullptr ? sum : sum + up(bias[column])); }

  __device__ __forceinline__ void element(i64 row, i64 column, float sum) const { image[pixels.offset(row) + column] = value(column, sum); }

  __device__ __forceinline__ void pair(i64 row, i64 column, float first, float second) const {
    store_pair(image + (pixels.offset(row) + column), in_pairs, value(column, first), value(column + 1, second));
  }

  template <int Eights> __device__ __forceinline__ Columns<Eights> columns(i64 column, i64 end) const { return Columns<Eights>(bias, bias != nullptr, column, end); }
  __device__ __forceinline__ bool has(i64) const { return true; }
  __device__ __forceinline__ T* at(i64 row, i64 column) const { return image + (pixels.offset(row) + column); }
};

template <class T, class Pixels> constexpr bool kIsByColumn<ImageStore<T, Pixels>> = true;
#endif
