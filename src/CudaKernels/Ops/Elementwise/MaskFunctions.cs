using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>A function of masks, 64 elements (bytes that are 0 or 1) at once; a function of one mask ignores the second.</summary>
internal interface IMaskFunction
{
    Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b);
}

/// <summary>Runs a function of masks over consecutive elements.</summary>
internal readonly unsafe struct MaskBody<TFunction> : IElementwiseBody where TFunction : struct, IMaskFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        TFunction function = default;
        b = b is null ? a : b;
        nint i = 0;
        for (; i <= count - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            function.Invoke(Vector512.Load(a + i), Vector512.Load(b + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = function.Invoke(Vector512.CreateScalar(a[i]), Vector512.CreateScalar(b[i])).ToScalar();
        }
    }
}
