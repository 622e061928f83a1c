using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The managed form of the poolings: the planes of images in parallel; sums in float, or in double for double.</summary>
internal static unsafe class ManagedPooling
{
    public static void Max<T>(CpuDevice device, ConvolutionShape shape, T* x, T* y, long* indices) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (IsNarrow<T>(shape))
        {
            using var images = new WideElements<T, float>(x, shape.Pixels * shape.Channels);
            var results = ArrayPool<float>.Shared.Rent((int)(shape.OutPixels * shape.Channels));
            fixed (float* wide = results)
            {
                Max(device, shape, images.Address, wide, indices);
            }

            Narrow(results, shape, y);
            return;
        }

        var planes = new MaxPlane<T>(shape, x, y, indices);
        if (LanePooling.Suits<T>(shape))
        {
            LanePooling.Run(device, shape, (float*)x, new MaxLanes((float*)y, indices), planes);
        }
        else
        {
            Planes(device, shape, planes);
        }
    }

    public static void MaxGradient<T>(CpuDevice device, ConvolutionShape shape, T* dy, long* indices, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new MaxGradientPlane<T, double>(shape, dy, indices, dx));
        }
        else
        {
            Planes(device, shape, new MaxGradientPlane<T, float>(shape, dy, indices, dx));
        }
    }

    public static void Average<T>(CpuDevice device, ConvolutionShape shape, bool countsPadding, T* x, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (IsNarrow<T>(shape))
        {
            using var images = new WideElements<T, float>(x, shape.Pixels * shape.Channels);
            var results = ArrayPool<float>.Shared.Rent((int)(shape.OutPixels * shape.Channels));
            fixed (float* wide = results)
            {
                Average(device, shape, countsPadding, images.Address, wide);
            }

            Narrow(results, shape, y);
        }
        else if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new MeanPlane<T, double, FixedWindows>(shape, new(shape, countsPadding), x, y));
        }
        else if (LanePooling.Suits<T>(shape))
        {
            var windows = new FixedWindows(shape, countsPadding);
            LanePooling.Run(device, shape, (float*)x, new MeanLanes((float*)y, windows), new MeanPlane<T, float, FixedWindows>(shape, windows, x, y));
        }
        else
        {
            Planes(device, shape, new MeanPlane<T, float, FixedWindows>(shape, new(shape, countsPadding), x, y));
        }
    }

    public static void AverageGradient<T>(CpuDevice device, ConvolutionShape shape, bool countsPadding, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new MeanGradientPlane<T, double, FixedWindows>(shape, new(shape, countsPadding), dy, dx));
        }
        else
        {
            Planes(device, shape, new MeanGradientPlane<T, float, FixedWindows>(shape, new(shape, countsPadding), dy, dx));
        }
    }

    public static void AdaptiveAverage<T>(CpuDevice device, ConvolutionShape shape, T* x, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new MeanPlane<T, double, Parts>(shape, new(shape), x, y));
        }
        else
        {
            Planes(device, shape, new MeanPlane<T, float, Parts>(shape, new(shape), x, y));
        }
    }

    public static void AdaptiveAverageGradient<T>(CpuDevice device, ConvolutionShape shape, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new MeanGradientPlane<T, double, Parts>(shape, new(shape), dy, dx));
        }
        else
        {
            Planes(device, shape, new MeanGradientPlane<T, float, Parts>(shape, new(shape), dy, dx));
        }
    }

    /// <summary>Whether images of a 16-bit type are widened as a whole, for the vectors that pool floats.</summary>
    private static bool IsNarrow<T>(in ConvolutionShape shape) =>
        (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16)) && LanePooling.Suits<float>(shape) && Math.Max(shape.Pixels, shape.OutPixels) * shape.Channels <= Array.MaxLength;

    /// <summary>Rounds pooled results into their places, and gives the array back.</summary>
    private static void Narrow<T>(float[] results, in ConvolutionShape shape, T* y) where T : unmanaged
    {
        var count = (int)(shape.OutPixels * shape.Channels);
        BlockConversion.Narrow(results.AsSpan(0, count), new Span<T>(y, count));
        ArrayPool<float>.Shared.Return(results);
    }

    private static void Planes<TBody>(CpuDevice device, in ConvolutionShape shape, TBody body) where TBody : struct, IParallelBody =>
        ManagedParallel.For((long)shape.Images * shape.Channels, device.Options.Threads, body);

    private readonly struct MaxPlane<T>(ConvolutionShape shape, T* x, T* y, long* indices) : IParallelBody, IPoolWindow where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ConvolutionShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    Window(plane, p, q);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Window(long plane, int p, int q)
        {
            var (image, channel) = Math.DivRem(plane, _shape.Channels);
            var from = x + (image * _shape.ImageStep) + (channel * _shape.ChannelStep);
            var (top, bottom) = ManagedPooling.Window(p, _shape.StrideY, _shape.PaddingY, _shape.FilterHeight, _shape.Height);
            var (left, right) = ManagedPooling.Window(q, _shape.StrideX, _shape.PaddingX, _shape.FilterWidth, _shape.Width);
            var (best, place) = (T.NegativeInfinity, -1L);
            for (var row = top; row < bottom; row++)
            {
                for (var column = left; column < right; column++)
                {
                    var value = from[(row * _shape.RowStep) + (column * _shape.ColumnStep)];
                    if (place < 0 || value > best || (T.IsNaN(value) && !T.IsNaN(best)))
                    {
                        (best, place) = (value, ((long)row * _shape.Width) + column);
                    }
                }
            }

            var at = (image * _shape.OutImageStep) + (channel * _shape.OutFilterStep) + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep);
            y[at] = best;
            if (indices is not null)
            {
                indices[at] = place;
            }
        }
    }

    private struct MaxLanes(float* y, long* indices) : IPoolLanes
    {
        private Vector256<float> _best;
        private Vector256<int> _place;

        public void Begin() => (_best, _place) = (Vector256.Create(float.NegativeInfinity), Vector256.Create(-1));

        // The first of a window, whatever is greater, and the first NaN.
        public void Add(Vector256<float> value, Vector256<int> place)
        {
            var takes = (~Vector256.LessThanOrEqual(value, _best) & Vector256.Equals(_best, _best)) | Vector256.LessThan(_place, Vector256<int>.Zero).AsSingle();
            _best = Vector256.ConditionalSelect(takes, value, _best);
            _place = Vector256.ConditionalSelect(takes.AsInt32(), place, _place);
        }

        public readonly void Store(long at, int p, int q)
        {
            _best.Store(y + at);
            if (indices is not null)
            {
                var (low, high) = Vector256.Widen(_place);
                low.Store(indices + at);
                high.Store(indices + at + Vector256<long>.Count);
            }
        }
    }

    private readonly struct MaxGradientPlane<T, TCompute>(ConvolutionShape shape, T* dy, long* indices, T* dx) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var to = dx + (plane / _shape.Channels * _shape.ImageStep) + (plane % _shape.Channels * _shape.ChannelStep);
            var start = (plane / _shape.Channels * _shape.OutImageStep) + (plane % _shape.Channels * _shape.OutFilterStep);
            for (var row = 0; row < _shape.Height; row++)
            {
                var (top, bottom) = Over(row, _shape.StrideY, _shape.PaddingY, _shape.FilterHeight, _shape.OutHeight);
                for (var column = 0; column < _shape.Width; column++)
                {
                    var (left, right) = Over(column, _shape.StrideX, _shape.PaddingX, _shape.FilterWidth, _shape.OutWidth);
                    var (sum, place) = (TCompute.Zero, ((long)row * _shape.Width) + column);
                    for (var p = top; p < bottom; p++)
                    {
                        for (var q = left; q < right; q++)
                        {
                            var at = start + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep);
                            if (indices[at] == place)
                            {
                                sum += TCompute.CreateTruncating(dy[at]);
                            }
                        }
                    }

                    to[(row * _shape.RowStep) + (column * _shape.ColumnStep)] = T.CreateTruncating(sum);
                }
            }
        }
    }

    private readonly struct MeanPlane<T, TCompute, TWindows>(ConvolutionShape shape, TWindows windows, T* x, T* y) : IParallelBody, IPoolWindow
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        where TWindows : struct, IPoolWindows
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly TWindows _windows = windows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    Window(plane, p, q);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Window(long plane, int p, int q)
        {
            var (image, channel) = Math.DivRem(plane, _shape.Channels);
            var from = x + (image * _shape.ImageStep) + (channel * _shape.ChannelStep);
            var ((top, bottom), (left, right)) = (_windows.Rows(p), _windows.Columns(q));
            var sum = TCompute.Zero;
            for (var row = top; row < bottom; row++)
            {
                for (var column = left; column < right; column++)
                {
                    sum += TCompute.CreateTruncating(from[(row * _shape.RowStep) + (column * _shape.ColumnStep)]);
                }
            }

            y[(image * _shape.OutImageStep) + (channel * _shape.OutFilterStep) + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep)] = T.CreateTruncating(sum / TCompute.CreateTruncating(_windows.Divisor(p, q)));
        }
    }

    private struct MeanLanes(float* y, FixedWindows windows) : IPoolLanes
    {
        private readonly FixedWindows _windows = windows;
        private Vector256<float> _sum;

        public void Begin() => _sum = default;

        public void Add(Vector256<float> value, Vector256<int> place) => _sum += value;

        // Side by side, windows inside the image have the same divisor.
        public readonly void Store(long at, int p, int q) => (_sum / Vector256.Create((float)_windows.Divisor(p, q))).Store(y + at);
    }

    private readonly struct MeanGradientPlane<T, TCompute, TWindows>(ConvolutionShape shape, TWindows windows, T* dy, T* dx) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        where TWindows : struct, IPoolWindows
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly TWindows _windows = windows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var from = dy + (plane / _shape.Channels * _shape.OutImageStep) + (plane % _shape.Channels * _shape.OutFilterStep);
            var to = dx + (plane / _shape.Channels * _shape.ImageStep) + (plane % _shape.Channels * _shape.ChannelStep);
            for (var row = 0; row < _shape.Height; row++)
            {
                var (top, bottom) = _windows.RowsOver(row);
                for (var column = 0; column < _shape.Width; column++)
                {
                    var (left, right) = _windows.ColumnsOver(column);
                    var sum = TCompute.Zero;
                    for (var p = top; p < bottom; p++)
                    {
                        for (var q = left; q < right; q++)
                        {
                            sum += TCompute.CreateTruncating(from[(p * _shape.OutRowStep) + (q * _shape.OutColumnStep)]) / TCompute.CreateTruncating(_windows.Divisor(p, q));
                        }
                    }

                    to[(row * _shape.RowStep) + (column * _shape.ColumnStep)] = T.CreateTruncating(sum);
                }
            }
        }
    }

    /// <summary>The part of a window that lies inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (int Begin, int End) Window(int index, int stride, int padding, int window, int length) =>
        (Math.Max((index * stride) - padding, 0), Math.Min((index * stride) - padding + window, length));

    /// <summary>The windows that cover an element.</summary>
    internal static (int Begin, int End) Over(int element, int stride, int padding, int window, int count)
    {
        var last = (element + padding) / stride;
        var first = element + padding < window ? 0 : ((element + padding - window) / stride) + 1;
        return (first, Math.Min(last + 1, count));
    }
}
