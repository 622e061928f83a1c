// TMA and wgmma as users write them for compute capability 9.0: the host's part beside the kernels, instructions as inline PTX.
// Of the kernels whose names begin with bad_, the line with a mark is a mistake.
#include <cuda.h>
#include <cudaTypedefs.h>
#include <cuda_bf16.h>
#include <cuda_runtime.h>
#include <cstdint>
#include <cstdio>
#include <cassert>

typedef __nv_bfloat16 bf16;

constexpr int kRows = 64, kDepth = 64;

template <class T> struct ElementOf;
template <> struct ElementOf<bf16> { static constexpr CUtensorMapDataType value = CU_TENSOR_MAP_DATA_TYPE_BFLOAT16; };

PFN_cuTensorMapEncodeTiled encode_function;
CUtensorMap* global_map = nullptr;

template <int rows, int columns> void create_tensor_map(CUtensorMap* map, bf16* data, int height, int width) {
  cuuint64_t shape[2] = {(cuuint64_t)width, (cuuint64_t)height}, stride[1] = {sizeof(bf16) * width};
  cuuint32_t box[2] = {columns, rows}, step[2] = {1, 1};
  CUresult result = cuTensorMapEncodeTiled(map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, data, shape, stride, box, step, CU_TENSOR_MAP_INTERLEAVE_NONE,
                                           CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_L2_PROMOTION_NONE, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  assert(result == CUDA_SUCCESS);
}

__device__ static __forceinline__ uint32_t smem(const void* pointer) { return static_cast<uint32_t>(__cvta_generic_to_shared(pointer)); }

__device__ static __forceinline__ void init_barrier(uint64_t* barrier, int count) { asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;\n" ::"r"(smem(barrier)), "r"(count)); }

__device__ static __forceinline__ void expect_bytes(uint64_t* barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%0], %1;\n" ::"r"(smem(barrier)), "r"(bytes));
}

__device__ static __forceinline__ void wait(uint64_t* barrier, int phase) {
  asm volatile(
      "{\n"
      ".reg .pred                P1;\n"
      "LAB_WAIT:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 P1, [%0], %1;\n"
      "@P1                       bra.uni DONE;\n"
      "bra.uni                   LAB_WAIT;\n"
      "DONE:\n"
      "}\n" ::"r"(smem(barrier)), "r"(phase));
}

__device__ static __forceinline__ void load_async(void* to, void const* map, uint64_t* barrier, int column, int row) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
               " [%0], [%1, {%3, %4}], [%2];"
               :
               : "r"(smem(to)), "l"(reinterpret_cast<uint64_t>(map)), "r"(smem(barrier)), "r"(column), "r"(row)
               : "memory");
}

__device__ static __forceinline__ void store_async(void const* map, void const* from, int column, int row) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%2, %3}], [%1];" ::"l"(reinterpret_cast<uint64_t>(map)), "r"(smem(from)), "r"(column), "r"(row) : "memory");
}

__device__ static inline uint64_t encode(uint64_t x) { return (x & 0x3FFFF) >> 0x4; }

__device__ uint64_t make_descriptor(bf16* tile) {
  uint32_t address = smem(tile);
  uint64_t descriptor = 0x0000000000000000;
  descriptor |= encode(address);
  descriptor |= encode((uint64_t)16) << 16;
  descriptor |= encode((uint64_t)1024) << 32;
  descriptor |= 1llu << 62;  // swizzle of 128 bytes
  return descriptor;
}

__device__ void warpgroup_arrive() { asm volatile("wgmma.fence.sync.aligned;\n" ::: "memory"); }
__device__ void warpgroup_commit() { asm volatile("wgmma.commit_group.sync.aligned;\n" ::: "memory"); }
template <int N> __device__ void warpgroup_wait() { asm volatile("wgmma.wait_group.sync.aligned %0;\n" ::"n"(N) : "memory"); }

