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

    public static void Quantize<T, TQuantized, TQuantizer>(CpuDevice device, DeviceTensor<T> x, DeviceTensor<float> scale, DeviceTensor<TQuantized> q, ScaledChannels shape)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TQuantizer : IQuantizer<TQuantized>
    {
        var work = new QuantizeChunk<T, TQuantized, TQuantizer>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(scale), ManagedSpan.Pointer(q), x.FlattenedLength, shape);
        ManagedParallel.For((x.FlattenedLength + Chunk - 1) / Chunk, device.Options.Threads, work);
    }

    public static void Dequantize<T, TQuantized>(CpuDevice device, DeviceTensor<TQuantized> q, DeviceTensor<float> scale, DeviceTensor<T> x, ScaledChannels shape)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
    {
        var work = new DequantizeChunk<T, TQuantized>(ManagedSpan.Pointer(q), ManagedSpan.Pointer(scale), ManagedSpan.Pointer(x), x.FlattenedLength, shape);
        ManagedParallel.For((x.FlattenedLength + Chunk - 1) / Chunk, device.Options.Threads, work);
    }

    private readonly struct QuantizeChunk<T, TQuantized, TQuantizer>(T* x, float* scale, TQuantized* q, nint count, ScaledChannels shape) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TQuantizer : IQuantizer<TQuantized>
    {
        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end;)
            {
                var (run, step) = RunAt(i, end, scale, shape);
                QuantizeRun<T, TQuantized, TQuantizer>(x + i, step, q + i, run);
                i += run;
            }
        }
    }

    private readonly struct DequantizeChunk<T, TQuantized>(TQuantized* q, float* scale, T* x, nint count, ScaledChannels shape) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
    {
        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end;)
            {
                var (run, step) = RunAt(i, end, scale, shape);
                DequantizeRun<T, TQuantized>(q + i, step, x + i, run);
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

    /// <summary>Numbers of elements that have one scale.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void DequantizeRun<T, TQuantized>(TQuantized* q, float scale, T* x, nint count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
    {
        var room = stackalloc float[Block + StackRoom.Spare<float>()];
        var wide = StackRoom.Align(room);
        for (nint start = 0; start < count; start += Block)
        {
            var length = Math.Min(Block, count - start);
            if (typeof(T) == typeof(float))
            {
                VectorCast<TQuantized, float>.Run(q + start, (float*)(x + start), length);
                Scale((float*)(x + start), scale, length);
                continue;
            }

            VectorCast<TQuantized, float>.Run(q + start, wide, length);
            if (typeof(T) == typeof(double))
            {
                Scale(wide, scale, (double*)(x + start), length);
            }
            else
            {
                Scale(wide, scale, length);
                BlockConversion.Narrow(new ReadOnlySpan<float>(wide, (int)length), new Span<T>(x + start, (int)length));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Scale(float* x, float scale, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) * Vector512.Create(scale)).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] *= scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Scale(float* x, double scale, double* to, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            to[i] = scale * x[i];
        }
    }

    /// <summary>Quantises elements that have one scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void QuantizeRun<T, TQuantized, TQuantizer>(T* x, float scale, TQuantized* q, nint count)
        where T : unmanaged
        where TQuantized : unmanaged
        where TQuantizer : IQuantizer<TQuantized>
    {
        if (typeof(T) == typeof(double))
        {
            for (nint i = 0; i < count; i++)
            {
                q[i] = TQuantizer.Nearest(((double*)x)[i] / scale);
            }

            return;
        }

        if (typeof(T) == typeof(float))
        {
            TQuantizer.Quantize((float*)x, scale, q, count);
            return;
        }

        var wide = stackalloc float[Block];
        for (nint start = 0; start < count; start += Block)
        {
            var length = (int)Math.Min(Block, count - start);
            BlockConversion.Widen(new ReadOnlySpan<T>(x + start, length), new Span<float>(wide, length));
            TQuantizer.Quantize(wide, scale, q + start, length);
        }
    }
}
