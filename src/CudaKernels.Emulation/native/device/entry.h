// How the managed side finds a kernel: the generated end of every translation unit holds one CK_ENTRY per kernel and one
// CK_GLOBAL per module variable.
#pragma once

struct ck_parameter { uint32_t offset, size, kind; };  // kind: 0 pointer, 1 pointer to const, 2 floating, 3 signed, 4 unsigned, 5 struct
struct ck_entry {
  const char* expression;
  const void* function;
  void (*call)(void** args);
  uint32_t parameter_count, max_threads;
  const ck_parameter* parameters;
  uint32_t cluster[3];  // of __cluster_dims__; zeros: the launch chooses
};
struct ck_global {
  const char* name;
  void* address;
  uint64_t size, is_constant;
};

namespace ckrt {
template <class P> constexpr uint32_t kind_of() {
  if constexpr (std::is_pointer_v<P>) return std::is_const_v<std::remove_pointer_t<P>> ? 1 : 0;
  if constexpr (std::is_floating_point_v<P>) return 2;
  if constexpr (std::is_enum_v<P>) return 4;
  if constexpr (std::is_integral_v<P>) return std::is_signed_v<P> && !std::is_same_v<P, bool> ? 3 : 4;
  return 5;
}

template <class... P> struct ParameterList {
  ck_parameter list[sizeof...(P) + 1];
  constexpr ParameterList() : list{} {
    uint32_t offset = 0, i = 0;
    ((offset = (offset + alignof(P) - 1) / alignof(P) * alignof(P), list[i++] = {offset, (uint32_t)sizeof(P), kind_of<P>()}, offset += sizeof(P)), ...);
  }
};
template <class... P> inline constexpr ParameterList<std::remove_cv_t<P>...> kParameters{};

template <class... P> constexpr const ck_parameter* parameters(void (*)(P...)) { return kParameters<P...>.list; }
template <class... P> constexpr uint32_t parameter_count(void (*)(P...)) { return sizeof...(P); }
template <class... P, size_t... I> CK_QUIET inline void call(void (*kernel)(P...), void** args, std::index_sequence<I...>) { kernel(*(std::remove_cv_t<P>*)args[I]...); }
template <class... P> CK_QUIET inline void call(void (*kernel)(P...), void** args) { call(kernel, args, std::index_sequence_for<P...>{}); }
}  // namespace ckrt

#define CK_EXPORT extern "C" __attribute__((visibility("default"), used))
#define CK_STRIP(...) __VA_ARGS__
#define CK_TEXT(...) #__VA_ARGS__
#define CK_ENTRY(i, expression, threads, clusters)                                                                                            \
  CK_QUIET static void ck_call_##i(void** args) { ckrt::call(&CK_STRIP expression, args); }                                                    \
  CK_EXPORT const ck_entry ck_entry_##i;                                                                                              \
  const ck_entry ck_entry_##i = {CK_TEXT expression, (const void*)&CK_STRIP expression, ck_call_##i, ckrt::parameter_count(&CK_STRIP expression), \
                                 threads, ckrt::parameters(&CK_STRIP expression), {CK_STRIP clusters}};
#define CK_GLOBAL(i, name, is_constant)  \
  CK_EXPORT const ck_global ck_global_##i; \
  const ck_global ck_global_##i = {#name, (void*)&name, sizeof(name), is_constant};
