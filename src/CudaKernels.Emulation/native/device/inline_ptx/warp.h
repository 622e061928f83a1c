// Operations of a warp and matrix instructions of inline PTX, on the meetings of device/warp.h.
#pragma once
#include "device/ptx/matrix_rows.h"
#include "device/ptx/mma_lanes.h"

namespace ckrt::ptx_asm {
enum class ShuffleKind { kUp, kDown, kButterfly, kIndex };

// The third operand holds the limit in bits 0 to 4 and the segments' mask in bits 8 to 12.
template <class A, class B, class C, class M> __forceinline__ uint32_t shuffle(ShuffleKind kind, A value, B operand, C segments, M members, bool& inside, CK_LINE) {
  const int lane = (int)ckrt::lane(), b = (int)(as<uint32_t>(operand) & 31), limit = (int)(as<uint32_t>(segments) & 31), mask = (int)(as<uint32_t>(segments) >> 8 & 31);
  const int last = (lane & mask) | (limit & ~mask), first = lane & mask;
  int source = kind == ShuffleKind::kUp ? lane - b : kind == ShuffleKind::kDown ? lane + b : kind == ShuffleKind::kButterfly ? lane ^ b : first | (b & ~mask);
  inside = kind == ShuffleKind::kUp ? source >= last : source <= last;
  if (!inside) source = lane;
  return ckrt::shuffle(as<uint32_t>(members), as<uint32_t>(value), source, line, "shfl.sync");
}
enum VoteKind { kAny, kAll, kUniform, kBallot };
template <class P, class M> __forceinline__ uint32_t vote(VoteKind kind, P predicate, M members, CK_LINE) {
  const ckrt::Vote votes = ckrt::vote(as<uint32_t>(members), as<bool>(predicate), line, "vote.sync");
  return kind == kBallot ? votes.ballot : kind == kAny ? votes.ballot != 0 : votes.ballot == votes.present || (kind == kUniform && votes.ballot == 0);
}
template <class T, class A, class M> __forceinline__ uint32_t match(A value, M members, bool all, CK_LINE) {
  const ckrt::Gather lanes = ckrt::gather(as<uint32_t>(members), as<T>(value), line, "match.sync");
  uint32_t same = 0;
  for (uint32_t rest = lanes.present; rest != 0; rest &= rest - 1) same |= (uint32_t)(lanes.all[__builtin_ctz(rest)] == lanes.value) << __builtin_ctz(rest);
  return all && same != lanes.present ? 0 : same;
}
template <class Operation, class T, class A, class M> __forceinline__ T redux(A value, M members, CK_LINE) {
  return ckrt::reduce(as<uint32_t>(members), as<T>(value), [](T a, T b) -> T { return Operation::next(a, b); }, line, "redux.sync");
}
CK_QUIET inline void elect_all(void** lanes, uint32_t present) {
  const uint32_t leader = ckrt_elected_lane(present);
  for (uint32_t rest = present; rest != 0; rest &= rest - 1) *(uint32_t*)lanes[__builtin_ctz(rest)] = leader;
}
template <class M> __forceinline__ uint32_t elect(M members, CK_LINE) {
  uint32_t leader = 0;
  ckrt_rendezvous(as<uint32_t>(members), elect_all, &leader, line, "elect.sync");
  return leader;
}
CK_QUIET inline void nothing(void**, uint32_t) {}
__forceinline__ void setmaxnreg(CK_LINE) { ckrt_rendezvous(0xffffffffu, nothing, nullptr, line, "setmaxnreg"); }

template <bool kTransposed, class R, int N, class A> __forceinline__ void ldmatrix(Targets<R, N> to, A address, int64_t offset, CK_LINE) {
  MatrixRows<N> rows;
  rows.address = (uint32_t)(as<uint64_t>(address) + (uint64_t)offset);
  ckrt_warp_instruction(MatrixRows<N>::template load<kTransposed>, &rows, line, "ldmatrix");
  for (int i = 0; i < N; ++i) set(*to.at[i], rows.registers[i]);
}
template <bool kTransposed, class R, int N, class A> __forceinline__ void stmatrix(A address, int64_t offset, Values<R, N> values, CK_LINE) {
  MatrixRows<N> rows;
  rows.address = (uint32_t)(as<uint64_t>(address) + (uint64_t)offset);
  for (int i = 0; i < N; ++i) rows.registers[i] = as<uint32_t>(values.at[i]);
  ckrt_warp_instruction(MatrixRows<N>::template store<kTransposed>, &rows, line, "stmatrix");
}
struct Moved { uint32_t from, to; };
CK_QUIET inline void movmatrix_all(void** lanes, uint32_t) {
  for (int lane = 0; lane < 32; ++lane) {
    auto* mine = (Moved*)lanes[lane];
    mine->to = 0;
    for (int half = 0; half < 2; ++half) {
      const int row = 2 * (lane % 4) + half, column = lane / 4;
      mine->to |= (((const Moved*)lanes[4 * row + column / 2])->from >> (16 * (column % 2)) & 0xffffu) << (16 * half);
    }
  }
}
template <class A> __forceinline__ uint32_t movmatrix(A value, CK_LINE) {
  Moved moved{as<uint32_t>(value), 0};
  ckrt_warp_instruction(movmatrix_all, &moved, line, "movmatrix");
  return moved.to;
}
}  // namespace ckrt::ptx_asm

