using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of the resamplings: the planes of images in parallel; sums in float, or in double for double.</summary>
internal static unsafe class ManagedResampling
{
    public static void Nearest<T>(CpuDevice device, ConvolutionShape shape, T* x, T* y) where T : unmanaged => Planes(device, shape, new NearestPlane<T>(shape, x, y));

    public static void NearestGradient<T>(CpuDevice device, ConvolutionShape shape, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new NearestGradientPlane<T, double>(shape, dy, dx));
        }
        else
        {
            Planes(device, shape, new NearestGradientPlane<T, float>(shape, dy, dx));
        }
    }

    public static void Bilinear<T>(CpuDevice device, ConvolutionShape shape, bool aligned, T* x, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new BilinearPlane<T, double>(shape, aligned, x, y));
        }
        else
        {
            Planes(device, shape, new BilinearPlane<T, float>(shape, aligned, x, y));
        }
    }

    public static void BilinearGradient<T>(CpuDevice device, ConvolutionShape shape, bool aligned, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Planes(device, shape, new BilinearGradientPlane<T, double>(shape, aligned, dy, dx));
        }
        else
        {
            Planes(device, shape, new BilinearGradientPlane<T, float>(shape, aligned, dy, dx));
        }
    }

    private static void Planes<TBody>(CpuDevice device, in ConvolutionShape shape, TBody body) where TBody : struct, IParallelBody =>
        ManagedParallel.For((long)shape.Images * shape.Channels, device.Options.Threads, body);

    /// <summary>Where a plane of the images begins, and the same plane of the resized ones.</summary>
    private static (long In, long Out) Starts(in ConvolutionShape shape, long plane)
    {
        var (image, channel) = Math.DivRem(plane, shape.Channels);
        return ((image * shape.ImageStep) + (channel * shape.ChannelStep), (image * shape.OutImageStep) + (channel * shape.OutFilterStep));
    }

    private readonly struct NearestPlane<T>(ConvolutionShape shape, T* x, T* y) : IParallelBody where T : unmanaged
    {
        private readonly ConvolutionShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var (start, outStart) = Starts(_shape, plane);
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                var from = x + start + ((long)p * _shape.Height / _shape.OutHeight * _shape.RowStep);
                var to = y + outStart + (p * _shape.OutRowStep);
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    to[q * _shape.OutColumnStep] = from[(long)q * _shape.Width / _shape.OutWidth * _shape.ColumnStep];
                }
            }
        }
    }

    private readonly struct NearestGradientPlane<T, TCompute>(ConvolutionShape shape, T* dy, T* dx) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var (start, outStart) = Starts(_shape, plane);
            for (var row = 0; row < _shape.Height; row++)
            {
                var (top, bottom) = (Begin(row, _shape.Height, _shape.OutHeight), Begin(row + 1, _shape.Height, _shape.OutHeight));
                for (var column = 0; column < _shape.Width; column++)
                {
                    var (left, right) = (Begin(column, _shape.Width, _shape.OutWidth), Begin(column + 1, _shape.Width, _shape.OutWidth));
                    var sum = TCompute.Zero;
                    for (var p = top; p < bottom; p++)
                    {
                        for (var q = left; q < right; q++)
                        {
                            sum += TCompute.CreateTruncating(dy[outStart + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep)]);
                        }
                    }

                    dx[start + (row * _shape.RowStep) + (column * _shape.ColumnStep)] = T.CreateTruncating(sum);
                }
            }
        }

        // The first output that comes from an input, or from one after it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static long Begin(long input, int length, int outLength) => ((input * outLength) + length - 1) / length;
    }

    private readonly struct BilinearPlane<T, TCompute>(ConvolutionShape shape, bool aligned, T* x, T* y) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly LinearPlaces _rows = new(shape.Height, shape.OutHeight, aligned);
        private readonly LinearPlaces _columns = new(shape.Width, shape.OutWidth, aligned);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var (start, outStart) = Starts(_shape, plane);
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                var (first, second, fraction) = _rows.Sides<TCompute>(p);
                var (top, bottom) = (start + (first * _shape.RowStep), start + (second * _shape.RowStep));
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    var (left, right, along) = _columns.Sides<TCompute>(q);
                    var above = Mix(Pixel(top, left), Pixel(top, right), along);
                    var below = Mix(Pixel(bottom, left), Pixel(bottom, right), along);
                    y[outStart + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep)] = T.CreateTruncating(Mix(above, below, fraction));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TCompute Pixel(long row, int column) => TCompute.CreateTruncating(x[row + (column * _shape.ColumnStep)]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TCompute Mix(TCompute a, TCompute b, TCompute fraction) => fraction == TCompute.Zero ? a : (a * (TCompute.One - fraction)) + (b * fraction);
    }

    private readonly struct BilinearGradientPlane<T, TCompute>(ConvolutionShape shape, bool aligned, T* dy, T* dx) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly LinearPlaces _rows = new(shape.Height, shape.OutHeight, aligned);
        private readonly LinearPlaces _columns = new(shape.Width, shape.OutWidth, aligned);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long plane)
        {
            var (start, outStart) = Starts(_shape, plane);
            for (var row = 0; row < _shape.Height; row++)
            {
                var (top, bottom) = _rows.Over(row);
                for (var column = 0; column < _shape.Width; column++)
                {
                    var (left, right) = _columns.Over(column);
                    var sum = TCompute.Zero;
                    for (var p = top; p < bottom; p++)
                    {
                        var weight = _rows.Weight<TCompute>(p, row);
                        for (var q = left; q < right; q++)
                        {
                            sum += weight * _columns.Weight<TCompute>(q, column) * TCompute.CreateTruncating(dy[outStart + (p * _shape.OutRowStep) + (q * _shape.OutColumnStep)]);
                        }
                    }

                    dx[start + (row * _shape.RowStep) + (column * _shape.ColumnStep)] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
