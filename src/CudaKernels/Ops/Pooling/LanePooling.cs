using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>What is made of the elements of eight windows side by side, each window's in the order of its rows.</summary>
internal interface IPoolLanes
{
    void Begin();

    /// <summary>Takes an element of each window, and its place in its plane.</summary>
    void Add(Vector256<float> value, Vector256<int> place);

    /// <summary>Stores the results of the windows at (p, q), the first of them at y[at] and the others behind it.</summary>
    void Store(long at, int p, int q);
}

/// <summary>One window of a plane.</summary>
internal interface IPoolWindow
{
    void Window(long plane, int p, int q);
}

/// <summary>
/// Poolings of floats by vectors, with the results of the windows one by one: of eight channels that lie side by side, else of eight columns
/// whose windows lie inside the image.
/// </summary>
internal static unsafe class LanePooling
{
    private const int Lanes = 8;

    /// <summary>Pools all images by vectors; those that they suit. What is left of fewer than eight windows is made by <paramref name="one"/>.</summary>
    public static void Run<TLanes, TOne>(CpuDevice device, in ConvolutionShape shape, float* x, TLanes lanes, TOne one) where TLanes : struct, IPoolLanes where TOne : struct, IPoolWindow =>
        ManagedParallel.For(shape.Images * PiecesPerImage(shape), device.Options.Threads, new Piece<TLanes, TOne>(shape, x, lanes, one));

    /// <summary>Whether vectors pool such images: columns at most two apart, and places in a plane that 31 bits hold.</summary>
    public static bool Suits<T>(in ConvolutionShape shape) => typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated
        && (long)shape.Height * shape.Width <= int.MaxValue
        && (IsByChannels(shape) || (shape.ColumnStep == 1 && shape.OutColumnStep == 1 && shape.StrideX <= 2));

    private static bool IsByChannels(in ConvolutionShape shape) => shape.ChannelStep == 1 && shape.OutFilterStep == 1 && shape.Channels >= Lanes;

    // Channels in eights where those lie side by side, else planes.
    private static long PiecesPerImage(in ConvolutionShape shape) => IsByChannels(shape) ? (shape.Channels + Lanes - 1) / Lanes : shape.Channels;

    private readonly struct Piece<TLanes, TOne>(ConvolutionShape shape, float* x, TLanes lanes, TOne one) : IParallelBody where TLanes : struct, IPoolLanes where TOne : struct, IPoolWindow
    {
        private readonly ConvolutionShape _shape = shape;

        public void Execute(long chunk)
        {
            var (image, part) = Math.DivRem(chunk, PiecesPerImage(_shape));
            if (IsByChannels(_shape))
            {
                // The last eight overlap with those before: they make the same once more.
                var channel = Math.Min(part * Lanes, _shape.Channels - Lanes);
                Channels(_shape, x + (image * _shape.ImageStep) + channel, (image * _shape.OutImageStep) + channel, lanes);
            }
            else
            {
                Plane(_shape, x + (image * _shape.ImageStep) + (part * _shape.ChannelStep), (image * _shape.OutImageStep) + (part * _shape.OutFilterStep), lanes, one, chunk);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Channels<TLanes>(in ConvolutionShape shape, float* from, long to, TLanes lanes) where TLanes : struct, IPoolLanes
    {
        for (var p = 0; p < shape.OutHeight; p++)
        {
            var (top, bottom) = ManagedPooling.Window(p, shape.StrideY, shape.PaddingY, shape.FilterHeight, shape.Height);
            for (var q = 0; q < shape.OutWidth; q++)
            {
                var (left, right) = ManagedPooling.Window(q, shape.StrideX, shape.PaddingX, shape.FilterWidth, shape.Width);
                lanes.Begin();
                for (var row = top; row < bottom; row++)
                {
                    for (var column = left; column < right; column++)
                    {
                        lanes.Add(Vector256.Load(from + (row * shape.RowStep) + (column * shape.ColumnStep)), Vector256.Create((row * shape.Width) + column));
                    }
                }

                lanes.Store(to + (p * shape.OutRowStep) + (q * shape.OutColumnStep), p, q);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Plane<TLanes, TOne>(in ConvolutionShape shape, float* from, long to, TLanes lanes, TOne one, long plane) where TLanes : struct, IPoolLanes where TOne : struct, IPoolWindow
    {
        // The columns whose windows lie inside the image.
        var begin = Math.Min((shape.PaddingX + shape.StrideX - 1) / shape.StrideX, shape.OutWidth);
        var end = shape.Width + shape.PaddingX < shape.FilterWidth ? begin : Math.Max(begin, Math.Min(((shape.Width + shape.PaddingX - shape.FilterWidth) / shape.StrideX) + 1, shape.OutWidth));
        if (end - begin < Lanes)
        {
            end = begin;
        }

        for (var p = 0; p < shape.OutHeight; p++)
        {
            var line = to + (p * shape.OutRowStep);
            for (var q = begin; q < end; q += Lanes)
            {
                // As of channels, the last eight overlap.
                Columns(shape, from, line, lanes, p, Math.Min(q, end - Lanes));
            }

            for (var q = 0; q < begin; q++)
            {
                one.Window(plane, p, q);
            }

            for (var q = end; q < shape.OutWidth; q++)
            {
                one.Window(plane, p, q);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Columns<TLanes>(in ConvolutionShape shape, float* from, long line, TLanes lanes, int p, int q) where TLanes : struct, IPoolLanes
    {
        var (top, bottom) = ManagedPooling.Window(p, shape.StrideY, shape.PaddingY, shape.FilterHeight, shape.Height);
        var left = (q * shape.StrideX) - shape.PaddingX;
        var steps = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) * shape.StrideX;
        lanes.Begin();
        for (var row = top; row < bottom; row++)
        {
            var start = from + (row * shape.RowStep) + left;
            for (var column = 0; column < shape.FilterWidth; column++)
            {
                lanes.Add(shape.StrideX == 1 ? Vector256.Load(start + column) : EverySecond(start + column), steps + Vector256.Create((row * shape.Width) + left + column));
            }
        }

        lanes.Store(line + q, p, q);
    }

    // Elements 0, 2, … 14, and nothing behind them is read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> EverySecond(float* from)
    {
        var low = Vector256.Shuffle(Vector256.Load(from), Vector256.Create(0, 2, 4, 6, 0, 0, 0, 0));
        var high = Vector256.Shuffle(Vector256.Load(from + Lanes - 1), Vector256.Create(0, 0, 0, 0, 1, 3, 5, 7));
        return Vector256.ConditionalSelect(Vector256.Create(-1, -1, -1, -1, 0, 0, 0, 0).AsSingle(), low, high);
    }
}
