// New rows of keys and values go where a page table says, as the last ones of their sequences, bit for bit: row i of `rows`
// becomes position length - rows + i. Positions before the first, those of a length that the table has no room for, and
// those in a page that does not exist are left out. A thread for each element, keys and values in one launch: a decoding
// step appends few, and would only wait for a second one.
#include "common/paged_cache.cuh"

template <class T>
__global__ void __launch_bounds__(256)
    append_to_pages(T* key_pages, T* value_pages, const T* keys /* [sequences, heads, rows, key_width] */,
                    const T* values, const i32* table, const i32* lengths, i64 elements, i64 rows, i64 key_width,
                    i64 value_width, PagedCache cache) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= elements) return;
  const i64 from = quotient_of(element, key_width + value_width), column = element - from * (key_width + value_width);
  const Place at = place_of(from, cache.heads, rows);
  const i64 length = lengths[at.outer], position = length - rows + at.inner;
  if (position < 0 || !holds(cache, length)) return;
  const i64 to = row_of(cache, table + at.outer * cache.table_pages, at.middle, position);
  if (to < 0) return;
  if (column < key_width) {
    key_pages[to * key_width + column] = keys[from * key_width + column];
  } else {
    value_pages[to * value_width + column - key_width] = values[from * value_width + column - key_width];
  }
}
