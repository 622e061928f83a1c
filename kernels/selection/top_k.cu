// The k first elements in falling (or rising) order along the middle dimension of a tensor [outer, length, inner], with
// their indices; equal ones in the order of their indices. NaN comes before every number, and -0 is below +0, as in
// argmax and argmin. The host asks for `length` at most.
//
// Up to 256 elements: a block takes one column, reads it once and holds the k first elements of what it has read, in
// their order. Of the next batch, 16 elements a thread at most, which was loaded while the one before it was looked at,
// only those before the k-th one are put behind the held ones; each of them then counts how many are before it, and that
// is its place. Before the first batch there is no k-th one: the threads' own first elements are cut into groups, and k
// groups that begin before an element leave no room for it. That bound also saves a batch of which too many come before
// the k-th one, as in a column that rises; should even that not do, the batch goes by one element of each thread.
// More elements: a block finds them one after another, each time the first of those that come after the last one. It
// reads the column k times, mostly from the cache.
#include "common/order.cuh"
#include "common/pack.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/sort_key.cuh"

constexpr int kTopBlock = 512;    // at most; a power of two
constexpr int kMostHeld = 256;    // the largest k of the first form
constexpr int kCandidates = 896;  // held elements and new ones; at least the held ones and one of each thread

static_assert(kMostHeld + kTopBlock <= kCandidates, "one of each thread fits behind the held ones");

// What stands where an element does: its key, which rises in the order in which elements are wanted, and its index.
template <class K>
struct Ranked {
  K key;
  u32 index;
};
template <class K>
__device__ __forceinline__ bool is_before(Ranked<K> a, Ranked<K> b) {
  return a.key < b.key || (a.key == b.key && a.index < b.index);
}

// The keys of sort_key.cuh, with NaN below every number in both orders: in the rising one its key is the greatest, and
// the next one is 0.
template <class T>
__device__ __forceinline__ sort_key_t<T> top_key(T x, bool largest) {
  const sort_key_t<T> key = sort_key(x, largest);
  return KeyBits<T>::infinity != 0 && !largest ? (sort_key_t<T>)(key + 1) : key;
}

template <class K>
struct Held {
  K key[2][kCandidates];
  u32 index[2][kCandidates];
  Ranked<K> bound;
  int taken;  // of the list that is in use
};

// Keys of fewer than 32 bits are compared as 32.
template <int Bytes>
struct WordOf {
  using type = u32;
};
template <>
struct WordOf<8> {
  using type = u64;
};

// The elements that a thread takes of a batch, in packs of 16 bytes: it copies its own to its own places in shared
// memory, where they are in flight while it looks at the batch before, which is in its registers.
template <class T>
struct Batch {
  using Key = typename WordOf<sizeof(T)>::type;
  static constexpr int kEach = 16 / (int)sizeof(T), kPacks = sizeof(T) == 4 ? 4 : sizeof(T) == 1 ? 1 : 2;
  static constexpr int kItems = kEach * kPacks;
  using Elements = Pack<T, kEach>;

  // The column's element of this thread's item; wraps around, to no element, before the first one. Packs begin at
  // multiples of 16 bytes, `skew` elements before the column's first one.
  __device__ __forceinline__ static u32 index_of(u32 batch, int item, u32 skew) {
    return ((batch * kPacks + item / kEach) * blockDim.x + threadIdx.x) * kEach + item % kEach - skew;
  }

  __device__ __forceinline__ static void start(Elements* next, const T* column, u32 length, i64 inner, u32 batch,
                                               u32 skew) {
#pragma unroll
    for (int p = 0; p < kPacks; ++p) {
      const u32 first = index_of(batch, p * kEach, skew);
      Elements* to = next + p * blockDim.x + threadIdx.x;
      if (inner == 1 && first < length && length - first >= kEach) {
        copy(to, reinterpret_cast<const Elements*>(column + first));
        continue;
      }
#pragma unroll
      for (int i = 0; i < kEach; ++i) {
        const u32 k = first + i;
        if (k < length) to->v[i] = column[k * inner];
      }
    }
  }

#if defined(CK_EMU) || __CUDA_ARCH__ >= 800
  __device__ __forceinline__ static void copy(Elements* to, const Elements* from) {
    ptx::cp_async_cg(ptx::smem_u32(to), from);
  }
  __device__ __forceinline__ static void wait() { ptx::cp_async_wait_all(); }
#else
  __device__ __forceinline__ static void copy(Elements* to, const Elements* from) { *to = *from; }
  __device__ __forceinline__ static void wait() {}
#endif

