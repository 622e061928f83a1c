// A product sum_k A(row, k) * B(column, k) by wgmma, sm_90a, for any kernel that says what its operands are brought from, which tiles
// are made and what becomes of the sums (common/scaled_store.cuh, common/tensor_store.cuh). As many blocks of kWgmmaThreads threads and
// kWgmmaSharedBytes of dynamic shared memory as the device has multiprocessors walk over all tiles, 128 rows high and as wide as the
// arithmetic has it, of all matrices (common/wgmma_tile.cuh), those of one matrix in the order of common/tile_order.cuh. In each the
// first warpgroup gives its registers away and one thread of it brings tiles by TMA, already those of the block's next tile while the
// two others multiply and store, both each tile or in turn (common/wgmma_schedule.cuh). Where k is cut into parts of so many stages,
// each part of a tile is a tile to walk over, and the sums of part p of a matrix go to the store of matrix p * batch + matrix.
//
// Blocks of a cluster take tiles below each other, which have the tile of B in common: of two blocks each brings half of it to both,
// so that a block reads two thirds of the bytes. Those beyond the last row do their part all the same.
#pragma once
#include "common/block_scales.cuh"
#include "common/matrix_problem.cuh"
#include "common/scaled_store.cuh"
#include "common/tensor_store.cuh"
#include "common/tile_order.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// A tile to make: its corner, the row that its rows end before, the matrix that is read and the one that is stored, and the stages that
// are summed; one without any is not made.
struct WgmmaItem {
  i64 row, column, end_row, matrix, store;
  int begin, end;
};

// The tiles of a product to walk over: `count` of them, item(index) is one, and they end before column `columns`. As many stages are
// summed, in parts of part_stages. Tiles of a cluster are one to count.
template <int Columns, int Blocks> struct WgmmaItems {
  static constexpr int kRows = kWgmmaRows * Blocks;
  i64 rows, columns, batch;
  int stages, part_stages;
  i64 down, across, count;

  __device__ __forceinline__ WgmmaItems(i64 rows, i64 columns, i64 batch, int stages, int parts, int part_stages)
      : rows(rows), columns(columns), batch(batch), stages(stages), part_stages(part_stages), down((rows + kRows - 1) / kRows),
        across((columns + Columns - 1) / Columns), count(down * across * batch * parts) {}

  __device__ __forceinline__ WgmmaItem item(i64 index) const {
    // Until this is known no tile is brought: divisions of 64 bits, one after the other, would take some hundred cycles more.
    const u32 tiles = (u32)(down * across), store = (u32)index / tiles, part = store / (u32)batch;
    const TilePlace tile = tile_place((u32)index - store * tiles, (u32)down, (u32)across);
    const int rank = Blocks == 1 ? 0 : (int)ptx::cluster_rank();
    const int begin = (int)part * part_stages, end = begin + part_stages;
    return {tile.row * kRows + rank * kWgmmaRows, tile.column * Columns, rows, store - part * (u32)batch, store, begin, end < stages ? end : stages};
  }
};

// Writes the sums of a consumer to a store of any type. A lambda with a parameter of any type would be a host function to NVRTC.
template <class Math, int Halves> struct WgmmaTileToStore {
  WgmmaSums<Math> (&sums)[Halves];
  i64 row, column, rows, columns;

  template <class Store> __device__ __forceinline__ void operator()(const Store& store) const {
#pragma unroll
    for (int half = 0; half < Halves; ++half) store_wgmma_tile(sums[half], row + half * kConsumerRows, column, rows, columns, store);
  }
};

