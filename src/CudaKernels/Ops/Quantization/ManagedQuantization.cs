using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Quantisation on the processor, run by run of elements that have one scale.</summary>
internal static unsafe class ManagedQuantization
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int Chunk = 32 * 1024;

    /// <summary>Elements converted at a time.</summary>
    private const int Block = 1024;

    private const int Largest = 127;

    public static void Quantize<T>(CpuDevice device, DeviceTensor<T> x, DeviceTensor<float> scale, DeviceTensor<sbyte> q, ScaledChannels shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var work = new QuantizeChunk<T>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(scale), ManagedSpan.Pointer(q), x.FlattenedLength, shape);
        ManagedParallel.For((x.FlattenedLength + Chunk - 1) / Chunk, device.Options.Threads, work);
    }

    public static void Dequantize<T>(CpuDevice device, DeviceTensor<sbyte> q, DeviceTensor<float> scale, DeviceTensor<T> x, ScaledChannels shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var work = new DequantizeChunk<T>(ManagedSpan.Pointer(q), ManagedSpan.Pointer(scale), ManagedSpan.Pointer(x), x.FlattenedLength, shape);
        ManagedParallel.For((x.FlattenedLength + Chunk - 1) / Chunk, device.Options.Threads, work);
    }

    private readonly struct QuantizeChunk<T>(T* x, float* scale, sbyte* q, nint count, ScaledChannels shape) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end;)
            {
                var (run, step) = RunAt(i, end, scale, shape);
                if (typeof(T) == typeof(double))
                {
                    for (var k = i; k < i + run; k++)
                    {
                        q[k] = Nearest(((double*)x)[k] / step);
                    }
                }
                else
                {
                    QuantizeRun(x + i, step, q + i, run);
                }

                i += run;
            }
        }
    }

    private readonly struct DequantizeChunk<T>(sbyte* q, float* scale, T* x, nint count, ScaledChannels shape) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end;)
            {
                var (run, step) = RunAt(i, end, scale, shape);
                for (var k = i; k < i + run; k++)
                {
                    x[k] = typeof(T) == typeof(double) ? T.CreateTruncating((double)step * q[k]) : T.CreateTruncating(step * q[k]);
                }

                i += run;
            }
        }
    }

    /// <summary>How many elements from <paramref name="i"/> on have one scale, and which.</summary>
    private static (nint Run, float Scale) RunAt(nint i, nint end, float* scale, ScaledChannels shape)
    {
        var (plane, place) = Math.DivRem(i, shape.Inner);
        return (Math.Min(shape.Inner - place, end - i), scale[plane % shape.Channels]);
    }

    private static void QuantizeRun<T>(T* x, float scale, sbyte* q, nint count) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            QuantizeFloats((float*)x, scale, q, count);
            return;
        }

        var wide = stackalloc float[Block];
        for (nint start = 0; start < count; start += Block)
        {
            var length = (int)Math.Min(Block, count - start);
            BlockConversion.Widen(new ReadOnlySpan<T>(x + start, length), new Span<float>(wide, length));
            QuantizeFloats(wide, scale, q + start, length);
        }
    }

    /// <summary>Compiled in full at once: a first call over a large tensor would otherwise spend seconds in unoptimised vector code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void QuantizeFloats(float* x, float scale, sbyte* q, nint count)
    {
        nint i = 0;
        var divisor = Vector512.Create(scale);
        for (; i <= count - 64; i += 64)
        {
            var low = Vector512.Narrow(Nearest(x + i, divisor), Nearest(x + i + 16, divisor));
            var high = Vector512.Narrow(Nearest(x + i + 32, divisor), Nearest(x + i + 48, divisor));
            Vector512.Narrow(low, high).Store(q + i);
        }

        for (; i < count; i++)
        {
            q[i] = Nearest(x[i] / scale);
        }
    }

    // The conversion to integers saturates and makes 0 of NaN; what it is clamped to fits 8 bits.
    private static Vector512<int> Nearest(float* x, Vector512<float> divisor) =>
        Vector512.Min(Vector512.Max(Vector512.ConvertToInt32(Vector512.Round(Vector512.Load(x) / divisor)), Vector512.Create(-Largest)), Vector512.Create(Largest));

    private static sbyte Nearest(float steps) => float.IsNaN(steps) ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(steps), -Largest, Largest);

    private static sbyte Nearest(double steps) => double.IsNaN(steps) ? (sbyte)0 : (sbyte)Math.Clamp(Math.Round(steps), -Largest, Largest);
}
