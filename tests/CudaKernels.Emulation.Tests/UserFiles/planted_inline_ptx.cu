// Planted mistakes in inline PTX as users write it, and right kernels that look like them. Every kernel takes (int* out, int* in,
// int n), the comment before it gives blocks, threads, dynamic shared bytes and n.
#include <cuda_runtime.h>
#include <cstdint>

#define COPY_4(to, from) \
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2;\n" \
               :: "r"(to), "l"(from), "n"(4))
#define COPY_16(to, from) \
  asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16;\n" ::"r"(to), "l"(from))
#define COMMIT() asm volatile("cp.async.commit_group;\n" ::)
#define WAIT(groups) asm volatile("cp.async.wait_group %0;\n" ::"n"(groups))

__device__ __forceinline__ uint32_t address_of(const void* pointer) {
  uint32_t address;
  asm("{ .reg .u64 wide; cvta.to.shared.u64 wide, %1; cvt.u32.u64 %0, wide; }" : "=r"(address) : "l"(pointer));
  return address;
}

__device__ __forceinline__ void init(uint64_t* barrier, int count) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" :: "r"(address_of(barrier)), "r"(count));
}

__device__ __forceinline__ void arrive(uint64_t* barrier) {
  asm volatile("{\n.reg .b64 state;\nmbarrier.arrive.shared::cta.b64 state, [%0];\n}" ::"r"(address_of(barrier)) : "memory");
}

__device__ __forceinline__ void expect(uint64_t* barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%0], %1;" ::"r"(address_of(barrier)), "r"(bytes) : "memory");
}

__device__ __forceinline__ void wait(uint64_t* barrier, int parity) {
  asm volatile(
      "{\n"
      ".reg .pred P1;\n"
      "LAB_WAIT:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 P1, [%0], %1;\n"
      "@P1 bra DONE;\n"
      "bra LAB_WAIT;\n"
      "DONE:\n"
      "}\n" ::"r"(address_of(barrier)), "r"(parity));
}

__device__ __forceinline__ void load_bulk(void* to, const void* from, uint32_t bytes, uint64_t* barrier) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];"
               ::"r"(address_of(to)), "l"(from), "r"(bytes), "r"(address_of(barrier)) : "memory");
}

__device__ __forceinline__ void store_bulk(void* to, const void* from, uint32_t bytes) {
  asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(to), "r"(address_of(from)), "r"(bytes) : "memory");
  asm volatile("cp.async.bulk.commit_group;");
}