// What an operand's tiles are brought from is a source. kIsMnMajor says how they lie in shared memory, `Place place(i64 mn, i64 matrix)`
// is all that can be known of those that begin at row or column mn before k is, and load(u32 tile, Place, int stage, u32 barrier) brings
// the one of a stage, all its bytes, with zeros beyond the edges. Scales of stages are for an arithmetic whose stages are added here.
template <class Math, int Blocks, class Schedule = WgmmaCooperative, class A, class B, class Items, class Stores, class Scales = NoBlockScales>
__device__ __forceinline__ void wgmma_walk(const A& a, const B& b, const Items& items, const Stores& stores, const Scales& scales = {}) {
  static_assert(!Scales::kExist || (Math::kSumsStages && Math::kColumns <= kScaleBlock && kWgmmaDepth<Math> == kScaleBlock), "a stage of a tile has one scale of B");
  static_assert(kWgmmaThreads == 384, "the launchers start 384 threads");
  static_assert(kWgmmaSharedBytes<Math> == (Math::kColumns == 256 ? 196672 : Math::kColumns == 128 ? 196704 : 196736), "the launcher gives so much shared memory");
  static_assert(kWgmmaStoreBytes<Stores> == 0 || kWgmmaStoreBytes<Stores> == 32768, "and so much more for stores that go through it");
  static_assert(Schedule::kHalves * Math::kColumns <= 256, "the registers hold no more sums");
  constexpr int kStageBytes = kWgmmaStageBytes<Math>;
  extern __shared__ __align__(1024) u8 shared[];
  using Ring = WgmmaRing<kStageBytes, Blocks, Schedule>;
  const Ring ring{ptx::smem_u32(shared) + kWgmmaStoreBytes<Stores>};
  ring.start_ring();
  const i64 first = blockIdx.x / Blocks, clusters = gridDim.x / Blocks;
  const int consumer = (int)threadIdx.x / 128 - 1;
  typename Ring::Place stage;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      for (i64 i = first; i < items.count; i += clusters) {
        const WgmmaItem item = items.item(i);
        if (item.begin == item.end) continue;
        const typename A::Place place_a = a.place(item.row, item.matrix);
        const typename B::Place place_b = b.place(item.column, item.matrix);
        for (int step = item.begin; step < item.end; ++step) {
          ring.wait_empty(stage);
          const u32 full = ring.full(stage.index);
          ptx::mbarrier_arrive_expect_tx(full, kStageBytes);
          a.load(ring.tile_a(stage.index), place_a, step, full);
          b.load(ring.tile_b(stage.index), place_b, step, full);
          stage.advance();
        }
      }
    }
  } else {
    ptx::setmaxnreg_inc<232>();
    Schedule schedule{consumer};
    schedule.start();
    for (i64 i = first; i < items.count; i += clusters) {
      const WgmmaItem item = items.item(i);
      if (item.begin == item.end) continue;
      if (!schedule.takes_next()) {
        stage.skip(item.end - item.begin);
        continue;
      }
      WgmmaSums<Math> sums[Schedule::kHalves];
      if constexpr (Math::kSumsStages) {
        static_assert(Schedule::kHalves == 1, "two sets of sums fill the registers");
        sum_wgmma_stages<Math, A::kIsMnMajor, B::kIsMnMajor>(sums[0], ring, stage, consumer, item.end - item.begin, [&](int step) {
          return scales.template at<2, 8>(item.row + consumer * kConsumerRows + wgmma_lane_row(), item.column, item.begin + step);
        });
      } else {
        multiply_wgmma_tile<Math, A::kIsMnMajor, B::kIsMnMajor>(sums, ring, stage, schedule, item.end - item.begin);
      }
      with_store(stores, item.store, WgmmaTileToStore<Math, Schedule::kHalves>{sums, item.row + schedule.first_row(), item.column, item.end_row, items.columns});
    }
    schedule.finish();
    if constexpr (kWgmmaStoreBytes<Stores> > 0) ptx::bulk_wait<0>();
  }
  ring.finish_ring();
}

// The matrices of a map, [matrices, mn, k] or MN-major [matrices, k, mn], as a source of tiles of `Extent` rows or columns. Where a
// product is made of several, as many stages of each follow each other; the map then has twice as many matrices, the small parts
// first, and SmallProduct says which product takes those. Blocks is how many have a tile in common.
template <class Math, bool MnMajor, int Extent, int SmallProduct, int Blocks> struct WgmmaMatrices {
  static constexpr bool kIsMnMajor = MnMajor;
  struct Place {
    i64 mn, matrix;
  };
  const ptx::TensorMap* map;
  i64 matrices;  // 1 where all products share one
  int stages;    // of one product

  __device__ __forceinline__ Place place(i64 mn, i64 matrix) const { return {mn, matrices == 1 ? 0 : matrix}; }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    i64 k = stage, matrix = place.matrix;
    if constexpr (Math::kProducts > 1) {
      const int product = stage / stages;
      k -= (i64)product * stages;
      if (product != SmallProduct) matrix += matrices;
    }
    load_wgmma_tile<MnMajor, Extent, Blocks>(tile, map, place.mn, k * kWgmmaDepth<Math>, matrix, barrier);
  }
};

// The stages of one product, and of as many as one is made of.
template <class Math> __device__ __forceinline__ int wgmma_depth_stages(const MatrixProblem& p) { return (int)((p.k + kWgmmaDepth<Math> - 1) / kWgmmaDepth<Math>); }
template <class Math> __device__ __forceinline__ int wgmma_stages(const MatrixProblem& p) { return wgmma_depth_stages<Math>(p) * Math::kProducts; }

// op(A) * op(B). The maps are of [batch, m, k], or [batch, k, m] when transposed, and of [batch, k, n], or [batch, n, k]; one whose
// matrices have a step of 0 is of a batch of one.
template <class Math, int Blocks, bool TransposeA, bool TransposeB, class Schedule = WgmmaCooperative, class Stores, class Scales = NoBlockScales>
__device__ __forceinline__ void wgmma_product(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores,
                                              int parts, int part_stages, const Scales& scales = {}) {
  static_assert(Math::kProducts == 1 || Math::kProducts == 3, "small * big, big * small, big * big: of the four products one is left out");
  if (threadIdx.x == 0) {
    ptx::prefetch_tensor_map(&map_a);
    ptx::prefetch_tensor_map(&map_b);
  }
  const int stages = wgmma_depth_stages<Math>(p);
  const WgmmaMatrices<Math, TransposeA, kWgmmaRows, 0, 1> a{&map_a, p.batch_a == 0 ? 1 : p.batch, stages};
  const WgmmaMatrices<Math, !TransposeB, Math::kColumns, 1, Blocks> b{&map_b, p.batch_b == 0 ? 1 : p.batch, stages};
  wgmma_walk<Math, Blocks, Schedule>(a, b, WgmmaItems<Math::kColumns, Blocks>(p.m, p.n, p.batch, wgmma_stages<Math>(p), parts, part_stages), stores, scales);
}

// All of k as one part.
template <class Math, int Blocks, bool TransposeA, bool TransposeB, class Schedule = WgmmaCooperative, class Stores>
__device__ __forceinline__ void wgmma_product(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores) {
  wgmma_product<Math, Blocks, TransposeA, TransposeB, Schedule>(map_a, map_b, p, stores, 1, wgmma_stages<Math>(p));
}
#endif
