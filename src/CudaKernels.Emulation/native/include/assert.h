// The kernel's assert, in place of the C library's: a failure ends the launch with CUDA_ERROR_ASSERT, not the process.
// As the standard has it, each include looks at NDEBUG anew.
#undef assert
#if defined(NDEBUG)
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : ckrt_fail(CKRT_ASSERT, __LINE__, "assertion failed: " #condition))
#endif
