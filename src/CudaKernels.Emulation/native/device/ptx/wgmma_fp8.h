// The emulated twin of common/ptx/wgmma_fp8.cuh.
#pragma once

#if __CUDA_ARCH__ >= 900
namespace ptx {
CK_WGMMA_SCALED(wgmma_f32_e4m3_e4m3, CKRT_E4M3, CKRT_E4M3, CKRT_TO_F32, float, 2)
CK_WGMMA_SCALED(wgmma_f32_e4m3_e5m2, CKRT_E4M3, CKRT_E5M2, CKRT_TO_F32, float, 2)
CK_WGMMA_SCALED(wgmma_f32_e5m2_e4m3, CKRT_E5M2, CKRT_E4M3, CKRT_TO_F32, float, 2)
CK_WGMMA_SCALED(wgmma_f32_e5m2_e5m2, CKRT_E5M2, CKRT_E5M2, CKRT_TO_F32, float, 2)
CK_WGMMA_SCALED(wgmma_f16_e4m3_e4m3, CKRT_E4M3, CKRT_E4M3, CKRT_TO_F16, unsigned, 4)
CK_WGMMA_SCALED(wgmma_f16_e4m3_e5m2, CKRT_E4M3, CKRT_E5M2, CKRT_TO_F16, unsigned, 4)
CK_WGMMA_SCALED(wgmma_f16_e5m2_e4m3, CKRT_E5M2, CKRT_E4M3, CKRT_TO_F16, unsigned, 4)
CK_WGMMA_SCALED(wgmma_f16_e5m2_e5m2, CKRT_E5M2, CKRT_E5M2, CKRT_TO_F16, unsigned, 4)
}  // namespace ptx
#endif
