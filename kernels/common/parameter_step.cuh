// One step of an optimizer on a chunk of a parameter, in place, by one block. A thread takes packs of as many elements as are 16 bytes of
// the optimizer's state, or where there is none of the parameter, and has all operands of one in flight before it stores. Where a tensor is
// not aligned to its packs, and at its end, elements go one by one.
//
// A rule has kStates, the tensors of state, and step(weight, gradient, first, second), the weight after the step; the states take the
// gradient in.
#pragma once
#include "common/pack.cuh"
#include "common/tensor_table.cuh"

constexpr int kStepBlock = 256;

// Elements of a pack; the host counts blocks by it.
template <class T, class Rule> constexpr int kStepPack = 16 / (int)(Rule::kStates > 0 ? sizeof(compute_t<T>) : sizeof(T));

template <class T, class Rule> __device__ __forceinline__ void step_chunk(const ParameterChunk<T>& chunk, const Rule& rule) {
  using C = compute_t<T>;
  constexpr int N = kStepPack<T, Rule>;
  constexpr bool kHasFirst = Rule::kStates >= 1, kHasSecond = Rule::kStates >= 2;
  const bool has_master = chunk.master != nullptr;
  const bool aligned = is_aligned<N>(chunk.parameter) && is_aligned<N>(chunk.gradient) && (!kHasFirst || is_aligned<N>(chunk.first)) &&
                       (!kHasSecond || is_aligned<N>(chunk.second)) && is_aligned<N>(chunk.master);
  const i64 whole = aligned ? chunk.count / N * N : 0;
  for (i64 i = threadIdx.x * N; i < whole; i += kStepBlock * N) {
    Pack<T, N> w = *reinterpret_cast<const Pack<T, N>*>(chunk.parameter + i);
    const Pack<T, N> g = *reinterpret_cast<const Pack<T, N>*>(chunk.gradient + i);
    Pack<C, N> first, second, weight;
    if constexpr (kHasFirst) first = *reinterpret_cast<const Pack<C, N>*>(chunk.first + i);
    if constexpr (kHasSecond) second = *reinterpret_cast<const Pack<C, N>*>(chunk.second + i);
    if (has_master) weight = *reinterpret_cast<const Pack<C, N>*>(chunk.master + i);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const C rounded = up(w.v[k]);
      weight.v[k] = rule.step(has_master ? chunk.weight(rounded, weight.v[k]) : rounded, up(g.v[k]), first.v[k], second.v[k]);
      w.v[k] = down<T>(weight.v[k]);
    }
    if constexpr (kHasFirst) *reinterpret_cast<Pack<C, N>*>(chunk.first + i) = first;
    if constexpr (kHasSecond) *reinterpret_cast<Pack<C, N>*>(chunk.second + i) = second;
    *reinterpret_cast<Pack<T, N>*>(chunk.parameter + i) = w;
    if (has_master) *reinterpret_cast<Pack<C, N>*>(chunk.master + i) = weight;
  }
  for (i64 i = whole + threadIdx.x; i < chunk.count; i += kStepBlock) {
    C none;
    C &first = kHasFirst ? chunk.first[i] : none, &second = kHasSecond ? chunk.second[i] : none;
    chunk.set_weight(i, rule.step(chunk.weight(i), up(chunk.gradient[i]), first, second));
  }
}

// Steps a whole parameter, a block to each kStepBlock packs.
template <class T, class Rule>
__device__ __forceinline__ void step_parameter(T* w, const T* gradient, compute_t<T>* first, compute_t<T>* second, i64 n, const Rule& rule) {
  const i64 share = kStepBlock * kStepPack<T, Rule>, start = blockIdx.x * share, count = n - start < share ? n - start : share;
  step_chunk(
      ParameterChunk<T>{w + start, gradient + start, nullptr, Rule::kStates >= 1 ? first + start : nullptr, Rule::kStates >= 2 ? second + start : nullptr, count}, rule);
}
