// Local arrays of structs to the last place: by pointers up to the end, which is named and not touched, as a flat row, as bytes and as words.
// launch 1 4 0 64
struct Pair {
  int value, place;
};
union Word {
  int whole;
  unsigned char bytes[4];
};
struct Held {
  Pair pairs[2][3];
  Word words[2];
};

__device__ void fill(Pair* from, Pair* end, int value) {
  for (Pair* p = from; p != end; ++p) *p = Pair{value, (int)(p - from)};
}

__device__ __noinline__ int sum(const Pair* from, const Pair* end) {
  int total = 0;
  for (; from < end; ++from) total += from->place;
  return total;
}

__global__ void local_arrays_by_pointer(int* out, int* in, int n) {
  Held held = {};
  Pair* flat = &held.pairs[0][0];
  fill(flat, &held.pairs[1][n - 61], in[0]);
  Pair last[4];
  fill(last, &last[n - 60], in[1]);
  Pair* back = &last[n - 60];
  while (back != last) (--back)->value += 1;
  for (int i = 0; i < 4; ++i) held.words[i & 1].bytes[i] = 1;
  __align__(16) Pair copy[4];
  for (int i = 0; i < 4; ++i) copy[i] = *reinterpret_cast<const Pair*>(reinterpret_cast<const char*>(last) + i * sizeof(Pair));
  const int4 words = *reinterpret_cast<const int4*>(&copy[in[0]]);
  Pair* chosen = in[0] == 0 ? &copy[3] : &held.pairs[1][2];
  *chosen = last[n - 61];
  out[threadIdx.x] = sum(flat, flat + 6) + sum(copy, copy + 4) + words.x + held.words[in[0]].whole;
}
