// Counts of places by which integers are shifted. C leaves undefined what one does that is negative or has the width; here all bits go.
#pragma once
#include "common/compute.cuh"

// Whether some bits of an integer stay: a negative count is a large one as an unsigned number.
template <class C> __device__ __forceinline__ bool is_within(C count) { return (u64)count < 8 * sizeof(C); }
