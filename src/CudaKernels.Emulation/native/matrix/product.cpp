// The arithmetic of wgmma. Products of two elements are exact in double and so, nearly, is their sum; with the old accumulator it is
// rounded once, to nearest even, per instruction. A GPU keeps fewer bits inside: tests allow for that.
#include "matrix/product.h"

#include <math.h>

namespace ckrt {
// What every processor of 64 bits computes at a time.
typedef double Pair __attribute__((vector_size(16)));

static double a_sign(const ckrt_wgmma& form) { return form.negate_a ? -1 : 1; }
static double b_sign(const ckrt_wgmma& form) { return form.negate_b ? -1 : 1; }

// To [mn][k] of the operand's elements; `across` is the distance of neighbours along mn, `along` along k.
static void read_operand(const Operand& operand, uint32_t extent, uint32_t type, double sign, double* to, uint32_t across, uint32_t along) {
  const uint32_t bytes = element_bytes(type), in_chunk = 16 / bytes;
  const OperandShape shape = shape_of(operand.mn_major, extent, type);
  for (uint32_t line = 0; line < shape.lines; ++line) {
    for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk) {
      const uint8_t* from = operand.origin + chunk_address(operand.matrix, operand.mn_major, line, chunk);
      double* target = operand.mn_major ? to + line * along + chunk * in_chunk * across : to + line * across + chunk * in_chunk * along;
      const uint32_t step = operand.mn_major ? across : along;
      for (uint32_t i = 0; i < in_chunk; ++i) target[i * step] = sign * element(from + i * bytes, type);
    }
  }
}

// The registers of A hold what mma.sync's do, a warp of the group per 16 rows.
static void read_fragments(const std::vector<uint32_t>& registers, uint32_t type, double sign, double* to, uint32_t across) {
  const uint32_t bytes = element_bytes(type), in_register = 4 / bytes;
  for (uint32_t thread = 0; thread < kWarpgroup; ++thread) {
    for (uint32_t r = 0; r < 4; ++r) {
      const uint32_t row = thread / 32 * 16 + thread % 32 / 4 + r % 2 * 8;
      const uint32_t column = (thread % 4 + r / 2 * 4) * in_register;
      const auto* from = (const uint8_t*)&registers[thread * 4 + r];
      for (uint32_t i = 0; i < in_register; ++i) to[row * across + column + i] = sign * element(from + i * bytes, type);
    }
  }
}

static uint32_t round_result(double sum, const ckrt_wgmma& form) {
  switch (form.accumulator) {
    case CKRT_TO_F32: return bits_of((float)sum);
    case CKRT_TO_F16: return bits_of(half_to_float(double_to_half(sum)));
    default:
      if (form.saturate) sum = sum > 2147483647.0 ? 2147483647.0 : sum < -2147483648.0 ? -2147483648.0 : sum;
      return (uint32_t)(int64_t)sum;
  }
}

// No other thread runs meanwhile, and fibers' stacks are small.
struct Workspace {
  alignas(16) double a[kRows * 32], b[32 * 256], row[256];
};

// sums[n] = (accumulate ? sums[n] : 0) + a[k] * b[k][n]. Eight columns at a time stay in registers while k runs.
static void multiply_row(const double* a, const Pair* b, uint32_t depth, uint32_t pairs, bool accumulate, Pair* sums) {
  for (uint32_t n = 0; n < pairs; n += 4) {
    Pair sum0 = {}, sum1 = {}, sum2 = {}, sum3 = {};
    const Pair* factors = b + n;
    for (uint32_t k = 0; k < depth; ++k, factors += pairs) {
      const Pair factor = {a[k], a[k]};
      sum0 += factor * factors[0];
      sum1 += factor * factors[1];
      sum2 += factor * factors[2];
      sum3 += factor * factors[3];
    }
    // Without accumulation the old value must not matter, not even a NaN.
    sums[n] = accumulate ? sums[n] + sum0 : sum0;
    sums[n + 1] = accumulate ? sums[n + 1] + sum1 : sum1;
    sums[n + 2] = accumulate ? sums[n + 2] + sum2 : sum2;
    sums[n + 3] = accumulate ? sums[n + 3] + sum3 : sum3;
  }
}

void multiply(const Product& product, uint32_t* values) {
  const ckrt_wgmma& form = product.form;
  const uint32_t depth = 32 / element_bytes(form.type_a), columns = form.columns;
  // By a pointer: what every thread has from its start must stay small (the engine is compiled for initial-exec).
  static thread_local Workspace* t_workspace;
  if (t_workspace == nullptr) t_workspace = new Workspace();
  Workspace* space = t_workspace;
  if (product.registers.empty()) read_operand(product.a, kRows, form.type_a, a_sign(form), space->a, depth, 1);
  else read_fragments(product.registers, form.type_a, a_sign(form), space->a, depth);
  read_operand(product.b, columns, form.type_b, b_sign(form), space->b, 1, columns);
  double* row = space->row;
  for (uint32_t m = 0; m < kRows; ++m) {
    uint32_t* old = values + m * columns;
    if (form.accumulator == CKRT_TO_S32) {
      for (uint32_t n = 0; n < columns; ++n) row[n] = (int32_t)old[n];
    } else {
      for (uint32_t n = 0; n < columns; ++n) row[n] = float_of(old[n]);
    }
    multiply_row(space->a + m * depth, (const Pair*)space->b, depth, columns / 2, form.accumulate, (Pair*)row);
    if (form.accumulator == CKRT_TO_F32) {
      for (uint32_t n = 0; n < columns; ++n) old[n] = bits_of((float)row[n]);
    } else {
      for (uint32_t n = 0; n < columns; ++n) old[n] = round_result(row[n], form);
    }
  }
}

uint32_t register_count(const ckrt_wgmma& form) { return form.columns / (form.accumulator == CKRT_TO_F16 ? 4 : 2); }

static uint32_t place(const ckrt_wgmma& form, uint32_t thread, uint32_t i) {
  const uint32_t m = 16 * (thread / 32) + thread % 32 / 4 + 8 * (i / 2 % 2), n = 8 * (i / 4) + 2 * (thread % 4) + i % 2;
  return m * form.columns + n;
}

void read_registers(const ckrt_wgmma& form, uint32_t thread, const uint32_t* registers, uint32_t* values) {
  for (uint32_t i = 0; i < form.columns / 2; ++i) {
    values[place(form, thread, i)] = form.accumulator == CKRT_TO_F16 ? bits_of(half_to_float(registers[i / 2] >> (i % 2 * 16) & 0xFFFF)) : registers[i];
  }
}

void write_registers(const ckrt_wgmma& form, uint32_t thread, const uint32_t* values, uint32_t* registers) {
  for (uint32_t i = 0; i < form.columns / 2; ++i) {
    const uint32_t value = values[place(form, thread, i)];
    if (form.accumulator != CKRT_TO_F16) registers[i] = value;
    else if (i % 2 == 0) registers[i / 2] = double_to_half(float_of(value));
    else registers[i / 2] |= (uint32_t)double_to_half(float_of(value)) << 16;
  }
}
}  // namespace ckrt
