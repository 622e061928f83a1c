// The emulated twin of common/ptx/mbarrier.cuh.
#pragma once
#include "device/ptx/line.h"
#include "runtime/async_abi.h"

#if __CUDA_ARCH__ >= 800
namespace ptx {
__forceinline__ void mbarrier_init(unsigned barrier, unsigned count, CK_LINE) { ckrt_mbarrier_init(barrier, count, line); }
__forceinline__ void mbarrier_inval(unsigned barrier, CK_LINE) { ckrt_mbarrier_inval(barrier, line); }
__forceinline__ unsigned long long mbarrier_arrive(unsigned barrier, CK_CALLER) { return ckrt_mbarrier_arrive(barrier, 1, 0, 1, 1, caller.number); }
__forceinline__ unsigned long long mbarrier_arrive_no_complete(unsigned barrier, unsigned count, CK_LINE) { return ckrt_mbarrier_arrive(barrier, count, 0, 1, 0, line); }
__forceinline__ bool mbarrier_test_wait(unsigned barrier, unsigned long long state, CK_LINE) { return ckrt_mbarrier_wait(barrier, state, 0, 0, 1, line); }
__forceinline__ bool mbarrier_test_wait_parity(unsigned barrier, unsigned parity, CK_LINE) { return ckrt_mbarrier_wait(barrier, parity, 1, 0, 1, line); }

#if __CUDA_ARCH__ >= 900
__forceinline__ unsigned long long mbarrier_arrive(unsigned barrier, unsigned count, CK_CALLER) { return ckrt_mbarrier_arrive(barrier, count, 0, 1, 1, caller.number); }
__forceinline__ void mbarrier_expect_tx(unsigned barrier, unsigned bytes, CK_LINE) { ckrt_mbarrier_expect(barrier, bytes, line); }
__forceinline__ unsigned long long mbarrier_arrive_expect_tx(unsigned barrier, unsigned bytes, CK_LINE) { return ckrt_mbarrier_arrive(barrier, 1, bytes, 1, 1, line); }
__forceinline__ void mbarrier_complete_tx_cluster(unsigned barrier, unsigned bytes, CK_LINE) { ckrt_mbarrier_complete(barrier, bytes, line); }
__forceinline__ bool mbarrier_try_wait(unsigned barrier, unsigned long long state, CK_LINE) { return ckrt_mbarrier_wait(barrier, state, 0, 1, 1, line); }
__forceinline__ bool mbarrier_try_wait_parity(unsigned barrier, unsigned parity, CK_LINE) { return ckrt_mbarrier_wait(barrier, parity, 1, 1, 1, line); }
__forceinline__ bool mbarrier_try_wait_parity_cluster(unsigned barrier, unsigned parity, CK_LINE) { return ckrt_mbarrier_wait(barrier, parity, 1, 1, 1, line); }
__forceinline__ void mbarrier_arrive_cluster(unsigned barrier, CK_CALLER) { ckrt_mbarrier_arrive(barrier, 1, 0, 1, 1, caller.number); }
__forceinline__ void mbarrier_arrive_peer(unsigned barrier, CK_CALLER) { ckrt_mbarrier_arrive(barrier, 1, 0, 1, 1, caller.number); }
__forceinline__ void mbarrier_arrive_cluster(unsigned barrier, unsigned count, CK_CALLER) { ckrt_mbarrier_arrive(barrier, count, 0, 1, 1, caller.number); }
__forceinline__ void mbarrier_arrive_expect_tx_cluster(unsigned barrier, unsigned bytes, CK_LINE) { ckrt_mbarrier_arrive(barrier, 1, bytes, 1, 1, line); }
__forceinline__ void mbarrier_wait(unsigned barrier, unsigned long long state, CK_LINE) { ckrt_mbarrier_wait(barrier, state, 0, 2, 1, line); }
__forceinline__ void mbarrier_wait_parity(unsigned barrier, unsigned parity, CK_LINE) { ckrt_mbarrier_wait(barrier, parity, 1, 2, 1, line); }
__forceinline__ void mbarrier_wait_parity_cluster(unsigned barrier, unsigned parity, CK_LINE) { ckrt_mbarrier_wait(barrier, parity, 1, 2, 1, line); }
// The order of reads before an arrival and of the copy engine's writes after the wait is that of the cluster's own.
__forceinline__ void mbarrier_wait_parity_peer(unsigned barrier, unsigned parity, CK_LINE) { ckrt_mbarrier_wait(barrier, parity, 1, 2, 1, line); }
#endif
}  // namespace ptx
#endif
