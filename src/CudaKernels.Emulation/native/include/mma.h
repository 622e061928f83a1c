// nvcuda::wmma for users' kernels on the software device. Each operation is a meeting of all 32 lanes. Which lane holds which element
// is not specified by CUDA; here it hangs on the seed, so that code which assumes an order fails.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "wmma/fragment.h"
#include "wmma/memory.h"
#include "wmma/product.h"
