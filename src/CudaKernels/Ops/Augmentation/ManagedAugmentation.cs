using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the augmentation: images in parallel, each by the formulas of the kernel; in float, or in double for double.</summary>
internal static unsafe class ManagedAugmentation
{
    public static void Run<T>(CpuDevice device, in AugmentationShape shape, PhiloxState position, long images, byte* x, long* samples, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            ManagedParallel.For(images, device.Options.Threads, new Image<T, double>(shape, position, x, samples, y));
        }
        else
        {
            ManagedParallel.For(images, device.Options.Threads, new Image<T, float>(shape, position, x, samples, y));
        }
    }

    private readonly struct Image<T, TCompute>(AugmentationShape shape, PhiloxState position, byte* x, long* samples, T* y) : IParallelBody
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
            for (var c = 0; c < _shape.Channels; c++, to += _shape.OutPixels)
            {
                var values = new Values(change, TCompute.CreateTruncating(_shape.Mean[c]), TCompute.CreateTruncating(_shape.Deviation[c]));
                if (_shape.MaxRotation == 0)
                {
                    Cut(change, values, from + c, to);
                }
                else
                {
                    Turn(change, values, from + c, to);
                }
            }
        }

        // Without a turn an element depends on one byte alone: those of a channel come from a table of all bytes, where it pays.
        private void Cut(in Change change, in Values values, byte* from, T* to)
        {
            var table = stackalloc T[256];
            var isTable = _shape.OutPixels >= 256;
            for (var value = 0; isTable && value < 256; value++)
            {
                table[value] = values.Of(TCompute.CreateTruncating(value));
            }

            var zero = values.Of(TCompute.Zero);
            for (var p = 0; p < _shape.OutHeight; p++)
            {
                var row = change.Top + p;
                for (var q = 0; q < _shape.OutWidth; q++)
                {
                    var column = change.Left + (change.Flips ? _shape.OutWidth - 1 - q : q);
                    if ((uint)row >= (uint)_shape.Height || (uint)column >= (uint)_shape.Width)
                    {
                        *to++ = zero;
                        continue;
                    }

                    var value = from[(((long)row * _shape.Width) + column) * _shape.Channels];
                    *to++ = isTable ? table[value] : values.Of(TCompute.CreateTruncating(value));
                }
            }
        }

        private void Turn(in Change change, in Values values, byte* from, T* to)
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

        /// <summary>What becomes of a value of one channel.</summary>
        private readonly struct Values(Change change, TCompute mean, TCompute deviation)
        {
            private readonly Change _change = change;

            public T Of(TCompute value) =>
                T.CreateTruncating(_change.Contrast * (((_change.Brightness * (value / TCompute.CreateTruncating(255))) - mean) / deviation));
        }
    }
}
