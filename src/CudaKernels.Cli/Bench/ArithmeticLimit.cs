using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels.Cli.Bench;

/// <summary>The most multiply-adds that the processor's vector units do: what bounds a matrix product, as a copy bounds the rest.</summary>
internal static class ArithmeticLimit
{
    private const int Iterations = 500_000;
    private const int Chains = 12;

    /// <summary>Several threads that do nothing else, in float or double.</summary>
    public static Contestant Contestant<T>(int threads) where T : unmanaged => new("multiply-add", () => Run<T>(threads), () => { });

    /// <summary>The FLOPs of one call.</summary>
    public static double Flops<T>(int threads) where T : unmanaged => 2.0 * Chains * Lanes<T>() * Iterations * Repeats(threads) * threads;

    private static void Run<T>(int threads) where T : unmanaged
    {
        var others = Enumerable.Range(1, threads - 1).Select(_ => new Thread(Repeat)).ToArray();
        Array.ForEach(others, thread => thread.Start());
        Repeat();
        Array.ForEach(others, thread => thread.Join());

        void Repeat()
        {
            for (var i = 0; i < Repeats(threads); i++)
            {
                Spin<T>();
            }
        }
    }

    // Threads take a while to start and to be spread over the processors: little of a long call.
    private static int Repeats(int threads) => threads == 1 ? 1 : 20;

    private static int Lanes<T>() =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;

    private static void Spin<T>() where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Spin512<T>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Spin256<T>();
        }
        else
        {
            Spin128<T>();
        }
    }

    // Twelve chains cover the latency of the multiply-add on two ports; x tends to 1, so no value overflows or turns subnormal.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector512<T> Spin512<T>() where T : unmanaged
    {
        var half = Vector512<T>.One / (Vector512<T>.One + Vector512<T>.One);
        Vector512<T> a = half, b = half, c = half, d = half, e = half, f = half, g = half, h = half, i = half, j = half, k = half, l = half;
        for (var n = 0; n < Iterations; n++)
        {
            a = Step(a, half);
            b = Step(b, half);
            c = Step(c, half);
            d = Step(d, half);
            e = Step(e, half);
            f = Step(f, half);
            g = Step(g, half);
            h = Step(h, half);
            i = Step(i, half);
            j = Step(j, half);
            k = Step(k, half);
            l = Step(l, half);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector256<T> Spin256<T>() where T : unmanaged
    {
        var half = Vector256<T>.One / (Vector256<T>.One + Vector256<T>.One);
        Vector256<T> a = half, b = half, c = half, d = half, e = half, f = half, g = half, h = half, i = half, j = half, k = half, l = half;
        for (var n = 0; n < Iterations; n++)
        {
            a = Step(a, half);
            b = Step(b, half);
            c = Step(c, half);
            d = Step(d, half);
            e = Step(e, half);
            f = Step(f, half);
            g = Step(g, half);
            h = Step(h, half);
            i = Step(i, half);
            j = Step(j, half);
            k = Step(k, half);
            l = Step(l, half);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector128<T> Spin128<T>() where T : unmanaged
    {
        var half = Vector128<T>.One / (Vector128<T>.One + Vector128<T>.One);
        Vector128<T> a = half, b = half, c = half, d = half, e = half, f = half, g = half, h = half, i = half, j = half, k = half, l = half;
        for (var n = 0; n < Iterations; n++)
        {
            a = Step(a, half);
            b = Step(b, half);
            c = Step(c, half);
            d = Step(d, half);
            e = Step(e, half);
            f = Step(f, half);
            g = Step(g, half);
            h = Step(h, half);
            i = Step(i, half);
            j = Step(j, half);
            k = Step(k, half);
            l = Step(l, half);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    private static Vector512<T> Step<T>(Vector512<T> x, Vector512<T> half) where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(x.AsSingle(), half.AsSingle(), half.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(x.AsDouble(), half.AsDouble(), half.AsDouble()).As<double, T>();

    private static Vector256<T> Step<T>(Vector256<T> x, Vector256<T> half) where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(x.AsSingle(), half.AsSingle(), half.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(x.AsDouble(), half.AsDouble(), half.AsDouble()).As<double, T>();

    private static Vector128<T> Step<T>(Vector128<T> x, Vector128<T> half) where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(x.AsSingle(), half.AsSingle(), half.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(x.AsDouble(), half.AsDouble(), half.AsDouble()).As<double, T>();
}