template <int ScaleD, int ScaleA, int ScaleB, int TransA, int TransB> __device__ void wgmma64(float d[4][8], bf16* a, bf16* b) {
  uint64_t desc_a = make_descriptor(&a[0]);
  uint64_t desc_b = make_descriptor(&b[0]);
  asm volatile(
      "{\n"
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
      "{%0,   %1,   %2,   %3,   %4,   %5,   %6,   %7,   "
      " %8,   %9,   %10,  %11,  %12,  %13,  %14,  %15,  "
      " %16,  %17,  %18,  %19,  %20,  %21,  %22,  %23,  "
      " %24,  %25,  %26,  %27,  %28,  %29,  %30,  %31},"
      " %32,"
      " %33,"
      " %34, %35, %36, %37, %38;\n"
      "}\n"
      : "+f"(d[0][0]), "+f"(d[0][1]), "+f"(d[0][2]), "+f"(d[0][3]), "+f"(d[0][4]), "+f"(d[0][5]), "+f"(d[0][6]), "+f"(d[0][7]), "+f"(d[1][0]), "+f"(d[1][1]), "+f"(d[1][2]), "+f"(d[1][3]),
        "+f"(d[1][4]), "+f"(d[1][5]), "+f"(d[1][6]), "+f"(d[1][7]), "+f"(d[2][0]), "+f"(d[2][1]), "+f"(d[2][2]), "+f"(d[2][3]), "+f"(d[2][4]), "+f"(d[2][5]), "+f"(d[2][6]), "+f"(d[2][7]),
        "+f"(d[3][0]), "+f"(d[3][1]), "+f"(d[3][2]), "+f"(d[3][3]), "+f"(d[3][4]), "+f"(d[3][5]), "+f"(d[3][6]), "+f"(d[3][7])
      : "l"(desc_a), "l"(desc_b), "n"(int32_t(ScaleD)), "n"(int32_t(ScaleA)), "n"(int32_t(ScaleB)), "n"(int32_t(TransA)), "n"(int32_t(TransB)));
}

// A tile of a tensor goes to another: what lies beyond it comes as zeros, and is left out again.
__global__ void copy_tile(const __grid_constant__ CUtensorMap from, const __grid_constant__ CUtensorMap to) {
  __shared__ alignas(128) float tile[16 * 32];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    asm volatile("prefetch.tensormap [%0];" ::"l"(reinterpret_cast<uint64_t>(&from)) : "memory");
    init_barrier(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
    expect_bytes(&barrier, sizeof tile);
    load_async(tile, &from, &barrier, 32 * blockIdx.x, 16 * blockIdx.y);
  }
  __syncthreads();
  wait(&barrier, 0);
  for (int i = threadIdx.x; i < 16 * 32; i += blockDim.x) tile[i] += 1;
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  if (threadIdx.x == 0) {
    store_async(&to, tile, 32 * blockIdx.x, 16 * blockIdx.y);
    asm volatile("cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;" ::: "memory");
  }
}

// C[64, 64] = A[64, K] * B[64, K]^T.
template <bool waits_for_products> __device__ void multiply(const CUtensorMap* map_a, const CUtensorMap* map_b, float* c, int depth) {
  __shared__ alignas(1024) bf16 a[kRows * kDepth], b[kRows * kDepth];
  __shared__ uint64_t full;
  if (threadIdx.x == 0) {
    init_barrier(&full, 1);
    asm volatile("fence.proxy.async.shared::cta;");
  }
  __syncthreads();
  float d[4][8];
  memset(d, 0, sizeof d);
  for (int step = 0; step < depth / kDepth; ++step) {
    if (threadIdx.x == 0) {
      expect_bytes(&full, sizeof a + sizeof b);
      load_async(a, map_a, &full, step * kDepth, 0);
      load_async(b, map_b, &full, step * kDepth, 0);
    }
    wait(&full, step & 1);
    warpgroup_arrive();
    wgmma64<1, 1, 1, 0, 0>(d, &a[0], &b[0]);
    wgmma64<1, 1, 1, 0, 0>(d, &a[16], &b[16]);
    wgmma64<1, 1, 1, 0, 0>(d, &a[32], &b[32]);
    wgmma64<1, 1, 1, 0, 0>(d, &a[48], &b[48]);
    warpgroup_commit();
    if (waits_for_products) warpgroup_wait<0>();
    __syncthreads();
  }
  int row = threadIdx.x / 32 * 16 + threadIdx.x % 32 / 4;
  for (int w = 0; w < 4; ++w) {
    int column = 16 * w + 2 * (threadIdx.x % 4);
    c[row * 64 + column] = d[w][0];  //! async-wait
    c[row * 64 + column + 1] = d[w][1];
    c[(row + 8) * 64 + column] = d[w][2];
    c[(row + 8) * 64 + column + 1] = d[w][3];
    c[row * 64 + column + 8] = d[w][4];
    c[row * 64 + column + 9] = d[w][5];
    c[(row + 8) * 64 + column + 8] = d[w][6];
    c[(row + 8) * 64 + column + 9] = d[w][7];
  }
  if (!waits_for_products) warpgroup_wait<0>();
}
__global__ void __launch_bounds__(128) product(float* c, int depth, const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b) { multiply<true>(&map_a, &map_b, c, depth); }
__global__ void __launch_bounds__(128) product_of_stored_maps(float* c, int depth, const CUtensorMap* map_a, const CUtensorMap* map_b) { multiply<true>(map_a, map_b, c, depth); }
__global__ void __launch_bounds__(128) bad_product_without_wait(float* c, int depth, const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b) {
  multiply<false>(&map_a, &map_b, c, depth);
}

