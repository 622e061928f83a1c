// Hardware faults and endless loops in kernel code become reports: the signal handler sends the faulting fiber to a recovery
// stack, from where its block is abandoned. Signals that other code raised go on to the handlers that were there before.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/block.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace ckrt {
static const int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
static struct sigaction g_previous[64];

struct Fault {
  Fiber* fiber;
  int signal;
  uint64_t address, pc;
  uintptr_t stack;
};
static thread_local Fault t_fault;

// The worker whose blocks this thread runs, and how long its kernel has been at it.
struct Watch {
  Worker* worker;
  uint32_t ticks, idle_ticks, limit;
  uint64_t beats;
};
static thread_local Watch t_watch;
constexpr uint32_t kTick = 5;                // milliseconds
constexpr uint32_t kIdleLimit = 10000 / kTick;  // of a checked kernel that does nothing that is seen

constexpr uintptr_t kNearMain = 4 << 20;  // what a worker's own stack may reach around where it left it

static int tick_signal() { return SIGRTMAX - 3; }  // far from the signals that the .NET runtime takes

#if defined(__x86_64__)
static uintptr_t stack_of(ucontext_t* context) { return (uintptr_t)context->uc_mcontext.gregs[REG_RSP]; }
static uintptr_t code_of(ucontext_t* context) { return (uintptr_t)context->uc_mcontext.gregs[REG_RIP]; }
static void redirect(ucontext_t* context, void (*target)(), uintptr_t stack) {
  context->uc_mcontext.gregs[REG_RIP] = (greg_t)target;
  context->uc_mcontext.gregs[REG_RSP] = (greg_t)((stack & ~(uintptr_t)63) - 8);  // as after a call
}
#elif defined(__aarch64__)
static uintptr_t stack_of(ucontext_t* context) { return (uintptr_t)context->uc_mcontext.sp; }
static uintptr_t code_of(ucontext_t* context) { return (uintptr_t)context->uc_mcontext.pc; }
static void redirect(ucontext_t* context, void (*target)(), uintptr_t stack) {
  context->uc_mcontext.pc = (uint64_t)target;
  context->uc_mcontext.sp = stack & ~(uintptr_t)63;
}
#else
// Elsewhere a fault in kernel code ends the process, as it would in any other code.
static uintptr_t stack_of(ucontext_t*) { return 0; }
static uintptr_t code_of(ucontext_t*) { return 0; }
static void redirect(ucontext_t*, void (*)(), uintptr_t) {}
#endif

// Where in the kernel it happened: a fault in a function of the runtime belongs to the kernel's line that called it, whose return
// address is the nearest one on the stack.
static uint64_t kernel_code(const Fault& fault) {
  const Launch* launch = block_of(fault.fiber)->worker->launch;
  const auto inside = [&](uint64_t code) { return code >= launch->text_low && code < launch->text_high; };
  if (inside(fault.pc)) return fault.pc;
  const uintptr_t bottom = kStackBase + ((uintptr_t)(fault.fiber - (Fiber*)kFiberBase) << kStackShift), top = bottom + ((uintptr_t)1 << kStackShift);
  for (uintptr_t at = std::max(fault.stack & ~(uintptr_t)7, bottom + kPage); at < top; at += 8) {
    const uint64_t code = *(const uint64_t*)at;
    if (inside(code)) return code - 1;
  }
  return fault.pc;
}

// Runs on the recovery stack, outside the signal handler.
static void after_fault() {
  Fault fault = t_fault;
  fault.pc = kernel_code(fault);
  RunningBlock* block = block_of(fault.fiber);
  const uintptr_t bottom = kStackBase + ((uintptr_t)(fault.fiber - (Fiber*)kFiberBase) << kStackShift);
  switch (fault.signal) {
    case SIGFPE: report(fault.fiber, CKRT_FAULT, 0, 0, fault.pc, "integer division by zero (a GPU gives an undefined result)"); break;
    case SIGILL:
    case SIGTRAP: report(fault.fiber, CKRT_FAULT, 0, 0, fault.pc, "the kernel ran into a trap"); break;
    default:
      if (fault.address >= bottom && fault.address < bottom + kPage) {
        report(fault.fiber, CKRT_FAULT, 0, fault.address, fault.pc, "the thread's stack of %u KiB overflowed: deep recursion or a large local array", (1u << kStackShift) / 1024);
      } else {
        report(fault.fiber, CKRT_OUT_OF_BOUNDS, 0, fault.address, fault.pc, "access to address 0x%llx, which lies in no device memory", (unsigned long long)fault.address);
      }
  }
  leave_block(block);
}

static void after_lost_stack() {
  Fault fault = t_fault;
  report(fault.fiber, CKRT_FAULT, 0, 0, fault.pc, "a thread of the block has overwritten its own stack: a local array was written beyond its end");
  leave_block(block_of(fault.fiber));
}

