// Of the driver's header, the types that kernels name. The device side of the runtime API is part of the built-ins.
#pragma once
typedef unsigned int cuuint32_t;
typedef unsigned long long cuuint64_t;
typedef unsigned long long CUdeviceptr;

// 128 secret bytes, filled in by cuTensorMapEncodeTiled; a kernel takes them as const __grid_constant__ CUtensorMap.
typedef struct alignas(64) CUtensorMap_st { cuuint64_t opaque[16]; } CUtensorMap;
