// One wgmma.mma_async in numbers: D[64, N] (+)= A[64, K] * B[K, N], K being 32 bytes of elements.
#pragma once
#include <stdint.h>

#include <vector>

#include "matrix/descriptor.h"
#include "matrix/elements.h"
#include "matrix/wgmma_abi.h"

namespace ckrt {
constexpr uint32_t kWarpgroup = 128;
constexpr uint32_t kRows = 64;

// An operand in shared memory.
struct Operand {
  MatrixDescriptor matrix;
  bool mn_major;
  const uint8_t* origin;  // the pointer of shared address 0 in the part of the window that the operand lies in
};

struct Product {
  ckrt_wgmma form;
  Operand a, b;
  std::vector<uint32_t> registers;  // of A: four of each thread; empty where it lies in shared memory
};

// The rows of chunks of an operand: `lines` of them with `chunks` each.
struct OperandShape {
  uint32_t lines, chunks;
};
inline OperandShape shape_of(bool mn_major, uint32_t extent, uint32_t type) { return mn_major ? OperandShape{32 / element_bytes(type), extent / 8} : OperandShape{extent, 2}; }

// `values` is D in row-major order: the bits of a float, of an int, or of a float that an f16 holds.
void multiply(const Product& product, uint32_t* values);

// Between D and the registers of a thread, `packed` where two f16 share one.
uint32_t register_count(const ckrt_wgmma& form);
void read_registers(const ckrt_wgmma& form, uint32_t thread, const uint32_t* registers, uint32_t* values);
void write_registers(const ckrt_wgmma& form, uint32_t thread, const uint32_t* values, uint32_t* registers);
}  // namespace ckrt