static void after_time_limit() {
  Fault fault = t_fault;
  report(fault.fiber, CKRT_HANG, 0, 0, fault.pc, "the thread still runs after the time limit: an endless loop, or a wait for a thread that cannot run meanwhile");
  leave_block(block_of(fault.fiber));
}

static void on_fault(int signal, siginfo_t* info, void* data) {
  auto* context = (ucontext_t*)data;
  const uintptr_t stack = stack_of(context);
  const auto address = (uintptr_t)info->si_addr;
  // A growing frame is probed somewhat above its stack pointer, which may by then lie below the thread's own stack.
  const bool overflow = (signal == SIGSEGV || signal == SIGBUS) && in_stack_guard(address) && address - stack < kPage;
  if (overflow || on_fiber_stack(stack)) {
    Fiber* fiber = fiber_of(overflow ? address : stack);
    t_fault = {fiber, signal, address, code_of(context), stack};
    Worker* worker = block_of(fiber)->worker;
    redirect(context, after_fault, (uintptr_t)worker->recovery_stack + sizeof worker->recovery_stack);
    return;
  }
  // A thread that has overwritten its own frames may fault with any stack pointer: the stack of the worker itself it is not.
  if (t_watch.worker != nullptr && t_watch.worker->running && stack - (uintptr_t)t_watch.worker->main_stack + kNearMain > 2 * kNearMain) {
    Worker* worker = t_watch.worker;
    t_fault = {fiber(worker, 0), signal, 0, code_of(context)};
    redirect(context, after_lost_stack, (uintptr_t)worker->recovery_stack + sizeof worker->recovery_stack);
    return;
  }
  struct sigaction& previous = g_previous[signal];
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, data);
  } else if (previous.sa_handler != SIG_IGN && previous.sa_handler != SIG_DFL) {
    previous.sa_handler(signal);
  } else {
    ::signal(signal, SIG_DFL);  // returning repeats the fault, which then takes its default course
  }
}

// Whether the kernel has run too long. The checking mode makes every access slow, and ends by itself what accesses memory in vain;
// by time it ends what does nothing that it sees, such as a loop without accesses.
static bool is_over_time() {
  const Worker* worker = t_watch.worker;
  const bool checked = worker->launch->checked != nullptr;
  ++t_watch.ticks;
  if (checked && worker->checker->beats() == t_watch.beats) ++t_watch.idle_ticks;
  else t_watch.idle_ticks = 0;
  if (checked) t_watch.beats = worker->checker->beats();
  return t_watch.ticks >= t_watch.limit || t_watch.idle_ticks >= kIdleLimit;
}

// Only kernel code is interrupted: the runtime's own may hold a lock. The timer keeps ticking until it meets kernel code.
static void on_tick(int, siginfo_t*, void* data) {
  if (t_watch.worker == nullptr || !t_watch.worker->running || !is_over_time()) return;
  auto* context = (ucontext_t*)data;
  const uintptr_t stack = stack_of(context), code = code_of(context);
  if (!on_fiber_stack(stack)) return;
  Fiber* fiber = fiber_of(stack);
  Worker* worker = block_of(fiber)->worker;
  if (code < worker->launch->text_low || code >= worker->launch->text_high) return;
  t_fault = {fiber, 0, 0, code, stack};
  redirect(context, after_time_limit, (uintptr_t)worker->recovery_stack + sizeof worker->recovery_stack);
}

void install_fault_handlers() {
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int signal : kFaults) sigaction(signal, &action, &g_previous[signal]);
  struct sigaction tick {};
  tick.sa_sigaction = on_tick;
  tick.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER;
  sigaction(tick_signal(), &tick, nullptr);
}

// A handler cannot run on the stack whose overflow it reports.
void use_signal_stack() {
  stack_t stack{};
  stack.ss_size = 64 * 1024;
  stack.ss_sp = malloc(stack.ss_size);
  sigaltstack(&stack, nullptr);
}

static thread_local timer_t t_timer;
static thread_local bool t_timer_made;

void start_watchdog(Worker* worker, uint32_t milliseconds) {
  const uint32_t limit = milliseconds / kTick;
  t_watch = {worker, 0, 0, limit == 0 ? 1 : limit, 0};
  if (milliseconds == 0) return;
  if (!t_timer_made) {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = tick_signal();
    event.sigev_notify_thread_id = (int)syscall(SYS_gettid);
    t_timer_made = timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &t_timer) == 0;
  }
  itimerspec time{};
  time.it_value = time.it_interval = {0, (long)kTick * 1000000};
  if (t_timer_made) timer_settime(t_timer, 0, &time, nullptr);
}

void stop_watchdog() {
  t_watch.worker = nullptr;
  itimerspec none{};
  if (t_timer_made) timer_settime(t_timer, 0, &none, nullptr);
}
}  // namespace ckrt