// A map beside the pointer to its tensor.
__global__ void compare(const __grid_constant__ CUtensorMap map, const float* data, int columns, int* differences) {
  __shared__ alignas(1024) float tile[16 * 32];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
    expect_bytes(&barrier, sizeof tile);
    load_async(tile, &map, &barrier, 0, 0);
  }
  __syncthreads();
  wait(&barrier, 0);
  for (int i = threadIdx.x; i < 16 * 32; i += blockDim.x) atomicAdd(differences, tile[i] != data[i / 32 * columns + i % 32]);
}

__global__ void bad_bytes(const __grid_constant__ CUtensorMap from, float* out) {
  __shared__ alignas(128) float tile[16 * 32];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
    expect_bytes(&barrier, sizeof tile / 2);
    load_async(tile, &from, &barrier, 0, 0);
  }
  __syncthreads();
  asm volatile("{ .reg .pred p; again: mbarrier.try_wait.parity.shared.b64 p, [%0], 0; @!p bra again; }" ::"r"(smem(&barrier)));  //! deadlock
  out[threadIdx.x] = tile[threadIdx.x];
}

__global__ void bad_read_before_the_wait(const __grid_constant__ CUtensorMap from, float* out) {
  __shared__ alignas(128) float tile[16 * 32];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
    expect_bytes(&barrier, sizeof tile);
    load_async(tile, &from, &barrier, 0, 0);
  }
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x];  //! async-wait
  wait(&barrier, 0);
}

__global__ void bad_store_without_proxy_fence(const __grid_constant__ CUtensorMap to) {
  __shared__ alignas(128) float tile[16 * 32];
  for (int i = threadIdx.x; i < 16 * 32; i += blockDim.x) tile[i] = i;
  __syncthreads();
  if (threadIdx.x == 0) {
    asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%2, %2}], [%1];" ::"l"(&to), "r"(smem(tile)), "r"(0) : "memory");  //! async-wait
    asm volatile("cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;" ::: "memory");
  }
}

// The copy is of the parameter, and lies on the thread's stack.
__global__ void bad_map_on_the_stack(CUtensorMap from, float* out) {
  __shared__ alignas(128) float tile[16 * 32];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    from.opaque[0] += 16;
    init_barrier(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
    expect_bytes(&barrier, sizeof tile);
    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%3, %3}], [%2];" ::"r"(smem(tile)), "l"(&from), "r"(smem(&barrier)), "r"(0) : "memory");  //! sync-misuse
  }
  __syncthreads();
  wait(&barrier, 0);
  out[threadIdx.x] = tile[threadIdx.x];
}

int main() {
  CUtensorMap map;
  create_tensor_map<kRows, kDepth>(&map, nullptr, 64, 64);
  cudaMalloc(&global_map, sizeof(CUtensorMap));
  product<<<1, 128>>>(nullptr, 64, map, map);
  printf("%s\n", cudaGetErrorString(cudaDeviceSynchronize()));
}
