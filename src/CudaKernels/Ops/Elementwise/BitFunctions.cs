using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>A function of bits, of 64 bytes at once: masks are bytes that are 0 or 1. A function of one operand ignores the second.</summary>
internal interface IBitFunction
{
    Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b);
}

/// <summary>Runs a function of bits over consecutive elements.</summary>
internal readonly unsafe struct BitBody<T, TFunction> : IElementwiseBody where T : unmanaged where TFunction : struct, IBitFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        TFunction function = default;
        b = b is null ? a : b;
        var bytes = count * sizeof(T);
        nint i = 0;
        for (; i <= bytes - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            function.Invoke(Vector512.Load(a + i), Vector512.Load(b + i)).Store(y + i);
        }

        for (; i < bytes; i++)
        {
            y[i] = function.Invoke(Vector512.CreateScalar(a[i]), Vector512.CreateScalar(b[i])).ToScalar();
        }
    }
}

/// <summary>Runs a function of bits over consecutive elements and a scalar.</summary>
internal readonly unsafe struct BoundBitBody<T, TFunction>(T scalar) : IElementwiseBody where T : unmanaged where TFunction : struct, IBitFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        TFunction function = default;
        var repeated = Vector512.Create(scalar).AsByte();
        var bytes = count * sizeof(T);
        nint i = 0;
        for (; i <= bytes - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            function.Invoke(Vector512.Load(a + i), repeated).Store(y + i);
        }

        for (nint first = i; i < bytes; i++)
        {
            y[i] = function.Invoke(Vector512.CreateScalar(a[i]), Vector512.CreateScalar(repeated[(int)(i - first)])).ToScalar();
        }
    }
}
