// The emulated twin of common/ptx/wgmma_tf32.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ptx {
CK_WGMMA_SCALED(wgmma_f32_tf32_tf32, CKRT_TF32, CKRT_TF32, CKRT_TO_F32, float, 2)
}  // namespace ptx
#endif
