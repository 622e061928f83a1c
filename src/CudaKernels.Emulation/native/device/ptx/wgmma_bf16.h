// The emulated twin of common/ptx/wgmma_bf16.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ptx {
CK_WGMMA_TRANSPOSED(wgmma_f32_bf16_bf16, CKRT_BF16, CKRT_TO_F32, float, 2)
}  // namespace ptx
#endif