namespace ckrt {
namespace ptx_asm {
struct s8 {};
struct u8 {};
}  // namespace ptx_asm
template <> struct MmaOperand<ptx_asm::f16> {
  using Register = uint32_t;
  static constexpr int kPerRegister = 2;
  CK_QUIET static double element(uint32_t r, int i) { return ptx_asm::number(ptx_asm::f16{(uint16_t)(r >> (16 * i))}); }
};
template <> struct MmaOperand<ptx_asm::bf16> {
  using Register = uint32_t;
  static constexpr int kPerRegister = 2;
  CK_QUIET static double element(uint32_t r, int i) { return ptx_asm::number(ptx_asm::bf16{(uint16_t)(r >> (16 * i))}); }
};
// Of a float the low 13 bits are not looked at.
template <> struct MmaOperand<ptx_asm::tf32> {
  using Register = uint32_t;
  static constexpr int kPerRegister = 1;
  CK_QUIET static double element(uint32_t r, int) { return bits<float>(r & 0xffffe000u); }
};
template <> struct MmaOperand<ptx_asm::s8> {
  using Register = uint32_t;
  static constexpr int kPerRegister = 4;
  CK_QUIET static int64_t element(uint32_t r, int i) { return (int8_t)(r >> (8 * i)); }
};
template <> struct MmaOperand<ptx_asm::u8> {
  using Register = uint32_t;
  static constexpr int kPerRegister = 4;
  CK_QUIET static int64_t element(uint32_t r, int i) { return (uint8_t)(r >> (8 * i)); }
};
template <> struct MmaSum<ptx_asm::f16> {
  using Register = uint32_t;
  using Sum = double;
  static constexpr int kPerRegister = 2;
  CK_QUIET static void read(uint32_t r, double* sums) {
    sums[0] = ptx_asm::number(ptx_asm::f16{(uint16_t)r});
    sums[1] = ptx_asm::number(ptx_asm::f16{(uint16_t)(r >> 16)});
  }
  CK_QUIET static uint32_t write(const double* sums) { return ptx_asm::round_to<ptx_asm::f16>(sums[0]).bits | (uint32_t)ptx_asm::round_to<ptx_asm::f16>(sums[1]).bits << 16; }
  CK_QUIET static double add(double a, double b, double sum) { return sum + a * b; }
};
}  // namespace ckrt

namespace ckrt::ptx_asm {
template <class A, class B, class D, int M, int K, class RD, int ND, class RA, int NA, class RB, int NB, class RC, int NC>
__forceinline__ void mma(Targets<RD, ND> d, Values<RA, NA> a, Values<RB, NB> b, Values<RC, NC> c, CK_LINE) {
  using Product = Mma<A, B, D, M, K>;
  static_assert(NA == Product::kA && NB == Product::kB && NC == Product::kC && ND == Product::kC, "an operand of mma has another number of registers");
  typename Product::Lane lane;
  for (int i = 0; i < NA; ++i) set(lane.a[i], a.at[i]);
  for (int i = 0; i < NB; ++i) set(lane.b[i], b.at[i]);
  for (int i = 0; i < NC; ++i) set(lane.c[i], c.at[i]);
  ckrt_warp_instruction(Product::run, &lane, line, "mma.sync");
  for (int i = 0; i < ND; ++i) set(*d.at[i], lane.c[i]);
}
}  // namespace ckrt::ptx_asm
