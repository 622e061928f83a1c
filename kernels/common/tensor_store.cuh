// Results of 16 bits that leave a product by wgmma (common/wgmma_product.cuh) through TMA, sm_90a, whatever their values are made by
// (common/scaled_store.cuh, common/fused_store.cuh). A warpgroup lays boxes of 64 rows by 64 columns into shared memory by stmatrix, as
// the swizzle of 128 bytes has them, and one of its threads hands each to the copy engine, which writes whole rows of 128 bytes and leaves
// out what lies beyond the matrix, while the warpgroup goes on. From registers, rows of 16 bytes would be written.
//
// Each consumer has room for two boxes at the start of dynamic shared memory. A box is written when the store from its place has been
// read out; the thread that issued it waits for that, the others for the thread. Then all make what they wrote visible to the copy
// engine and meet again before it is told to read.
#pragma once
#include "common/pack_pair.cuh"
#include "common/ptx/tensor_map.cuh"
#include "common/scaled_store.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/barrier.cuh"
#include "common/ptx/stmatrix.cuh"
#include "common/ptx/tma_store.cuh"

constexpr int kStoreColumns = 64;  // of a box, 128 bytes
constexpr int kStorePlaces = 2;    // of boxes, of a consumer
constexpr u32 kStoreBarrier = 3;   // the named barrier of the first consumer; the turns of a schedule have those before

// Stores of a matrix, and of all matrices: `map`, if it is one, is of the whole result, [matrices, rows, columns] in boxes of 1 x 64 x 64.
template <class Store> struct TensorStore {
  Store store;
  const ptx::TensorMap* map;
  i64 matrix;
};
template <class Store> struct TensorStores {
  static constexpr bool kMayBeMapped = sizeof(typename Store::Element) == 2;
  Store stores;
  const ptx::TensorMap* map;
  bool is_mapped;
};

template <class Store> __device__ __forceinline__ Store register_store(const TensorStores<Store>& stores) { return stores.stores; }

template <class Store> constexpr int kWgmmaStoreBytes<TensorStores<Store>> = TensorStores<Store>::kMayBeMapped ? 2 * kStorePlaces * kBoxBytes : 0;

template <class Whole, class Parts> constexpr int kWgmmaStoreBytes<WholeOrParts<Whole, Parts>> = kWgmmaStoreBytes<Whole>;

template <class Store, class Use> __device__ __forceinline__ void with_store(const TensorStores<Store>& stores, i64 matrix, const Use& use) {
  if constexpr (TensorStores<Store>::kMayBeMapped) {
    if (stores.is_mapped) {
      use(TensorStore<Store>{stores.stores.of(matrix), stores.map, matrix});
      return;
    }
  }
  with_store(stores.stores, matrix, use);
}

// What a lane has of a box as values, packed in pairs. A store that reads at the places of its results does so within rows x columns,
// where there is one place at least.
template <class Store, bool IsByColumn = kIsByColumn<Store>> struct BoxValues {
  __device__ __forceinline__ void read(const Store&, i64, i64) {}
  template <class Sum> __device__ __forceinline__ u32 pair(const Store& store, int, i64 row, i64 column, i64 rows, i64 columns, Sum first, Sum second) const {
    if constexpr (Store::kReads) {
      const i64 inside = row < rows ? row : rows - 1, left = column < columns ? column : columns - 1, right = column + 1 < columns ? column + 1 : columns - 1;
      return pack_pair<typename Store::Element>(store.value(inside, left, first), store.value(inside, right, second));
    } else {
      return pack_pair<typename Store::Element>(store.value(row, column, first), store.value(row, column + 1, second));
    }
  }
};

// Those of a store whose values depend on their column: what it reads of the columns of a box is read before.
template <class Store> struct BoxValues<Store, true> {
  typename Store::template Columns<kStoreColumns / 8> of;

  __device__ __forceinline__ void read(const Store& store, i64 first_column, i64 columns) {
    of = store.template columns<kStoreColumns / 8>(first_column + 2 * (threadIdx.x % 4), columns);
  }
  template <class Sum> __device__ __forceinline__ u32 pair(const Store&, int eight, i64, i64, i64, i64, Sum first, Sum second) const {
    return pack_pair<typename Store::Element>(of.value(2 * eight, first), of.value(2 * eight + 1, second));
  }
};

// Lays what a warp has of a box into it, beyond rows x columns anything: the copy engine leaves it out. Of 16 columns four matrices of
// 8 x 8 are stored at a time, whose rows the lanes name in turn: the upper and the lower left one, then the right ones.
template <class Sum, int Sums, class Store>
__device__ __forceinline__ void fill_store_box(
    u32 box, const Sum (&sums)[Sums], int first_sum, i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store, const BoxValues<Store>& of) {
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x % 128 / 32 * 16;
  const u32 to = box + (warp_row + lane % 16) * kWgmmaRowBytes;
#pragma unroll
  for (int c = 0; c < kStoreColumns / 8; c += 2) {
    u32 values[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const i64 row = first_row + warp_row + i % 2 * 8 + lane / 4, column = first_column + 8 * (c + i / 2) + 2 * (lane % 4);
      const int sum = first_sum + 4 * (c + i / 2) + i % 2 * 2;
      values[i] = of.pair(store, c + i / 2, row, column, rows, columns, sums[sum], sums[sum + 1]);
    }
    ptx::stmatrix(to + ((c + lane / 16) ^ lane % 8) * 16, values);
  }
}

// What store_wgmma_tile of common/wgmma_tile.cuh is to stores from registers. Without a column of a box its place is taken by a group of
// no copies, so that the next box in it waits for the one before.
// What is read of a box's columns is read while the box before it is laid out.
template <class Sum, int Sums, class Store>
__device__ __forceinline__ void store_wgmma_tile(const Sum (&sums)[Sums], i64 first_row, i64 first_column, i64 rows, i64 columns, const TensorStore<Store>& store) {
  constexpr int kBoxes = 2 * Sums / kStoreColumns, kPlaces = kBoxes < kStorePlaces ? kBoxes : kStorePlaces;
  static_assert(kBoxes % kPlaces == 0, "each call begins at the first place");
  extern __shared__ __align__(1024) u8 shared[];
  const int consumer = (int)threadIdx.x / 128 - 1;
  const u32 boxes = ptx::smem_u32(shared) + consumer * kStorePlaces * kBoxBytes;
  const bool issues = threadIdx.x % 128 == 0;
  BoxValues<Store> next;
  if (first_row < rows && first_column < columns) next.read(store.store, first_column, columns);
#pragma unroll
  for (int i = 0; i < kBoxes; ++i) {
    const i64 column = first_column + i * kStoreColumns;
    if (first_row < rows && column < columns) {
      const BoxValues<Store> of = next;
      if (i + 1 < kBoxes && column + kStoreColumns < columns) next.read(store.store, column + kStoreColumns, columns);
      const u32 box = boxes + i % kPlaces * kBoxBytes;
      if (issues) ptx::bulk_wait_read<kPlaces - 1>();
      ptx::barrier_sync(kStoreBarrier + consumer, 128);
      fill_store_box(box, sums, i * kStoreColumns / 2, first_row, column, rows, columns, store.store, of);
      ptx::fence_proxy_async_shared();
      ptx::barrier_sync(kStoreBarrier + consumer, 128);
      if (issues) ptx::tma_store_3d(store.map, (i32)column, (i32)first_row, (i32)store.matrix, box);
    }
    if (issues) ptx::bulk_commit();
  }
}
#endif