  // What was copied, as keys; what is no element has the greatest.
  __device__ __forceinline__ static void take(const Elements* next, u32 length, u32 batch, u32 skew, bool largest,
                                              Key (&key)[kItems]) {
    wait();
#pragma unroll
    for (int p = 0; p < kPacks; ++p) {
      const u32 first = index_of(batch, p * kEach, skew);
      const Elements* from = next + p * blockDim.x + threadIdx.x;
      if (first < length && length - first >= kEach) {
        const Elements elements = *from;
#pragma unroll
        for (int i = 0; i < kEach; ++i) key[p * kEach + i] = (Key)top_key(elements.v[i], largest);
      } else {
#pragma unroll
        for (int i = 0; i < kEach; ++i)
          key[p * kEach + i] = first + i < length ? (Key)top_key(from->v[i], largest) : (Key)~(Key)0;
      }
    }
  }
};

// The candidates' list becomes that of the k first ones, in order; the limit, where there are k, the last of them.
template <class K>
__device__ __forceinline__ void keep_first(Held<K>& held, int total, int k, int& list, int& count, Ranked<K>& limit) {
  for (int c = threadIdx.x; c < total; c += blockDim.x) {
    const Ranked<K> mine{held.key[list][c], held.index[list][c]};
    int place = 0;
    for (int other = 0; other < total; ++other)
      place += is_before(Ranked<K>{held.key[list][other], held.index[list][other]}, mine) ? 1 : 0;
    if (place < k) {
      held.key[1 - list][place] = mine.key;
      held.index[1 - list][place] = mine.index;
    }
  }
  list = 1 - list;
  count = total < k ? total : k;
  if (threadIdx.x == 0) held.taken = count;
  __syncthreads();
  if (count == k) limit = {held.key[list][k - 1], held.index[list][k - 1]};
}

// The k-th of the groups' first elements, itself included: k elements of the batch are not behind it. `spare` is the
// list that is not in use. Groups are parts of a warp, or a warp; of a column that rises the first elements stand side by
// side, and no more than about k groups' packs of them pass. With fewer groups than k there is no bound.
template <class Items, class K>
__device__ __forceinline__ Ranked<K> bound_of(Held<K>& held, const K (&key)[Items::kItems], u32 batch, u32 skew,
                                              Ranked<K> limit, int spare, int k) {
  int groups = (int)blockDim.x / 32;
  while (groups < blockDim.x && groups < 2 * Items::kEach * k) groups *= 2;
  if (groups < k) return limit;
  Ranked<K> first{key[0], Items::index_of(batch, 0, skew)};
#pragma unroll
  for (int item = 1; item < Items::kItems; ++item)
    if (key[item] < first.key) first = {key[item], Items::index_of(batch, item, skew)};
  const int lanes = blockDim.x / groups;
  for (int distance = 1; distance < lanes; distance *= 2) {
    const Ranked<K> other{__shfl_xor_sync(0xffffffffu, first.key, distance),
                          __shfl_xor_sync(0xffffffffu, first.index, distance)};
    if (is_before(other, first)) first = other;
  }
  if (threadIdx.x % lanes == 0) {
    held.key[spare][threadIdx.x / lanes] = first.key;
    held.index[spare][threadIdx.x / lanes] = first.index;
  }
  __syncthreads();
  if (threadIdx.x < groups) {
    const Ranked<K> mine{held.key[spare][threadIdx.x], held.index[spare][threadIdx.x]};
    int place = 0;
    for (int other = 0; other < groups; ++other)
      place += is_before(Ranked<K>{held.key[spare][other], held.index[spare][other]}, mine) ? 1 : 0;
    if (place == k - 1) held.bound = {mine.key, mine.index + 1};
  }
  __syncthreads();
  return is_before(held.bound, limit) ? held.bound : limit;
}

