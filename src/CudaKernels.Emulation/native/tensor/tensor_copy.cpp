// Tensor copies of the copy engine (TMA): tiles between a tensor in global memory and shared memory, swizzled there. A load fills up
// what lies beyond the tensor, a store leaves it out.
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <vector>

#include "runtime/async_abi.h"
#include "runtime/block.h"
#include "tensor/reduction.h"
#include "tensor/tensor_abi.h"
#include "tensor/tile.h"

namespace ckrt {
// What a copy needs when it is carried out.
struct TensorCopy {
  Tile tile;
  uint8_t* shared;
  uint32_t reduction;
};

template <class... T> [[noreturn]] static void refuse(Fiber* fiber, const ckrt_tensor_copy& copy, int rule, uint64_t pc, const char* format, T... values) {
  char text[320];
  snprintf(text, sizeof text, format, values...);
  report(fiber, rule, copy.line, 0, pc, "%s: %s", copy.name, text);
  leave_block(block_of(fiber));
}

static const TensorMap& read_map(Fiber* fiber, const ckrt_tensor_copy& copy, uint64_t pc) {
  const auto address = (uintptr_t)copy.map;
  if (address % 64 != 0) refuse(fiber, copy, CKRT_MISALIGNED, pc, "the tensor map at 0x%llx lies at no multiple of 64: pass it as a const __grid_constant__ parameter", (unsigned long long)address);
  if (Checker* checker = checker_of(fiber); checker != nullptr && !on_fiber_stack(address)) checker->look(fiber, address, sizeof(TensorMap), 0, pc);
  const auto& map = *(const TensorMap*)copy.map;
  if (!is_tensor_map(map)) refuse(fiber, copy, CKRT_SYNC_MISUSE, pc, "the 128 bytes at 0x%llx are no tensor map, or were changed since cuTensorMapEncode", (unsigned long long)address);
  return map;
}

static Tile read_tile(Fiber* fiber, const ckrt_tensor_copy& copy, uint64_t pc) {
  Tile tile{read_map(fiber, copy, pc), {}, {}};
  memcpy(tile.at, copy.at, sizeof tile.at);
  memcpy(tile.offsets, copy.offsets, sizeof tile.offsets);
  const TensorMap& map = tile.map;
  if (map.rank != copy.rank) refuse(fiber, copy, CKRT_SYNC_MISUSE, pc, "%u coordinates for a tensor map of %u dimensions", copy.rank, map.rank);
  if (map.is_im2col != copy.is_im2col) refuse(fiber, copy, CKRT_SYNC_MISUSE, pc, copy.is_im2col ? "the tensor map is of tiles, the instruction is im2col" : "the tensor map is im2col, the instruction is of tiles");
  return tile;
}

static void check_place(Fiber* fiber, const ckrt_tensor_copy& copy, const Tile& tile, uint64_t pc) {
  const uint32_t width = swizzle_width(tile.map), alignment = std::max(8 * width, 128u);
  if (copy.shared % alignment != 0) {
    if (width == 0) refuse(fiber, copy, CKRT_MISALIGNED, pc, "a tile at the shared address 0x%x, which is no multiple of 128", copy.shared);
    refuse(fiber, copy, CKRT_MISALIGNED, pc, "a tile with a swizzle of %u bytes at the shared address 0x%x, which is no multiple of %u, after which the pattern repeats", width, copy.shared, alignment);
  }
  if (width != 0 && tile.row_bytes() != width) {
    refuse(fiber, copy, CKRT_LIMIT, pc, "rows of %u bytes under a swizzle of %u bytes are not modelled: make the innermost extent as wide as the swizzle", tile.row_bytes(), width);
  }
}

// Calls visit(byte in shared memory, byte of the run, bytes) for each piece of a run that the swizzle leaves together.
template <class F> static void pieces(uint32_t at, uint32_t bytes, uint32_t width, F visit) {
  if (width == 0) return visit(at, 0u, bytes);
  for (uint32_t done = 0; done < bytes;) {
    const uint32_t piece = std::min(16 - (at + done) % 16, bytes - done);
    visit(swizzle_address(at + done, width), done, piece);
    done += piece;
  }
}

static void fill(const Tile& tile, uint8_t* shared) {
  const uint32_t bytes = tile.bytes(), size = element_size(tile.map);
  if (tile.map.fill == 0) {
    memset(shared, 0, bytes);
    return;
  }
  // Which NaN is not documented; every bit but the sign is one in each of the formats.
  memset(shared, 0xFF, bytes);
  for (uint32_t i = size - 1; i < bytes; i += size) shared[i] = 0x7F;
}

// What the element type does to a number on its way into shared memory.
static void convert(const TensorMap& map, uint8_t* at, uint32_t bytes) {
  if (map.element < kF32Flushed) return;
  for (uint32_t i = 0; i + 4 <= bytes; i += 4) {
    uint32_t bits;
    memcpy(&bits, at + i, 4);
    if (map.element != kTf32 && (bits & 0x7F800000u) == 0) bits &= 0x80000000u;
    // To 10 bits of mantissa, the nearest; ties to the even one. Infinities and NaN stay as they are.
    if (map.element != kF32Flushed && (bits & 0x7F800000u) != 0x7F800000u) bits = (bits + 0x0FFFu + (bits >> 13 & 1)) & ~0x1FFFu;
    memcpy(at + i, &bits, 4);
  }
}

static void load_now(void* state) {
  auto* copy = (TensorCopy*)state;
  const uint32_t width = swizzle_width(copy->tile.map);
  fill(copy->tile, copy->shared);
  copy->tile.runs([&](uint32_t at, uint64_t address, uint32_t bytes) {
    pieces(at, bytes, width, [&](uint32_t to, uint32_t from, uint32_t count) {
      memcpy(copy->shared + to, (const uint8_t*)address + from, count);
      convert(copy->tile.map, copy->shared + to, count);
    });
  });
}

static void store_now(void* state) {
  auto* copy = (TensorCopy*)state;
  const uint32_t width = swizzle_width(copy->tile.map);
  copy->tile.runs([&](uint32_t at, uint64_t address, uint32_t bytes) {
    pieces(at, bytes, width, [&](uint32_t from, uint32_t to, uint32_t count) {
      if (copy->reduction == CKRT_NO_REDUCTION) memcpy((uint8_t*)address + to, copy->shared + from, count);
      else reduce(copy->tile.map.element, copy->reduction, (uint8_t*)address + to, copy->shared + from, count);
    });
  });
}

static void load_into(Fiber* fiber, const ckrt_tensor_copy& copy, const Tile& tile, uint32_t shared, uint32_t barrier, uint64_t pc) {
  const TensorCopy state{tile, shared_pointer(fiber, shared, tile.bytes(), 1, copy.line, pc, nullptr), CKRT_NO_REDUCTION};
  std::vector<ckrt_async_range> ranges;
  ranges.push_back({state.shared, tile.bytes(), kWrite});
  if (checker_of(fiber) != nullptr) {
    tile.runs([&](uint32_t, uint64_t address, uint32_t bytes) { ranges.push_back({(const void*)address, bytes, 0}); });
  }
  const ckrt_async request{copy.name, copy.line, pc, CKRT_TRANSACTION, 1, barrier, tile.bytes(), load_now, &state, sizeof state, (uint32_t)ranges.size(), ranges.data()};
  ckrt_async_issue(&request);
}
}  // namespace ckrt

