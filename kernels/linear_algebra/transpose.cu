// y[b][r][c] = x[b][c][r] for a batch of matrices, bit for bit: the copies in which the dimension that is dense in memory changes. The
// batch is of one dimension or of two, b = outer * inner_batch + inner.
//
// Moves rows * columns elements in and out. Read or written straight, one of the two sides would touch a memory sector per element;
// so a block takes a tile through shared memory, 64 x 64 elements of 2 or 4 bytes, 128 x 128 of one byte, 32 x 32 of eight, and both
// sides move whole stretches of 128 or 256 bytes. A thread has four loads of 16 bytes in flight, of four neighbouring lines of x; it
// exchanges lines and rows among its registers, so that each store to shared memory holds four neighbours of a row of y, and reads the
// tile back by 16 bytes. In a row of the tile, the place of each 16 bytes is exclusive-ored with the thread that wrote the row: the
// lanes that store at once, to different rows, then lie in different banks, and so do those that load along a row.
// Tiles at the edges, and those whose addresses are not multiples of 16 bytes, move element by element on the side that it concerns.
// The element type only stands for its size. Tiles lie along the grid's x (columns of y first), the matrices of a batch along y.
#include "common/numeric.cuh"
#include "common/ptx/cache.cuh"
#include "common/ptx/permute.cuh"

template <u32 Words> struct alignas(4 * Words) Vector { u32 word[Words]; };

constexpr u32 kLines = 4;  // of x that a thread takes

template <class T> struct Tile {
  static constexpr u32 kSize = sizeof(T);
  static constexpr u32 kVector = 16 / kSize;
  static constexpr u32 kSide = kSize == 1 ? 128 : kSize == 8 ? 32 : 64;
  static constexpr u32 kVectors = kSide / kVector;  // in a line of x, and in a row of y
  static constexpr u32 kThreads = kSide / kLines * kVectors;
  static constexpr u32 kWords = kLines * kSize / 4;  // that a thread has of one row of y

  // Where element (r, c) of y lies in the tile, in bytes.
  __device__ __forceinline__ static u32 place(u32 r, u32 c) {
    const u32 vector = c / kVector ^ (r / kVector & 7);
    return r * kSide * kSize + vector * 16 + c % kVector * kSize;
  }

  // Element i of each of four lines, side by side.
  __device__ __forceinline__ static Vector<kWords> across(const Vector<4> (&lines)[kLines], u32 i) {
    Vector<kWords> row;
    if constexpr (kSize == 1) {
      const u32 selector = (i & 1) != 0 ? 0x7531 : 0x6420;  // two neighbours in a word: bytes of equal parity, then one of each pair
      const u32 first = ptx::prmt(lines[0].word[i / 4], lines[1].word[i / 4], selector), second = ptx::prmt(lines[2].word[i / 4], lines[3].word[i / 4], selector);
      row.word[0] = ptx::prmt(first, second, (i & 2) != 0 ? 0x7531 : 0x6420);
    } else if constexpr (kSize == 2) {
      const u32 selector = (i & 1) != 0 ? 0x7632 : 0x5410;
      row.word[0] = ptx::prmt(lines[0].word[i / 2], lines[1].word[i / 2], selector);
      row.word[1] = ptx::prmt(lines[2].word[i / 2], lines[3].word[i / 2], selector);
    } else {
      constexpr u32 kWordsEach = kSize / 4;
#pragma unroll
      for (u32 w = 0; w < kWords; ++w) row.word[w] = lines[w / kWordsEach].word[i * kWordsEach + w % kWordsEach];
    }
    return row;
  }
};

// Whether vectors of 16 bytes may be moved between `first` and `first` + step, + 2 * step, …
template <class T> __device__ __forceinline__ bool moves_vectors(const T* first, i64 step) {
  return reinterpret_cast<u64>(first) % 16 == 0 && step % (i64)Tile<T>::kVector == 0;
}