// Two blocks on a multiprocessor have 64 KB of floats in flight.
template <class T>
__global__ void __launch_bounds__(kTopBlock, 2)
    top_k(T* values /* [outer, k, inner] */, i64* indices /* as values */, const T* x, u32 length, i64 inner, int k,
          bool largest) {
  using Items = Batch<T>;
  using K = typename Items::Key;
  __shared__ Held<K> held;
  __shared__ typename Items::Elements next[Items::kPacks * kTopBlock];
  const i64 outer = blockIdx.x / inner, i = blockIdx.x % inner;
  const T* column = x + outer * length * inner + i;
  const u32 skew = inner == 1 ? (u32)(reinterpret_cast<u64>(column) / sizeof(T) % Items::kEach) : 0;
  Ranked<K> limit{(K)~(K)0, length};  // before it there is every element, and nothing that is none
  int list = 0, count = 0;
  if (threadIdx.x == 0) held.taken = 0;
  Items::start(next, column, length, inner, 0, skew);
  __syncthreads();
  const u32 step = blockDim.x * Items::kItems, batches = (length + skew + step - 1) / step;
  for (u32 batch = 0; batch < batches; ++batch) {
    K key[Items::kItems];
    Items::take(next, length, batch, skew, largest, key);
    if (batch + 1 < batches) Items::start(next, column, length, inner, batch + 1, skew);
    bool bounded = batch == 0;
    for (;;) {
      if (bounded) limit = bound_of<Items>(held, key, batch, skew, limit, 1 - list, k);
      // Most threads have none, which their keys alone tell.
      bool has_some = false;
#pragma unroll
      for (int item = 0; item < Items::kItems; ++item) has_some |= key[item] <= limit.key;
      int mine = 0;
      if (has_some) {
#pragma unroll
        for (int item = 0; item < Items::kItems; ++item)
          mine += is_before(Ranked<K>{key[item], Items::index_of(batch, item, skew)}, limit) ? 1 : 0;
      }
      if (!__syncthreads_or(mine > 0)) break;
      int slot = mine > 0 ? atomicAdd(&held.taken, mine) : 0;
      __syncthreads();
      const int total = held.taken;
      if (total <= kCandidates) {
        if (mine > 0) {
#pragma unroll
          for (int item = 0; item < Items::kItems; ++item) {
            const u32 index = Items::index_of(batch, item, skew);
            if (!is_before(Ranked<K>{key[item], index}, limit)) continue;
            held.key[list][slot] = key[item];
            held.index[list][slot++] = index;
          }
        }
        __syncthreads();
        keep_first(held, total, k, list, count, limit);
        break;
      }
      __syncthreads();  // all know the total
      if (threadIdx.x == 0) held.taken = count;
      __syncthreads();
      if (!bounded) {
        bounded = true;
        continue;
      }
#pragma unroll 1
      for (int item = 0; item < Items::kItems; ++item) {
        Ranked<K> here{key[0], Items::index_of(batch, item, skew)};
#pragma unroll
        for (int other = 1; other < Items::kItems; ++other) here.key = other == item ? key[other] : here.key;
        if (is_before(here, limit)) {
          slot = atomicAdd(&held.taken, 1);
          held.key[list][slot] = here.key;
          held.index[list][slot] = here.index;
        }
        __syncthreads();
        const int now = held.taken;
        __syncthreads();  // all know how many
        keep_first(held, now, k, list, count, limit);
      }
      break;
    }
  }
  for (int n = threadIdx.x; n < k; n += blockDim.x) {
    const u32 index = held.index[list][n];
    values[(outer * k + n) * inner + i] = down<T>(up(column[index * inner]));
    indices[(outer * k + n) * inner + i] = index;
  }
}

template <class C>
struct Extreme {
  bool largest;
  __device__ C operator()(C a, C b) const { return largest ? math::maximum(a, b) : math::minimum(a, b); }
};

template <class T>
__global__ void __launch_bounds__(kTopBlock) top_k_search(T* values /* [outer, k, inner] */, i64* indices /* as values */,
                                                          const T* x, i64 length, i64 inner, i64 k, bool largest) {
  using C = compute_t<T>;
  __shared__ C part_value[kTopBlock];
  __shared__ i64 part_index[kTopBlock];
  const i64 outer = blockIdx.x / inner, i = blockIdx.x % inner;
  const Extreme<C> extreme{largest};
  Candidate<C> last{C(0), -1};
  for (i64 n = 0; n < k; ++n) {
    Candidate<C> best{C(0), -1};
    for (i64 at = threadIdx.x; at < length; at += blockDim.x) {
      const Candidate<C> here{up(x[(outer * length + at) * inner + i]), at};
      const bool taken = last.index >= 0 && better(last, here, extreme).index == at;
      if (!taken) best = better(best, here, extreme);
    }
    part_value[threadIdx.x] = best.value;
    part_index[threadIdx.x] = best.index;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) {
        best = better(best, {part_value[threadIdx.x + half], part_index[threadIdx.x + half]}, extreme);
        part_value[threadIdx.x] = best.value;
        part_index[threadIdx.x] = best.index;
      }
      __syncthreads();
    }
    last = {part_value[0], part_index[0]};
    __syncthreads();  // the next search overwrites the parts
    if (threadIdx.x == 0) {
      values[(outer * k + n) * inner + i] = down<T>(last.value);
      indices[(outer * k + n) * inner + i] = last.index;
    }
  }
}