#define CK_PC ((uint64_t)__builtin_return_address(0) - 1)

CKRT_API void ckrt_tensor_load(const ckrt_tensor_copy* copy) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  const Tile tile = read_tile(fiber, *copy, pc);
  check_place(fiber, *copy, tile, pc);
  if (copy->blocks == 0) return load_into(fiber, *copy, tile, copy->shared, copy->barrier, pc);
  for (uint32_t rank = 0; rank < 16; ++rank) {
    if (copy->blocks >> rank & 1) load_into(fiber, *copy, tile, ckrt_map_shared(copy->shared, rank, copy->line), ckrt_map_shared(copy->barrier, rank, copy->line), pc);
  }
}

CKRT_API void ckrt_tensor_store(const ckrt_tensor_copy* copy) {
  using namespace ckrt;
  Fiber* fiber = self();
  const uint64_t pc = CK_PC;
  const Tile tile = read_tile(fiber, *copy, pc);
  check_place(fiber, *copy, tile, pc);
  if (copy->reduction != CKRT_NO_REDUCTION && !has_reduction(tile.map.element, copy->reduction)) refuse(fiber, *copy, CKRT_SYNC_MISUSE, pc, "the reduction does not exist for the tensor map's element type (%u)", tile.map.element);
  const TensorCopy state{tile, shared_pointer(fiber, copy->shared, tile.bytes(), 1, copy->line, pc, nullptr), copy->reduction};
  std::vector<ckrt_async_range> ranges;
  if (checker_of(fiber) != nullptr) {
    const uint32_t width = swizzle_width(tile.map), flags = copy->reduction == CKRT_NO_REDUCTION ? kWrite : kWrite | kAtomic;
    tile.runs([&](uint32_t at, uint64_t address, uint32_t bytes) {
      ranges.push_back({(const void*)address, bytes, flags});
      // A whole row stays in its place as a whole.
      if (bytes == width) ranges.push_back({state.shared + at, bytes, 0});
      else pieces(at, bytes, width, [&](uint32_t from, uint32_t, uint32_t count) { ranges.push_back({state.shared + from, count, 0}); });
    });
  }
  const ckrt_async request{copy->name, copy->line, pc, CKRT_BULK_GROUP, 1, 0, 0, store_now, &state, sizeof state, (uint32_t)ranges.size(), ranges.data()};
  ckrt_async_issue(&request);
}

// A prefetch brings nothing that a program could see; its map and coordinates are looked at all the same.
CKRT_API void ckrt_tensor_prefetch(const ckrt_tensor_copy* copy) { ckrt::read_tile(ckrt::self(), *copy, CK_PC); }

CKRT_API void ckrt_tensor_prefetch_map(const void* map, int line) {
  const ckrt_tensor_copy copy{"prefetch.tensormap", line, map, 0, {}, 0, 0, 0, 0, {}, 0};
  ckrt::read_map(ckrt::self(), copy, CK_PC);
}
