// Warp reductions, matches, votes and elections. masks[lane] is the mask that a lane calls with.
#include "common/ptx/lane.cuh"
#include "common/ptx/warp.cuh"

extern "C" __global__ void reduce(const u32* values, const u32* masks, u32* out) {
  const u32 value = values[threadIdx.x], mask = masks[threadIdx.x];
  const i32 number = (i32)value;
  u32* group = out + 9 * threadIdx.x;
  group[0] = ptx::redux_add(value, mask);
  group[1] = (u32)ptx::redux_add(number, mask);
  group[2] = ptx::redux_min(value, mask);
  group[3] = (u32)ptx::redux_min(number, mask);
  group[4] = ptx::redux_max(value, mask);
  group[5] = (u32)ptx::redux_max(number, mask);
  group[6] = ptx::redux_and(value, mask);
  group[7] = ptx::redux_or(value, mask);
  group[8] = ptx::redux_xor(value, mask);
}

extern "C" __global__ void match(const u32* values, const u32* masks, u32* out) {
  const u32 value = values[threadIdx.x], mask = masks[threadIdx.x];
  const u64 wide = (u64)value << 32 | 5;
  u32* group = out + 5 * threadIdx.x;
  group[0] = ptx::match_any(value, mask);
  group[1] = ptx::match_any(wide, mask);
  group[2] = ptx::match_all(value, mask);
  group[3] = ptx::match_all(wide, mask);
  group[4] = ptx::vote_uniform(value == 3, mask);
}

extern "C" __global__ void agree(const u32* values, u32* out) {
  out[2 * threadIdx.x] = ptx::vote_like<0>(values[threadIdx.x]);
  out[2 * threadIdx.x + 1] = ptx::vote_like<31>(values[threadIdx.x]);
}

extern "C" __global__ void elect(const u32* masks, u32* out) {
  const u32 mask = masks[threadIdx.x];
  const u32 thread = threadIdx.x + blockDim.x * threadIdx.y;
  out[4 * thread] = ptx::elect_one(mask);
  out[4 * thread + 1] = ptx::elect_one(mask);
  out[4 * thread + 2] = ptx::lane_id();
  out[4 * thread + 3] = ptx::warp_id();
}
