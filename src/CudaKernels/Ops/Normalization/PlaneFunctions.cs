using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The steps of normalisations over a plane: neighbouring elements with one mean, one scale and one gamma.</summary>
internal static unsafe class PlaneFunctions
{
    /// <summary>y = (x - mean)·factor + offset, 16-bit elements in float.</summary>
    public static void Normalize<T>(T* x, T* y, int count, double mean, double factor, double offset) where T : unmanaged
    {
        var from = new ReadOnlySpan<T>(x, count);
        var to = new Span<T>(y, count);
        if (typeof(T) == typeof(double))
        {
            VectorLoop.Apply(new Affine<double>(mean, factor, offset), MemoryMarshal.Cast<T, double>(from), MemoryMarshal.Cast<T, double>(to));
        }
        else
        {
            VectorLoop.ApplyInSingle(new Affine<float>((float)mean, (float)factor, (float)offset), from, to);
        }
    }

    /// <summary>(x - mean)·factor + offset.</summary>
    private readonly struct Affine<T>(T mean, T factor, T offset) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _mean = mean;
        private readonly T _factor = factor;
        private readonly T _offset = offset;

        public Vector512<T> Invoke(Vector512<T> x) => ((x - Vector512.Create(_mean)) * Vector512.Create(_factor)) + Vector512.Create(_offset);
    }

    /// <summary>dx = dy·factor + (x - mean)·slope + offset, of the pair (dy, x).</summary>
    public readonly struct Gradient<T>(T mean, T factor, T slope, T offset) : IVectorPairFunction<T> where T : unmanaged
    {
        private readonly T _mean = mean;
        private readonly T _factor = factor;
        private readonly T _slope = slope;
        private readonly T _offset = offset;

        public Vector512<T> Invoke(Vector512<T> dy, Vector512<T> x) => (dy * Vector512.Create(_factor)) + ((x - Vector512.Create(_mean)) * Vector512.Create(_slope)) + Vector512.Create(_offset);
    }
}
