using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Images of bytes made ready for a network. A shape holds images, channels, height, width, the window's height and width, and which options (1 to 6).</summary>
internal static class AugmentationCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new AugmentImagesCase()];

    private static ImageAugmentation Options(CaseInputs inputs)
    {
        var channels = (int)inputs.Lengths[1];
        float[] mean = [.. Enumerable.Range(0, channels).Select(c => 0.3f + (0.07f * c))];
        float[] deviation = [.. Enumerable.Range(0, channels).Select(c => 0.25f + (0.05f * c))];
        var normal = channels == 0 ? new ImageAugmentation() : new ImageAugmentation { Mean = mean, Deviation = deviation };
        return inputs.Lengths[6] switch
        {
            1 => normal,
            2 => normal with { Padding = 2, RandomCrop = true },
            3 => normal with { Padding = 3, RandomCrop = true, FlipProbability = 0.4, MaxRotation = 30, Brightness = 0.4, Contrast = 0.3 },
            4 => normal with { Padding = 1, Mean = [0.5f], FlipProbability = 1, MaxRotation = 180 },
            5 => new ImageAugmentation { Padding = 2, Brightness = 1, Contrast = 1 },
            _ => normal with { RandomCrop = true, MaxRotation = 1, Contrast = 0.5 },
        };
    }

    private sealed class AugmentImagesCase : FloatingCase
    {
        public override string Name => "augment-images";

        public override string Family => "augmentation";

        public override IReadOnlyList<CaseShape> Shapes { get; } =
        [
            new(0, 3, 4, 4, 2, 2, 2),
            new(2, 3, 4, 4, 0, 3, 2),
            new(2, 0, 4, 4, 3, 3, 2),
            new(1, 1, 1, 1, 1, 1, 1),
            new(2, 1, 0, 3, 2, 2, 3),
            new(3, 3, 7, 6, 4, 3, 1),
            new([5, 3, 6, 5, 6, 5, 2], CaseLayout.Unaligned),
            new([4, 2, 9, 11, 12, 10, 3], CaseLayout.Strided),
            new(3, 1, 5, 8, 7, 8, 4),
            new(3, 4, 4, 5, 7, 8, 5),
            new(4, 8, 3, 3, 2, 3, 6),
            new(2, 3, 17, 15, 20, 18, 3),
            new(1, 1, 33, 31, 34, 35, 2),
            new(70, 3, 33, 31, 28, 29, 3),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 3, 256, 256, 224, 224, 2), new(64, 3, 256, 256, 224, 224, 3)];

        /// <summary>
        /// A turn places pixels with the rounding of its arithmetic, 7e-15 in each of a few steps at places around 32, times how far neighbours differ: up to 1 / deviation. A GPU joins multiplications
        /// and additions where the reference does not.
        /// </summary>
        public override double Tolerance(ElementKind kind) => kind switch
        {
            ElementKind.Float32 => 3e-5,
            ElementKind.Float64 => 5e-14,
            _ => base.Tolerance(kind),
        };

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (images, channels, height, width) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2], inputs.Lengths[3]);
            var x = inputs.Input<byte>([images, height, width, channels], 0, 255);
            var samples = inputs.Input([.. Enumerable.Range(0, (int)images).Select(_ => inputs.Random.NextInt64(1L << 40))], [images]);
            var position = new PhiloxState((ulong)inputs.Random.NextInt64(), (ulong)inputs.Random.Next(5), (ulong)inputs.Random.NextInt64());
            var y = inputs.Own(inputs.Device.CreateZeros<T>([images, channels, inputs.Lengths[4], inputs.Lengths[5]]));
            var options = Options(inputs);
            if (inputs.Lengths[6] == 2 && images > 0)
            {
                // Exactly that of the first image, which shows whether the bound belongs to it.
                options = options with { FlipProbability = PhiloxReference.Output(position, (8 * samples.Data[0]) + 2) / 4294967296.0 };
            }

            return new CasePlan(() => x.Tensor.AugmentImages(samples.Tensor, options, position, y), x.Data.Length + (y.FlattenedLength * (double)ElementType<T>.Size), 12.0 * y.FlattenedLength)
                .Expect(y, () => Reference(inputs.Lengths, x.Data, samples.Data, options, position));
        }

        // Follows a pixel of the window back to the image: where the turned and mirrored window lies, and what lies around that place.
        private static double[] Reference(nint[] lengths, byte[] x, long[] samples, ImageAugmentation options, PhiloxState position)
        {
            var (channels, height, width, outHeight, outWidth) = ((int)lengths[1], (int)lengths[2], (int)lengths[3], (int)lengths[4], (int)lengths[5]);
            var y = new List<double>();
            for (var image = 0; image < samples.Length; image++)
            {
                var bits = Enumerable.Range(0, 6).Select(k => PhiloxReference.Output(position, (8 * samples[image]) + k)).ToArray();
                var turn = Complex.FromPolarCoordinates(1, options.MaxRotation / 180 * Math.PI * Signed(bits[3]));
                var (top, left) = (First(bits[0], height, outHeight), First(bits[1], width, outWidth));
                var middle = new Complex((outWidth - 1) / 2.0, (outHeight - 1) / 2.0);
                for (var c = 0; c < channels; c++)
                {
                    for (var pixel = 0; pixel < outHeight * outWidth; pixel++)
                    {
                        var place = middle + (turn * (new Complex(pixel % outWidth, pixel / outWidth) - middle));
                        var column = bits[2] < options.FlipProbability * 4294967296 ? outWidth - 1 - place.Real : place.Real;
                        var value = Around(image, c, top + place.Imaginary, left + column) / 255;
                        var (mean, deviation) = (options.Mean[Math.Min(c, options.Mean.Count - 1)], options.Deviation[Math.Min(c, options.Deviation.Count - 1)]);
                        y.Add((1 + (options.Contrast * Signed(bits[5]))) * (((1 + (options.Brightness * Signed(bits[4]))) * value) - mean) / deviation);
                    }
                }
            }

            return [.. y];

            double Signed(uint u) => (u / 256 / 8388608.0) - 1;

            double First(uint u, int length, int outLength)
            {
                var places = length + (2 * options.Padding) - outLength + 1;
                return Math.Floor(options.RandomCrop ? (double)u * places / 4294967296 : (places - 1) / 2.0) - options.Padding;
            }

            // Every pixel less than one from the place counts by how near it is, in rows times in columns.
            double Around(int image, int channel, double row, double column)
            {
                var sum = 0.0;
                for (var r = Math.Max((int)Math.Floor(row), 0); r <= Math.Min(Math.Ceiling(row), height - 1); r++)
                {
                    for (var q = Math.Max((int)Math.Floor(column), 0); q <= Math.Min(Math.Ceiling(column), width - 1); q++)
                    {
                        sum += Math.Max(1 - Math.Abs(row - r), 0) * Math.Max(1 - Math.Abs(column - q), 0) * x[(((((image * height) + r) * width) + q) * channels) + channel];
                    }
                }

                return sum;
            }
        }
    }
}