template <class T>
__global__ void __launch_bounds__(Tile<T>::kThreads, 1024 / Tile<T>::kThreads) transpose(
    T* y,        // [batch, rows, columns], rows y_step apart
    const T* x,  // [batch, columns, rows], columns x_step apart
    i64 rows, i64 columns, i64 y_step, i64 x_step,
    i64 batch, i64 inner_batch,         // matrices; of the inner dimension
    i64 y_inner, i64 x_inner,           // the steps between them
    i64 y_outer, i64 x_outer) {
  using Shape = Tile<T>;
  constexpr u32 kSide = Shape::kSide, kVector = Shape::kVector, kGroups = kSide / kLines, kWarps = Shape::kThreads / 32;
  __shared__ Vector<4> vectors[kSide * Shape::kVectors];
  u8* const tile = reinterpret_cast<u8*>(vectors);
  const u32 tiles_across = (u32)((columns + kSide - 1) / kSide);
  const i64 row = blockIdx.x / tiles_across * (i64)kSide, column = blockIdx.x % tiles_across * (i64)kSide;
  const u32 height = rows - row < kSide ? (u32)(rows - row) : kSide, width = columns - column < kSide ? (u32)(columns - column) : kSide;
  const bool full = height == kSide && width == kSide;
  const u32 vector = threadIdx.x % Shape::kVectors, group = threadIdx.x / Shape::kVectors, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  for (i64 b = blockIdx.y; b < batch; b += gridDim.y) {
    const i64 outer = inner_batch == batch ? 0 : (i64)((u32)b / (u32)inner_batch), inner = b - outer * inner_batch;
    const T* from = x + outer * x_outer + inner * x_inner + column * x_step + row;
    if (full && moves_vectors(from, x_step)) {
      Vector<4> lines[kLines];
#pragma unroll
      for (u32 i = 0; i < kLines; ++i) lines[i] = ptx::load_nc(reinterpret_cast<const Vector<4>*>(from + (group * kLines + i) * x_step + vector * kVector));
#pragma unroll
      for (u32 i = 0; i < kVector; ++i) {
        const Vector<Shape::kWords> part = Shape::across(lines, i);
        constexpr u32 kPiece = Shape::kWords < 4 ? Shape::kWords : 4;  // words in one vector of the tile
#pragma unroll
        for (u32 w = 0; w < Shape::kWords; w += kPiece) {
          Vector<kPiece> piece;
#pragma unroll
          for (u32 k = 0; k < kPiece; ++k) piece.word[k] = part.word[w + k];
          *reinterpret_cast<Vector<kPiece>*>(tile + Shape::place(vector * kVector + i, group * kLines + w * 4 / Shape::kSize)) = piece;
        }
      }
    } else {
      constexpr u32 kAtOnce = 4, kStrips = kSide / 32;  // lines that a warp has in flight, and elements of each that a lane has
      for (u32 first = warp; first < width; first += kAtOnce * kWarps) {
        T value[kAtOnce][kStrips];
#pragma unroll
        for (u32 i = 0; i < kAtOnce * kStrips; ++i) {
          const u32 c = first + i / kStrips * kWarps, r = i % kStrips * 32 + lane;
          if (c < width && r < height) value[i / kStrips][i % kStrips] = from[c * x_step + r];
        }
#pragma unroll
        for (u32 i = 0; i < kAtOnce * kStrips; ++i) {
          const u32 c = first + i / kStrips * kWarps, r = i % kStrips * 32 + lane;
          if (c < width && r < height) *reinterpret_cast<T*>(tile + Shape::place(r, c)) = value[i / kStrips][i % kStrips];
        }
      }
    }
    __syncthreads();
    T* to = y + outer * y_outer + inner * y_inner + row * y_step + column;
    if (full && moves_vectors(to, y_step)) {
#pragma unroll
      for (u32 i = 0; i < kLines; ++i) {
        const u32 r = i * kGroups + group;
        const Vector<4> line = *reinterpret_cast<const Vector<4>*>(tile + Shape::place(r, vector * kVector));
        ptx::store_cg(reinterpret_cast<Vector<4>*>(to + r * y_step + vector * kVector), line);
      }
    } else {
      for (u32 r = warp; r < height; r += kWarps) {
        for (u32 c = lane; c < width; c += 32) to[r * y_step + c] = *reinterpret_cast<const T*>(tile + Shape::place(r, c));
      }
    }
    __syncthreads();  // the next matrix overwrites the tile
  }
}
