// A place in a ring of shared memory through which tiles go in order, and the parity of the phase of its mbarriers in which it is filled.
// Who takes all places in the same order, from the first one on, knows which phase to wait for.
#pragma once
#include "common/numeric.cuh"

template <int Stages> struct RingPlace {
  u32 index = 0, parity = 0;

  __device__ __forceinline__ void advance() {
    if (++index == Stages) {
      index = 0;
      parity ^= 1;
    }
  }

  // Leaves so many places to others.
  __device__ __forceinline__ void skip(u32 places) {
    const u32 to = index + places;
    index = to % Stages;
    parity ^= to / Stages & 1;
  }
};
