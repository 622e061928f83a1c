// The emulated twin of common/ptx/wgmma_f16.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ptx {
CK_WGMMA_TRANSPOSED(wgmma_f32_f16_f16, CKRT_F16, CKRT_TO_F32, float, 2)
CK_WGMMA_TRANSPOSED(wgmma_f16_f16_f16, CKRT_F16, CKRT_TO_F16, unsigned, 4)
}  // namespace ptx
#endif
