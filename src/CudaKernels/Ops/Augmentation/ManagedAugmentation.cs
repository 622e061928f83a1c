using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the augmentation: images in parallel, each by the formulas of the kernel; in float, or in double for double.</summary>
internal static unsafe class ManagedAugmentation
{
    private const int Bytes = 256;

    public static void Run<T>(CpuDevice device, in AugmentationShape shape, PhiloxState position, long images, byte* x, long* samples, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>(device, shape, position, images, x, samples, y);
        }
        else
        {
            Run<T, float>(device, shape, position, images, x, samples, y);
        }
    }

    private static void Run<T, TCompute>(CpuDevice device, in AugmentationShape shape, PhiloxState position, long images, byte* x, long* samples, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        // Without factors of their own all images share what becomes of a byte.
        var tables = stackalloc T[ImageAugmentation.MaxChannels * Bytes];
        var isShared = shape.MaxRotation == 0 && shape.Brightness == 0 && shape.Contrast == 0;
        for (var c = 0; isShared && c < shape.Channels; c++)
        {
            new Values<T, TCompute>(shape, c, TCompute.One, TCompute.One).Fill(tables + (c * Bytes));
        }

        ManagedParallel.For(images, device.Options.Threads, new Image<T, TCompute>(shape, position, x, samples, y, isShared ? tables : null));
    }

    private readonly struct Image<T, TCompute>(AugmentationShape shape, PhiloxState position, byte* x, long* samples, T* y, T* tables) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly AugmentationShape _shape = shape;
        private readonly PhiloxState _position = position;

        public void Execute(long image)
        {
            var change = Change.Draw(_shape, _position, samples[image]);
            var from = x + (image * _shape.Height * _shape.Width * _shape.Channels);
            var to = y + (image * _shape.Channels * _shape.OutPixels);
            var own = stackalloc T[Bytes];
            for (var c = 0; c < _shape.Channels; c++, to += _shape.OutPixels)
            {
                var values = new Values<T, TCompute>(_shape, c, change.Brightness, change.Contrast);
                if (_shape.MaxRotation != 0)
                {
                    Turn(change, values, from + c, to);
                    continue;
                }

                if (tables == null)
                {
                    values.Fill(own);
                }

                Cut(change, tables == null ? own : tables + (c * Bytes), from + c, to);
            }
        }

        // Without a turn an element depends on one byte alone, by a table of all bytes. The columns from begin to end show the image.
        private void Cut(in Change change, T* table, byte* from, T* to)
        {
            var shift = change.Flips ? _shape.Width - change.Left - _shape.OutWidth : change.Left;
            var (begin, end) = (Math.Clamp(-shift, 0, _shape.OutWidth), Math.Clamp(_shape.Width - shift, 0, _shape.OutWidth));
            var (first, step) = change.Flips ? (_shape.Width - 1 - shift - begin, -_shape.Channels) : (shift + begin, _shape.Channels);
            for (var row = change.Top; row < change.Top + _shape.OutHeight; row++, to += _shape.OutWidth)
            {
                if ((uint)row >= (uint)_shape.Height || begin >= end)
                {
                    new Span<T>(to, _shape.OutWidth).Fill(table[0]);
                    continue;
                }

                new Span<T>(to, begin).Fill(table[0]);
                new Span<T>(to + end, _shape.OutWidth - end).Fill(table[0]);
                var pixel = from + ((((long)row * _shape.Width) + first) * _shape.Channels);
                for (var column = begin; column < end; column++, pixel += step)
                {
                    to[column] = table[*pixel];
                }
            }
        }

        private void Turn(in Change change, in Values<T, TCompute> values, byte* from, T* to)
        {
            var two = TCompute.CreateTruncating(2);
            var middleRow = TCompute.CreateTruncating(_shape.OutHeight - 1) / two;
            var middleColumn = TCompute.CreateTruncating(_shape.OutWidth - 1) / two;
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                var rows = TCompute.CreateTruncating(p) - middleRow;
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    var columns = TCompute.CreateTruncating(q) - middleColumn;
                    var windowRow = middleRow + ((change.Sine * columns) + (change.Cosine * rows));
                    var windowColumn = middleColumn + ((change.Cosine * columns) - (change.Sine * rows));
                    var row = TCompute.CreateTruncating(change.Top) + windowRow;
                    var column = TCompute.CreateTruncating(change.Left) + (change.Flips ? TCompute.CreateTruncating(_shape.OutWidth - 1) - windowColumn : windowColumn);
                    *to++ = values.Of(Between(from, row, column));
                }
            }
        }

        private TCompute Between(byte* from, TCompute row, TCompute column)
        {
            var (above, left) = (int.CreateTruncating(TCompute.Floor(row)), int.CreateTruncating(TCompute.Floor(column)));
            var (rowFraction, columnFraction) = (row - TCompute.CreateTruncating(above), column - TCompute.CreateTruncating(left));
            var upper = Mix(Pixel(from, above, left), Pixel(from, above, left + 1), columnFraction);
            var lower = Mix(Pixel(from, above + 1, left), Pixel(from, above + 1, left + 1), columnFraction);
            return Mix(upper, lower, rowFraction);
        }

        private TCompute Pixel(byte* from, int row, int column) => (uint)row < (uint)_shape.Height && (uint)column < (uint)_shape.Width
            ? TCompute.CreateTruncating(from[(((long)row * _shape.Width) + column) * _shape.Channels])
            : TCompute.Zero;

        private static TCompute Mix(TCompute a, TCompute b, TCompute fraction) => a + (fraction * (b - a));

        /// <summary>What was drawn for an image.</summary>
        private readonly record struct Change(int Top, int Left, bool Flips, TCompute Sine, TCompute Cosine, TCompute Brightness, TCompute Contrast)
        {
            public static Change Draw(in AugmentationShape shape, in PhiloxState position, long sample)
            {
                Span<uint> bits = stackalloc uint[8];
                Philox.Fill(position, 8 * (ulong)sample, bits);
                var (sine, cosine) = TCompute.SinCos(TCompute.CreateTruncating(shape.MaxRotation) * SignedUnit(bits[3]));
                return new Change(
                    First(bits[0], shape.Height, shape.OutHeight, shape),
                    First(bits[1], shape.Width, shape.OutWidth, shape),
                    bits[2] < shape.FlipThreshold,
                    sine,
                    cosine,
                    TCompute.One + (TCompute.CreateTruncating(shape.Brightness) * SignedUnit(bits[4])),
                    TCompute.One + (TCompute.CreateTruncating(shape.Contrast) * SignedUnit(bits[5])));
            }

            private static int First(uint bits, int length, int outLength, in AugmentationShape shape)
            {
                var places = (uint)(length + (2 * shape.Padding) - outLength) + 1;
                return (int)(shape.CropsAtRandom != 0 ? Math.BigMul(bits, places) >> 32 : (places - 1) / 2) - shape.Padding;
            }

            // Uniform in [-1, 1), a multiple of 2⁻²³.
            private static TCompute SignedUnit(uint bits) => TCompute.CreateTruncating((bits >> 8) * (1.0 / 8388608)) - TCompute.One;
        }
    }

    /// <summary>What becomes of a value of one channel.</summary>
    private readonly struct Values<T, TCompute>(in AugmentationShape shape, int channel, TCompute brightness, TCompute contrast)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly TCompute _mean = TCompute.CreateTruncating(shape.Mean[channel]);
        private readonly TCompute _deviation = TCompute.CreateTruncating(shape.Deviation[channel]);

        public T Of(TCompute value) => T.CreateTruncating(contrast * (((brightness * (value / TCompute.CreateTruncating(255))) - _mean) / _deviation));

        /// <summary>That of every byte.</summary>
        public void Fill(T* table)
        {
            for (var value = 0; value < Bytes; value++)
            {
                table[value] = Of(TCompute.CreateTruncating(value));
            }
        }
    }
}
