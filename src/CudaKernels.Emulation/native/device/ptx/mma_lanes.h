// The lanes of mma.sync: the fragments of all are put together into matrices by the formulas of common/ptx/mma.cuh, multiplied, and
// given back. What a register of an operand or accumulator holds, MmaOperand and MmaSum say of its type.
#pragma once

namespace ckrt {
// What one register of an operand holds.
template <class T> struct MmaOperand;
template <> struct MmaOperand<double> {
  using Register = double;
  static constexpr int kPerRegister = 1;
  CK_QUIET static double element(double r, int) { return r; }
};

// Accumulators: their sums, and how a register of C becomes sums and sums a register of D.
template <class T> struct MmaSum;
template <> struct MmaSum<float> {
  using Register = float;
  using Sum = double;
  static constexpr int kPerRegister = 1;
  CK_QUIET static void read(float r, double* sums) { sums[0] = r; }
  CK_QUIET static float write(const double* sums) { return (float)sums[0]; }
  CK_QUIET static double add(double a, double b, double sum) { return sum + a * b; }
};
template <> struct MmaSum<int32_t> {
  using Register = int32_t;
  using Sum = int64_t;
  static constexpr int kPerRegister = 1;
  CK_QUIET static void read(int32_t r, int64_t* sums) { sums[0] = r; }
  CK_QUIET static int32_t write(const int64_t* sums) { return (int32_t)(uint32_t)sums[0]; }
  CK_QUIET static int64_t add(int64_t a, int64_t b, int64_t sum) { return sum + a * b; }
};
template <> struct MmaSum<double> {
  using Register = double;
  using Sum = double;
  static constexpr int kPerRegister = 1;
  CK_QUIET static void read(double r, double* sums) { sums[0] = r; }
  CK_QUIET static double write(const double* sums) { return sums[0]; }
  CK_QUIET static double add(double a, double b, double sum) { return fma(a, b, sum); }
};

template <class A, class B, class D, int M, int K> struct Mma {
  static constexpr int kN = 8;
  using OperandA = MmaOperand<A>;
  using OperandB = MmaOperand<B>;
  using Accumulator = MmaSum<D>;
  using Sum = typename Accumulator::Sum;
  static constexpr int kA = M * K / 32 / OperandA::kPerRegister, kB = K * kN / 32 / OperandB::kPerRegister, kC = M * kN / 32 / Accumulator::kPerRegister;

  // A lane's fragments.
  struct Lane {
    typename OperandA::Register a[kA];
    typename OperandB::Register b[kB];
    typename Accumulator::Register c[kC];
  };

  // Consecutive columns of A (rows of B) per register; a fragment's next columns follow after the registers of all four lanes.
  CK_QUIET static int column(int t, int chunk, int element, int per_register) { return per_register * (t + 4 * chunk) + element; }

  CK_QUIET static void run(void** lanes, uint32_t) {
    Sum a[M][K], b[K][kN], d[M][kN];
    for (int lane = 0; lane < 32; ++lane) {
      const auto* mine = (const Lane*)lanes[lane];
      const int g = lane / 4, t = lane % 4;
      for (int i = 0; i < kA; ++i) {
        const int row = M == 16 ? g + 8 * (i % 2) : g, chunk = M == 16 ? i / 2 : i;
        for (int e = 0; e < OperandA::kPerRegister; ++e) a[row][column(t, chunk, e, OperandA::kPerRegister)] = OperandA::element(mine->a[i], e);
      }
      for (int i = 0; i < kB; ++i) {
        for (int e = 0; e < OperandB::kPerRegister; ++e) b[column(t, i, e, OperandB::kPerRegister)][g] = OperandB::element(mine->b[i], e);
      }
      for (int i = 0; i < kC; ++i) {
        const int first = i * Accumulator::kPerRegister;
        Accumulator::read(mine->c[i], &d[g + 8 * (first / 2)][2 * t + first % 2]);
      }
    }
    for (int m = 0; m < M; ++m) {
      for (int k = 0; k < K; ++k) {
        for (int n = 0; n < kN; ++n) d[m][n] = Accumulator::add(a[m][k], b[k][n], d[m][n]);
      }
    }
    for (int lane = 0; lane < 32; ++lane) {
      auto* mine = (Lane*)lanes[lane];
      for (int i = 0; i < kC; ++i) {
        const int first = i * Accumulator::kPerRegister;
        mine->c[i] = Accumulator::write(&d[lane / 4 + 8 * (first / 2)][2 * (lane % 4) + first % 2]);
      }
    }
  }

  // Fragments are copied here, in the kernel's code: the checking mode then sees those that lie in shared memory.
  template <class RD, class RA, class RB>
  __forceinline__ static void multiply(RD (&d)[kC], const RA (&a)[kA], const RB (&b)[kB], const RD (&c)[kC], int line) {
    Lane lane;
    for (int i = 0; i < kA; ++i) lane.a[i] = a[i];
    for (int i = 0; i < kB; ++i) lane.b[i] = b[i];
    for (int i = 0; i < kC; ++i) lane.c[i] = c[i];
    ckrt_warp_instruction(run, &lane, line, "mma.sync");
    for (int i = 0; i < kC; ++i) d[i] = lane.c[i];
  }
};
}  // namespace ckrt