// launch 1 32 0 64
extern "C" __global__ void good_copies(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[2][32];
  for (int i = 0; i < 2; ++i) {
    COPY_4(address_of(&tile[i][threadIdx.x]), in + 32 * i + threadIdx.x);
    COMMIT();
  }
  WAIT(1);
  __syncthreads();
  out[threadIdx.x] = tile[0][31 - threadIdx.x];
  WAIT(0);
  __syncthreads();
  out[32 + threadIdx.x] = tile[1][31 - threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_copy_without_wait(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  COPY_4(address_of(&tile[threadIdx.x]), in + threadIdx.x);
  COMMIT();
  __syncthreads();
  out[threadIdx.x] = tile[31 - threadIdx.x];  //! async-wait
  WAIT(0);
}

// launch 1 32 0 64
extern "C" __global__ void bad_wait_for_one_group_less(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[2][32];
  for (int i = 0; i < 2; ++i) {
    COPY_4(address_of(&tile[i][threadIdx.x]), in + 32 * i + threadIdx.x);
    COMMIT();
  }
  WAIT(1);
  __syncthreads();
  out[threadIdx.x] = tile[0][31 - threadIdx.x];
  out[32 + threadIdx.x] = tile[1][31 - threadIdx.x];  //! async-wait
  WAIT(0);
}

// launch 1 32 0 64
extern "C" __global__ void bad_copy_without_barrier(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  COPY_4(address_of(&tile[threadIdx.x]), in + threadIdx.x);
  COMMIT();
  WAIT(0);
  out[threadIdx.x] = tile[31 - threadIdx.x];  //! async-wait
}

// launch 1 32 0 64
extern "C" __global__ void bad_tile_is_filled_while_it_is_read(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  int sum = 0;
  for (int i = 0; i < 2; ++i) {
    COPY_4(address_of(&tile[threadIdx.x]), in + 32 * i + threadIdx.x);
    COMMIT();
    WAIT(0);
    __syncthreads();
    sum += tile[31 - threadIdx.x];  //! race
  }
  out[threadIdx.x] = sum;
}

// launch 1 8 0 64
extern "C" __global__ void bad_source_of_sixteen_bytes(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[36];
  COPY_16(address_of(&tile[4 * threadIdx.x]), in + 4 * threadIdx.x + 1);  //! misaligned
  COMMIT();
  WAIT(0);
  out[threadIdx.x] = tile[4 * threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void good_bulk_copy(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    init(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect(&barrier, sizeof tile);
    load_bulk(tile, in, sizeof tile, &barrier);
  }
  wait(&barrier, 0);
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_bytes_expected(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) {
    init(&barrier, 1);
    asm volatile("fence.mbarrier_init.release.cluster;");
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect(&barrier, sizeof tile + 16);
    load_bulk(tile, in, sizeof tile, &barrier);
  }
  asm volatile("{ .reg .pred p; again: mbarrier.try_wait.parity.shared.b64 p, [%0], 0; @!p bra again; }" ::"r"(address_of(&barrier)));  //! deadlock
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void bad_count_of_arrivals(int* out, int* in, int n) {
  __shared__ uint64_t barrier;
  if (threadIdx.x == 0) init(&barrier, 33);
  __syncthreads();
  arrive(&barrier);
  asm volatile("{ .reg .pred p; again: mbarrier.try_wait.parity.shared.b64 p, [%0], 0; @!p bra again; }" ::"r"(address_of(&barrier)));  //! deadlock
  out[threadIdx.x] = in[threadIdx.x];
}

// launch 1 32 0 64
extern "C" __global__ void good_store(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  tile[threadIdx.x] = in[threadIdx.x];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bulk(out, tile, sizeof tile);
    asm volatile("cp.async.bulk.wait_group 0;");
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_store_without_proxy_fence(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  if (threadIdx.x == 0) {
    asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], 128;" ::"l"(out), "r"(address_of(tile)) : "memory");  //! async-wait
    asm volatile("cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;");
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_tile_overwritten_before_it_is_stored(int* out, int* in, int n) {
  __shared__ __align__(16) int tile[32];
  tile[threadIdx.x] = in[threadIdx.x];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  if (threadIdx.x == 0) store_bulk(out, tile, sizeof tile);
  __syncthreads();
  tile[threadIdx.x] = 0;  //! async-wait
  if (threadIdx.x == 0) asm volatile("cp.async.bulk.wait_group 0;");
}

// launch 1 64 0 64
extern "C" __global__ void good_named_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  asm volatile("bar.sync %0, %1;" ::"r"(1), "n"(64) : "memory");
  out[threadIdx.x] = tile[63 - threadIdx.x];
}

// launch 1 64 0 64
extern "C" __global__ void bad_count_of_a_named_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  asm volatile("bar.sync 1, 32;" ::: "memory");
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}

// launch 1 32 0 64
extern "C" __global__ void bad_shuffle_of_absent_lanes(int* out, int* in, int n) {
  int value = in[threadIdx.x];
  if (threadIdx.x < 16) asm volatile("shfl.sync.down.b32 %0, %0, 8, 0x1f, 0x0000ffff;" : "+r"(value));  //! sync-misuse
  out[threadIdx.x] = value;
}

// launch 2 32 0 64
extern "C" __global__ void good_flag(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) {
      out[1] = 5;
      asm volatile("st.release.gpu.global.u32 [%0], %1;" ::"l"(in), "r"(1) : "memory");
    }
  } else if (threadIdx.x == 0) {
    int seen;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");
    } while (seen == 0);
    out[2] = out[1];
  }
}

// launch 2 32 0 64
extern "C" __global__ void bad_flag_without_release(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) {
      out[1] = 5;
      asm volatile("st.relaxed.gpu.global.u32 [%0], %1;" ::"l"(in), "r"(1) : "memory");
    }
  } else if (threadIdx.x == 0) {
    int seen;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");
    } while (seen == 0);
    out[2] = out[1];  //! race
  }
}

// launch 2 32 0 64
extern "C" __global__ void bad_flag_released_to_its_block(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) {
      out[1] = 5;
      asm volatile("st.release.cta.global.u32 [%0], %1;" ::"l"(in), "r"(1) : "memory");
    }
  } else if (threadIdx.x == 0) {
    int seen;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");
    } while (seen == 0);
    out[2] = out[1];  //! race
  }
}

// launch 2 32 0 64
extern "C" __global__ void bad_flag_read_for_the_block(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) {
      out[1] = 5;
      asm volatile("st.release.gpu.global.u32 [%0], %1;" ::"l"(in), "r"(1) : "memory");
    }
  } else if (threadIdx.x == 0) {
    int seen;
    do asm volatile("ld.acquire.cta.global.u32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory"); while (seen == 0);  //! race
    out[2] = out[1];
  }
}

