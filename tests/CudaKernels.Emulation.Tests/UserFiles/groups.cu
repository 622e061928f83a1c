// Cooperative groups: sums of partitions, a scan, aggregated atomics, and a grid that meets twice.
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <cuda_runtime.h>
#include <cstdlib>
#include <iostream>

namespace cg = cooperative_groups;

// out[0]: the odd numbers, out[1]: their sum, out[2]: the sum of the even ones.
__global__ void oddEvenCountAndSum(const int *input, int *out, unsigned int size) {
  cg::thread_block cta = cg::this_thread_block();
  cg::grid_group grid = cg::this_grid();
  cg::thread_block_tile<32> tile32 = cg::tiled_partition<32>(cta);
  for (int i = grid.thread_rank(); i < size; i += grid.size()) {
    int elem = input[i];
    auto subTile = cg::binary_partition(tile32, elem & 1);
    if (elem & 1) {
      int oddGroupSum = cg::reduce(subTile, elem, cg::plus<int>());
      if (subTile.thread_rank() == 0) {
        atomicAdd(&out[0], subTile.size());
        atomicAdd(&out[1], oddGroupSum);
      }
    } else {
      int evenGroupSum = cg::reduce(subTile, elem, cg::plus<int>());
      if (subTile.thread_rank() == 0) atomicAdd(&out[2], evenGroupSum);
    }
    cg::sync(tile32);
  }
}

// Warp-aggregated atomics: one addition for all lanes that come here together.
__device__ int atomicAggInc(int *counter) {
  cg::coalesced_group active = cg::coalesced_threads();
  int res = 0;
  if (active.thread_rank() == 0) res = atomicAdd(counter, (int)active.size());
  return active.shfl(res, 0) + active.thread_rank();
}

__global__ void filter_arr(int *dst, int *nres, const int *src, int n) {
  int id = threadIdx.x + blockIdx.x * blockDim.x;
  for (int i = id; i < n; i += gridDim.x * blockDim.x)
    if (src[i] > 0) dst[atomicAggInc(nres)] = src[i];
}

// The sum of each label's values among the lanes of a warp, and a scan of each tile of eight.
__global__ void labels_and_scans(const int *values, int *by_label, int *scanned) {
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  auto eight = cg::tiled_partition<8>(warp);
  const int value = values[threadIdx.x];
  auto label = cg::labeled_partition(warp, threadIdx.x % 3);
  by_label[threadIdx.x] = cg::reduce(label, value, cg::plus<int>());
  scanned[threadIdx.x] = cg::inclusive_scan(eight, value) * 1000 + cg::exclusive_scan(eight, value, cg::plus<int>());
}

__device__ int sumReduction(cg::thread_group g, int *x, int val) {
  int lane = g.thread_rank();
  for (int i = g.size() / 2; i > 0; i /= 2) {
    x[lane] = val;
    g.sync();
    if (lane < i) val += x[lane + i];
    g.sync();
  }
  return g.thread_rank() == 0 ? val : -1;
}

// The sum of ranks in the block, and in its tiles of four.
__global__ void group_sums(int *out) {
  extern __shared__ int workspace[];
  cg::thread_block block = cg::this_thread_block();
  int total = sumReduction(block, workspace, block.thread_rank());
  if (block.thread_rank() == 0) out[0] = total;
  block.sync();
  cg::thread_block_tile<4> tile4 = cg::tiled_partition<4>(block);
  int offset = block.thread_rank() - tile4.thread_rank();
  int part = sumReduction(tile4, workspace + offset, tile4.thread_rank());
  if (tile4.thread_rank() == 0) out[1 + tile4.meta_group_rank()] = part;
}

// A normalised vector in one cooperative launch: sum of squares, then the division.
__global__ void normalize(float *data, float *partial, int n) {
  cg::grid_group grid = cg::this_grid();
  cg::thread_block block = cg::this_thread_block();
  __shared__ float s[256];
  float sum = 0;
  for (int i = grid.thread_rank(); i < n; i += grid.size()) sum += data[i] * data[i];
  s[block.thread_rank()] = sum;
  block.sync();
  if (block.thread_rank() == 0) {
    float total = 0;
    for (int i = 0; i < block.size(); i++) total += s[i];
    partial[blockIdx.x] = total;
  }
  grid.sync();
  float length = 0;
  for (int i = 0; i < gridDim.x; i++) length += partial[i];
  length = sqrtf(length);
  for (int i = grid.thread_rank(); i < n; i += grid.size()) data[i] /= length;
}

// A tile of the input copied by the whole block at once.
__global__ void reversed_tiles(float *out, const float *in) {
  __shared__ float tile[128];
  cg::thread_block block = cg::this_thread_block();
  cg::memcpy_async(block, tile, in + blockIdx.x * 128, sizeof(float) * 128);
  cg::wait(block);
  out[blockIdx.x * 128 + threadIdx.x] = tile[127 - threadIdx.x];
}

int main() {
  float *data, *partial;
  int n = 1000;
  cudaMallocManaged(&data, n * sizeof(float));
  cudaMallocManaged(&partial, 4 * sizeof(float));
  void *args[] = {&data, &partial, &n};
  cudaLaunchCooperativeKernel((void *)normalize, dim3(4), dim3(256), args, 0, 0);
  std::cout << cudaDeviceSynchronize() << '\n';
}

// Sums of tiles of 64 threads, which span two warps.
__global__ void wide_tiles(const int *in, int *out) {
  __shared__ cg::block_tile_memory<256> scratch;
  auto block = cg::this_thread_block(scratch);
  auto tile = cg::tiled_partition<64>(block);
  int sum = cg::reduce(tile, in[threadIdx.x], cg::plus<int>());
  int first = tile.shfl(in[threadIdx.x], 0);
  out[threadIdx.x] = sum * 1000 + first;
}
