using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The end of a product: C = alpha * sums + beta * C, where beta 0 does not read C.</summary>
internal static unsafe class ScaledStore
{
    /// <summary>Scales and stores one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(T* sums, T* c, int length, T alpha, T beta) where T : unmanaged, INumberBase<T>
    {
        var factor = new Vector<T>(alpha);
        var oldFactor = new Vector<T>(beta);
        bool readsC = beta != T.Zero;
        int i = 0;
        for (; i + Vector<T>.Count <= length; i += Vector<T>.Count)
        {
            var value = factor * Vector.Load(sums + i);
            if (readsC)
                value += oldFactor * Vector.Load(c + i);
            Vector.Store(value, c + i);
        }
        for (; i < length; i++)
            c[i] = readsC ? alpha * sums[i] + beta * c[i] : alpha * sums[i];
    }

    /// <summary>The product without a product: C = beta * C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ScaleMatrix<TStore, T, TConversion>(in GemmProblem<TStore> problem, T beta)
        where TStore : unmanaged
        where T : unmanaged, INumberBase<T>
        where TConversion : IElementConversion<TStore, T>
    {
        const int Length = 256;
        Span<T> wide = stackalloc T[Length];
        for (nint row = 0; row < problem.M; row++)
        {
            for (nint column = 0; column < problem.N; column += Length)
            {
                var stored = new Span<TStore>(problem.C + row * problem.Ldc + column, (int)nint.Min(Length, problem.N - column));
                if (beta == T.Zero)
                {
                    stored.Clear();
                    continue;
                }
                var values = wide[..stored.Length];
                TConversion.Widen(stored, values);
                TensorPrimitives.Multiply(values, beta, values);
                TConversion.Narrow(values, stored);
            }
        }
    }
}