// launch 4 64 0 64
extern "C" __global__ void good_atoms_of_the_block(int* out, int* in, int n) {
  int before, *mine = in + 8 * blockIdx.x;
  asm volatile("red.relaxed.cta.global.add.s32 [%0], %1;" ::"l"(mine), "r"(1) : "memory");
  asm volatile("atom.relaxed.gpu.global.max.s32 %0, [%1], %2;" : "=r"(before) : "l"(mine), "r"(1) : "memory");
  if (threadIdx.x == 32) {
    out[blockIdx.x] = 5;
    asm volatile("st.release.cta.global.u32 [%0], %1;" ::"l"(mine + 1), "r"(1) : "memory");
  } else if (threadIdx.x == 0) {
    do asm volatile("atom.acquire.cta.global.or.b32 %0, [%1], 0;" : "=r"(before) : "l"(mine + 1) : "memory"); while (before == 0);
    out[16 + blockIdx.x] = out[blockIdx.x];
  }
}

// launch 4 64 0 64
extern "C" __global__ void bad_atom_of_the_block(int* out, int* in, int n) {
  int before;
  asm volatile("atom.add.acq_rel.cta.global.s32 %0, [%1], 1;" : "=r"(before) : "l"(in) : "memory");  //! race
  if (before == 63) out[blockIdx.x] = before;
}

// launch 4 64 0 64
extern "C" __global__ void bad_swap_of_the_block(int* out, int* in, int n) {
  int before;
  if (threadIdx.x == 0) asm volatile("atom.relaxed.cta.global.cas.b32 %0, [%1], 0, 1;" : "=r"(before) : "l"(in) : "memory");  //! race
}

// launch 1 64 0 64
extern "C" __global__ void bad_plain_wait(int* out, int* in, int n) {
  int seen = 0;
  if (threadIdx.x == 0) {
    while (seen == 0) asm volatile("ld.global.s32 %0, [%1];" : "=r"(seen) : "l"(in) : "memory");  //! race
    while (seen == 1) asm("ld.global.s32 %0, [%1];" : "=r"(seen) : "l"(in));
    out[0] = seen;
  }
  if (threadIdx.x == 32) {
    asm volatile("st.volatile.global.s32 [%0], 1;" ::"l"(in) : "memory");
    __nanosleep(100);
    asm volatile("st.volatile.global.s32 [%0], 2;" ::"l"(in) : "memory");
  }
}

// launch 1 32 0 64
extern "C" __global__ void bad_vector_load(int* out, int* in, int n) {
  int a, b;
  asm("ld.global.v2.u32 {%0, %1}, [%2+4];" : "=r"(a), "=r"(b) : "l"(in + 2 * threadIdx.x));  //! misaligned
  out[threadIdx.x] = a + b;
}

// launch 1 32 0 64
extern "C" __global__ void bad_load_behind_the_end(int* out, int* in, int n) {
  int a;
  asm("ld.global.u32 %0, [%1+%2];" : "=r"(a) : "l"(in + 2 * threadIdx.x), "n"(8));  //! out-of-bounds
  out[threadIdx.x] = a;
}

// launch 1 32 0 64
extern "C" __global__ void good_matrices(int* out, int* in, int n) {
  __shared__ __align__(16) uint16_t tile[8][8];
  tile[threadIdx.x / 4][2 * (threadIdx.x % 4)] = 0x3c00;
  tile[threadIdx.x / 4][2 * (threadIdx.x % 4) + 1] = 0x3c00;
  __syncwarp();
  uint32_t a[2], b;
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(b) : "r"(address_of(tile[threadIdx.x % 8])));
  a[0] = a[1] = b;
  float d[4] = {};
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(b));
  if (d[0] != 8 || d[3] != 8) __trap();
  out[threadIdx.x] = (int)d[1];
}

// launch 1 32 0 64
extern "C" __global__ void bad_matrix_without_syncwarp(int* out, int* in, int n) {
  __shared__ __align__(16) uint16_t tile[8][8];
  tile[threadIdx.x / 4][2 * (threadIdx.x % 4)] = 0;
  tile[threadIdx.x / 4][2 * (threadIdx.x % 4) + 1] = 0;
  uint32_t b;
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];" : "=r"(b) : "r"(address_of(tile[threadIdx.x % 8])));  //! race
  out[threadIdx.x] = (int)b;
}

// launch 1 32 128 64
extern "C" __global__ void good_addresses_that_nothing_takes(int* out, int* in, int n) {
  extern __shared__ __align__(128) uint16_t rows[];
  rows[2 * threadIdx.x] = rows[2 * threadIdx.x + 1] = 5;
  __syncwarp();
  uint32_t b;
  // Of one matrix only the addresses of the first eight lanes count; the others' lie behind the end.
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(b) : "r"(address_of(&rows[8 * threadIdx.x])));
  out[threadIdx.x] = (int)b;
}
