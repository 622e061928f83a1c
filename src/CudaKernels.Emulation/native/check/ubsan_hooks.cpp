// What the compiler's undefined-behaviour sanitizer calls. Its own library is not linked: these functions are.
#include <stdio.h>
#include <string.h>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
struct SourceLocation {
  const char* file;
  uint32_t line, column;
};
struct TypeDescriptor {
  uint16_t kind, info;
  char name[1];
};

static void undefined(const SourceLocation& where, int rule, const char* what, void* pc, bool stops = false) {
  if (!on_fiber_stack(stack_pointer())) return;
  Fiber* fiber = self();
  Checker* checker = checker_of(fiber);
  if (checker == nullptr) return;
  ckrt_finding finding;
  fill_finding(fiber, finding, rule);
  finding.pc = (uint64_t)pc - 1;
  finding.file = where.file;
  finding.line = (int32_t)where.line;
  snprintf(finding.message, sizeof finding.message, "%s", what);
  block_of(fiber)->worker->launch->checked->findings.add(finding);
  if (!stops) return;
  break_launch(fiber, rule, finding.line, 0, finding.pc, finding.message);
  leave_block(block_of(fiber));
}
}  // namespace ckrt

using namespace ckrt;
#define CK_HOOK extern "C" __attribute__((visibility("default")))
#define CK_PC __builtin_return_address(0)

struct OutOfBounds { SourceLocation where; const TypeDescriptor *array, *index; };
struct Shift { SourceLocation where; const TypeDescriptor *left, *right; };
struct Overflow { SourceLocation where; const TypeDescriptor* type; };
struct TypeMismatch { SourceLocation where; const TypeDescriptor* type; uint8_t log_alignment, kind; };

CK_HOOK void __ubsan_handle_out_of_bounds(OutOfBounds* data, uintptr_t index) {
  char text[200];
  snprintf(text, sizeof text, "index %lld is outside %s", (long long)(data->index->info & 1 ? (int64_t)(int32_t)index : (int64_t)index), data->array->name);
  undefined(data->where, CKRT_OUT_OF_BOUNDS, text, CK_PC, true);  // what it would damage may be the thread's own stack
}

CK_HOOK void __ubsan_handle_shift_out_of_bounds(Shift* data, uintptr_t left, uintptr_t right) {
  char text[200];
  snprintf(text, sizeof text, "shift of %s by %lld: the count is negative or no less than the width, or bits are lost from a signed value", data->left->name, (long long)(int32_t)right);
  undefined(data->where, CKRT_UNDEFINED, text, CK_PC);
}

#define CK_OVERFLOW(handler, word)                                                               \
  CK_HOOK void __ubsan_handle_##handler(Overflow* data, uintptr_t, uintptr_t) {                      \
    char text[200];                                                                               \
    snprintf(text, sizeof text, word " of %s beyond its range", data->type->name);                \
    undefined(data->where, CKRT_UNDEFINED, text, CK_PC);                                          \
  }
CK_OVERFLOW(add_overflow, "signed addition")
CK_OVERFLOW(sub_overflow, "signed subtraction")
CK_OVERFLOW(mul_overflow, "signed multiplication")
CK_HOOK void __ubsan_handle_negate_overflow(Overflow* data, uintptr_t) {
  char text[200];
  snprintf(text, sizeof text, "negation of the lowest %s", data->type->name);
  undefined(data->where, CKRT_UNDEFINED, text, CK_PC);
}
// By zero, or the lowest value by -1; the processor would fault next.
CK_HOOK void __ubsan_handle_divrem_overflow(Overflow* data, uintptr_t, uintptr_t) {
  char text[200];
  snprintf(text, sizeof text, "division of %s by zero, or of its lowest value by -1", data->type->name);
  undefined(data->where, CKRT_UNDEFINED, text, CK_PC, true);
}

CK_HOOK void __ubsan_handle_type_mismatch_v1(TypeMismatch* data, uintptr_t pointer) {
  const uintptr_t alignment = (uintptr_t)1 << data->log_alignment;
  char text[200];
  if (pointer % alignment == 0) {
    if (pointer == 0) return;  // the access itself is reported
    snprintf(text, sizeof text, "access to %s at 0x%llx is not within the variable that its address was made of", data->type->name, (unsigned long long)pointer);
    undefined(data->where, CKRT_OUT_OF_BOUNDS, text, CK_PC, true);  // what it would damage may be the thread's own stack
    return;
  }
  snprintf(text, sizeof text, "access to %s at 0x%llx, which is no multiple of %llu", data->type->name, (unsigned long long)pointer, (unsigned long long)alignment);
  undefined(data->where, CKRT_MISALIGNED, text, CK_PC, true);  // a GPU faults
}
