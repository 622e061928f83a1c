// Images of bytes, [images, height, width, channels] (NHWC), as a network takes them: cut, mirrored, turned, and
// normalised, [images, channels, out_height, out_width] (NCHW), in one pass. In this order:
//   1. each image gets a border of `padding` pixels of 0, and a window of the output's size is laid in it, at random
//      or in the middle;
//   2. what the window shows is mirrored left to right, with probability flip_threshold / 2^32;
//   3. the window is turned about its centre, by an angle uniform in [-max_rotation, max_rotation), so that the
//      picture turns counterclockwise; pixels are linear between the four nearest, and 0 outside of the image;
//   4. y = contrast * (brightness * x / 255 - mean[c]) / deviation[c], the factors uniform in 1 +- their strength.
// The image with sample index s draws from outputs 8s to 8s + 5 after a position of Philox: row, column, mirror, angle,
// brightness, contrast. So it looks the same in whatever batch it comes.
//
// A block makes 1,024 pixels of one image: its first thread draws for all, and step 4 becomes a factor and a shift for
// each channel. A thread makes all channels of a pixel, four times: they lie side by side in x, and each is stored
// beside its neighbours' in y. A pixel moves 1 + sizeof(T) bytes a channel; those read again come from the cache.
#include "common/math.cuh"
#include "common/philox.cuh"

constexpr int kAugmentationBlock = 256;
constexpr int kAugmentationPixels = 4;  // of a thread
constexpr int kAugmentationChannels = 8;

// The host fills the same struct (AugmentationShape.cs).
struct Augmentation {
  i32 channels, height, width, out_height, out_width;
  i32 padding;
  i32 crops_at_random;
  u32 chunks;  // blocks of an image
  u64 flip_threshold;
  double max_rotation, brightness, contrast;
  float mean[kAugmentationChannels], deviation[kAugmentationChannels];
};

// What was drawn for an image.
template <class C>
struct Change {
  i32 top, left;  // of the window, from the image's first pixel
  bool flips;
  C sine, cosine, brightness, contrast;
};

// Uniform in [-1, 1), a multiple of 2^-23.
template <class C>
__device__ __forceinline__ C signed_unit(u32 bits) {
  return C(bits >> 8) * C(0x1p-23) - C(1);
}

__device__ __forceinline__ i32 first_of_window(u32 bits, i32 length, i32 out_length, const Augmentation& a) {
  const u32 places = (u32)(length + 2 * a.padding - out_length) + 1;
  const u32 place = a.crops_at_random ? (u32)((u64)bits * places >> 32) : (places - 1) / 2;
  return (i32)place - a.padding;
}

template <class C>
__device__ __forceinline__ Change<C> draw(const Augmentation& a, const Philox& position, i64 sample) {
  const PhiloxBlock where = philox_outputs(position, 2 * (u64)sample),
                    how = philox_outputs(position, 2 * (u64)sample + 1);
  const C angle = (C)a.max_rotation * signed_unit<C>(where.v[3]);
  Change<C> change;
  change.top = first_of_window(where.v[0], a.height, a.out_height, a);
  change.left = first_of_window(where.v[1], a.width, a.out_width, a);
  change.flips = where.v[2] < a.flip_threshold;
  change.sine = math::sin(angle);
  change.cosine = math::cos(angle);
  change.brightness = C(1) + (C)a.brightness * signed_unit<C>(how.v[0]);
  change.contrast = C(1) + (C)a.contrast * signed_unit<C>(how.v[1]);
  return change;
}

// The largest whole number that is not above x.
template <class C>
__device__ __forceinline__ i32 whole_below(C x) {
  const i32 whole = (i32)x;
  return (C)whole > x ? whole - 1 : whole;
}

template <class C>
__device__ __forceinline__ C mix(C a, C b, C fraction) {
  return a + fraction * (b - a);
}

// One channel of an image; 0 outside of it.
struct Plane {
  const u8* x;
  i32 channels, height, width;
  __device__ __forceinline__ int operator()(i32 row, i32 column) const {
    const bool inside = (u32)row < (u32)height && (u32)column < (u32)width;
    return inside ? x[((i64)row * width + column) * channels] : 0;
  }
};

template <class T>
__global__ void __launch_bounds__(kAugmentationBlock)
    augment_images(T* y, const u8* x, const i64* samples, Philox position, Augmentation a) {
  using C = compute_t<T>;
  __shared__ Change<C> change;
  __shared__ C factor[kAugmentationChannels], shift[kAugmentationChannels];
  const i64 image = blockIdx.x / a.chunks;
  if (threadIdx.x == 0) change = draw<C>(a, position, samples[image]);
  __syncthreads();
  if (threadIdx.x < a.channels) {
    const C steep = change.contrast / (C)a.deviation[threadIdx.x];
    factor[threadIdx.x] = steep * change.brightness / C(255);
    shift[threadIdx.x] = -steep * (C)a.mean[threadIdx.x];
  }
  __syncthreads();
  const i32 pixels = a.out_height * a.out_width;
  const i32 first = (i32)(blockIdx.x % a.chunks) * (kAugmentationBlock * kAugmentationPixels) + (i32)threadIdx.x;
  const C middle_row = C(a.out_height - 1) / 2, middle_column = C(a.out_width - 1) / 2;
  const u8* from = x + image * a.height * a.width * a.channels;
#pragma unroll
  for (int p = 0; p < kAugmentationPixels; ++p) {
    const i32 pixel = first + p * kAugmentationBlock;
    if (pixel >= pixels) return;

    // Halves are exact: without a turn the place in the window is a whole number again.
    const i32 out_row = pixel / a.out_width, out_column = pixel - out_row * a.out_width;
    const C rows = (C)out_row - middle_row, columns = (C)out_column - middle_column;
    const C window_row = middle_row + (change.sine * columns + change.cosine * rows);
    const C window_column = middle_column + (change.cosine * columns - change.sine * rows);
    const C row = (C)change.top + window_row;
    const C column = (C)change.left + (change.flips ? C(a.out_width - 1) - window_column : window_column);
    const i32 above = whole_below(row), left = whole_below(column);
    const C row_fraction = row - (C)above, column_fraction = column - (C)left;

    for (i32 c = 0; c < a.channels; ++c) {
      const Plane plane{from + c, a.channels, a.height, a.width};
      C value = (C)plane(above, left);
      if (a.max_rotation != 0) {
        const C upper = mix(value, (C)plane(above, left + 1), column_fraction);
        value = mix(upper, mix((C)plane(above + 1, left), (C)plane(above + 1, left + 1), column_fraction), row_fraction);
      }
      y[(image * a.channels + c) * pixels + pixel] = down<T>(factor[c] * value + shift[c]);
    }
  }
}
