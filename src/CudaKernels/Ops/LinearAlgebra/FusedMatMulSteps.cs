using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The steps, in elements, of each further operand of a fused product; 0 where it is broadcast. The kernels read the same struct (common/fused_store.cuh).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FusedMatMulSteps
{
    public const int MaxOperands = 6;

    public fixed long Row[MaxOperands];
    public fixed long Column[MaxOperands];
    public fixed long Matrix[MaxOperands];
}
