#include "runtime/switch.h"

#include "runtime/fiber.h"

#if defined(__x86_64__) && !defined(CKRT_UCONTEXT)
asm(R"(
.text
.globl ckrt_switch
.hidden ckrt_switch
.type ckrt_switch,@function
ckrt_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size ckrt_switch,.-ckrt_switch
)");

void* ckrt::first_frame(uintptr_t top, uintptr_t, void (*start)()) {
  auto* frame = (uint64_t*)(top & ~(uintptr_t)63);
  frame[-1] = 0;                // the return address of `start`, which never returns
  frame[-2] = (uint64_t)start;  // what the switch returns to: the stack is then as after a call
  for (int i = 3; i <= 8; ++i) frame[-i] = 0;
  return frame - 8;
}

#elif defined(__aarch64__) && !defined(CKRT_UCONTEXT)
asm(R"(
.text
.globl ckrt_switch
.hidden ckrt_switch
.type ckrt_switch,%function
ckrt_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size ckrt_switch,.-ckrt_switch
)");

void* ckrt::first_frame(uintptr_t top, uintptr_t, void (*start)()) {
  auto* frame = (uint64_t*)((top & ~(uintptr_t)63) - 160);
  for (int i = 0; i < 20; ++i) frame[i] = 0;
  frame[11] = (uint64_t)start;  // x30, the link register
  return frame;
}

#else
// Any other processor: the C library's contexts, which also save the signal mask and so cost a system call per switch.
#include <ucontext.h>

extern "C" void ckrt_switch(void** save, void* to) {
  ucontext_t here;
  *save = &here;
  swapcontext(&here, (ucontext_t*)to);
}

void* ckrt::first_frame(uintptr_t top, uintptr_t bottom, void (*start)()) {
  auto* context = (ucontext_t*)((top - sizeof(ucontext_t)) & ~(uintptr_t)63);
  getcontext(context);
  context->uc_stack.ss_sp = (void*)bottom;
  context->uc_stack.ss_size = ((uintptr_t)context - bottom - 256) & ~(uintptr_t)63;
  context->uc_link = nullptr;
  makecontext(context, start, 0);
  return context;
}
#endif
