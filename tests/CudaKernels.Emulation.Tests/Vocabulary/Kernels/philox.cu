// Philox of common/philox.cuh over arrays of words; a thread for each input.
#include "common/philox.cuh"

// Four words of a counter and two of a key -> four outputs.
template <int Rounds> __global__ void rounds(const u32* in, u32* out) {
  const u32* words = in + 6 * threadIdx.x;
  const PhiloxBlock outputs = philox4x32<Rounds>({{words[0], words[1], words[2], words[3]}}, words[4], words[5]);
  for (int i = 0; i < 4; ++i) out[4 * threadIdx.x + i] = outputs.v[i];
}

// Seed, offset and subsequence, lower words first -> the first eight outputs.
extern "C" __global__ void sequence(const u32* in, u32* out) {
  const u32* words = in + 6 * threadIdx.x;
  const Philox position = {words[0] | (u64)words[1] << 32, words[2] | (u64)words[3] << 32, words[4] | (u64)words[5] << 32};
  for (int i = 0; i < 8; ++i) out[8 * threadIdx.x + i] = philox_outputs(position, i / 4).v[i % 4];
}

// An output -> the bits of the float that it becomes.
extern "C" __global__ void unit(const u32* in, u32* out) { out[threadIdx.x] = __float_as_uint(philox_unit(in[threadIdx.x])); }
