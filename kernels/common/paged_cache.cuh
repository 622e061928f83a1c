// Keys and values in pages, as the host describes them (PagedCacheShape.cs): a page holds page_length rows of each head, and
// a table tells for each sequence in which pages its positions lie. Tables and lengths are data on the device: what they hold
// may be wrong, so nothing is read or written where they name no place.
#pragma once
#include "common/indexing.cuh"

// Keys are [pages, heads, page_length, head_dim], values [pages, heads, page_length, value_dim], the table
// [sequences, table_pages].
struct PagedCache {
  i64 pages, heads, page_length, table_pages;
};

__device__ __forceinline__ bool holds(const PagedCache& cache, i64 length) {
  return length >= 0 && length <= cache.table_pages * cache.page_length;
}

// Where the table says that a position lies: a page, which may not exist, and a row of it.
struct PageRow {
  i32 page;
  i64 row;
};
__device__ __forceinline__ PageRow page_row_of(const PagedCache& cache, const i32* table /* of the sequence */, i64 position) {
  const i64 index = quotient_of(position, cache.page_length);
  return {table[index], position - index * cache.page_length};
}

// In which row, counted over [pages, heads, page_length], a head keeps a position of a sequence; -1 where the table names no
// page.
__device__ __forceinline__ i64 row_of(const PagedCache& cache, i64 head, PageRow at) {
  if (at.page < 0 || at.page >= cache.pages) return -1;
  return (at.page * cache.heads + head) * cache.page_length + at.row;
}
__device__ __forceinline__ i64 row_of(const PagedCache& cache, const i32* table /* of the sequence */, i64 head,
                                      i64 position) {
  return row_of(cache, head, page_row_of(cache, table, position));
}
