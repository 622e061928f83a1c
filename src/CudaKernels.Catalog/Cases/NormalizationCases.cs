using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>softmax, log-softmax, layer norm, RMS norm and rows of length 1.</summary>
internal static class NormalizationCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new SoftmaxCase(), new LogSoftmaxCase(), new LayerNormCase(), new RmsNormCase(), new L2NormalizeCase()];

    private sealed class SoftmaxCase : RowCase
    {
        public override string Name => "softmax";

        // Probabilities are small: those of a row of a thousand are rounded as finely as others.
        protected override double Floor => 1e-4;

        protected override bool TakesInfinities => true;

        protected override bool TakesAnyAxis => true;

        protected override double[] Reference(double[] row)
        {
            var maximum = row.Max();
            var sum = row.Sum(x => Math.Exp(x - maximum));
            return Array.ConvertAll(row, x => Math.Exp(x - maximum) / sum);
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) => x.Softmax(y, axis);
    }

    private sealed class LogSoftmaxCase : RowCase
    {
        public override string Name => "log-softmax";

        protected override bool TakesInfinities => true;

        protected override bool TakesAnyAxis => true;

        protected override double[] Reference(double[] row)
        {
            var maximum = row.Max();
            var logarithm = Math.Log(row.Sum(x => Math.Exp(x - maximum)));
            return Array.ConvertAll(row, x => x - maximum - logarithm);
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) => x.LogSoftmax(y, axis);
    }

    private sealed class LayerNormCase : RowCase
    {
        public override string Name => "layer-norm";

        protected override bool TakesParameters => true;

        protected override double[] Reference(double[] row)
        {
            var mean = row.Average();
            var scale = 1 / Math.Sqrt(row.Average(x => (x - mean) * (x - mean)) + 1e-5);
            return Array.ConvertAll(row, x => (x - mean) * scale);
        }

        protected override double[] Affine(double[] row, double[] gamma, double[] beta) => [.. row.Select((x, i) => (x * gamma[i]) + beta[i])];

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) => x.LayerNorm(gamma, beta, y);
    }

    private sealed class RmsNormCase : RowCase
    {
        public override string Name => "rms-norm";

        protected override bool TakesParameters => true;

        protected override double[] Reference(double[] row)
        {
            var scale = 1 / Math.Sqrt(row.Average(x => x * x) + 1e-5);
            return Array.ConvertAll(row, x => x * scale);
        }

        protected override double[] Affine(double[] row, double[] gamma, double[] beta) => [.. row.Select((x, i) => x * gamma[i])];

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) => x.RmsNorm(gamma, y);
    }

    private sealed class L2NormalizeCase : RowCase
    {
        public override string Name => "l2-normalize";

        // The elements of a long row of length 1 are small.
        protected override double Floor => 1e-3;

        protected override bool TakesAnyAxis => true;

        protected override double[] Reference(double[] row)
        {
            var norm = Math.Max(Math.Sqrt(row.Sum(x => x * x)), 1e-12);
            return Array.ConvertAll(row, x => x / norm);
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) => x.L2Normalize(y, axis);
    }

    /// <summary>An operation on the rows of a tensor, along the last axis and, where it takes one, along the first.</summary>
    private abstract class RowCase : FloatingCase
    {
        public override string Family => "normalization";

        // The last row is longer than the threads of a block hold.
        public override IReadOnlyList<CaseShape> Shapes { get; } = [.. CaseShape.Rows, new(1, 17_000)];

        // Rows of whole vectors, of a few lanes and of several warps; the two last rows are longer than their threads hold, element by element and in vectors.
        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
            [new(0, 5), new(1, 1), new(3, 33), new([2, 129], CaseLayout.Unaligned), new([3, 40], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(2, 3, 37), new(3, 40), new(2, 1_048), new(1, 1_061), new(1, 8_200)];

        // 16-bit floats are computed in float and rounded once: half a unit in the last place, and what the sums lose.
        public override double Tolerance(ElementKind kind) => kind switch
        {
            ElementKind.Float32 => 1e-5,
            ElementKind.Float16 => 5.2e-4,
            ElementKind.BFloat16 => 4.1e-3,
            _ => base.Tolerance(kind),
        };

        protected virtual double Floor => 1;

        protected virtual bool TakesAnyAxis => false;

        /// <summary>Whether rows may hold infinities: masked elements, a row of nothing else, a row with +∞.</summary>
        protected virtual bool TakesInfinities => false;

        /// <summary>Whether gamma and beta may be left out.</summary>
        protected virtual bool TakesParameters => false;

        protected abstract double[] Reference(double[] row);

        protected virtual double[] Affine(double[] row, double[] gamma, double[] beta) => row;

        protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, int axis) where T : unmanaged, IFloatingPointIeee754<T>;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs)
        {
            var columns = (int)inputs.Lengths[^1];
            var data = inputs.Input<T>(inputs.Lengths, -3, 5).Data;
            if (inputs.Lengths is [6, 31])
            {
                data.AsSpan(0, columns).Clear();
            }

            if (TakesInfinities && inputs.HasSpecials && columns > 2)
            {
                Mask(data, columns);
            }

            var x = inputs.Input(data, inputs.Lengths);
            var gamma = inputs.Own(inputs.Device.CreateTensor(inputs.Input<T>([columns], 0.5, 1.5).Data));
            var beta = inputs.Own(inputs.Device.CreateTensor(inputs.Input<T>([columns]).Data));
            var (scale, shift) = (Array.ConvertAll(gamma.ToArray(), CaseElement.ToDouble), Array.ConvertAll(beta.ToArray(), CaseElement.ToDouble));
            var y = inputs.Output<T>(inputs.Lengths);
            var plan = new CasePlan(() => Run(x.Tensor, gamma, beta, y, -1), 2.0 * x.Data.Length * ElementType<T>.Size, 5.0 * x.Data.Length)
                .Expect(y, () => WideReference.MapRows(x.Values, columns, (row, _) => Affine(Reference(row), scale, shift)), Floor);
            if (TakesParameters)
            {
                var plain = inputs.Output<T>(inputs.Lengths);
                plan.Also(() => Run(x.Tensor, null, null, plain, -1)).Expect(plain, () => WideReference.MapRows(x.Values, columns, (row, _) => Reference(row)), Floor);
            }

            // One long row has thousands of rows of one element along the first axis: they show no more than the small shapes do.
            if (!TakesAnyAxis || (inputs.Lengths[0] == 1 && columns > 1_000))
            {
                return plan;
            }

            var first = inputs.Output<T>(inputs.Lengths);
            var groups = (int)inputs.Lengths[0];
            return plan.Also(() => Run(x.Tensor, gamma, beta, first, 0)).Expect(first, () => AlongFirst(x.Values, groups), Floor);
        }

        // The first row's ends are masked; the second row has nothing else, the third one +∞.
        private static void Mask<T>(T[] data, int columns) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (data.Length == 0)
            {
                return;
            }

            (data[0], data[columns - 1]) = (T.NegativeInfinity, T.NegativeInfinity);
            if (data.Length >= 3 * columns)
            {
                data.AsSpan(columns, columns).Fill(T.NegativeInfinity);
                data[2 * columns] = T.PositiveInfinity;
            }
        }

        private double[] AlongFirst(double[] values, int length)
        {
            var inner = length == 0 ? 0 : values.Length / length;
            var result = new double[values.Length];
            for (var c = 0; c < inner; c++)
            {
                var row = Reference([.. Enumerable.Range(0, length).Select(i => values[(i * inner) + c])]);
                for (var i = 0; i < length; i++)
                {
                    result[(i * inner) + c] = row[i];
                }
            }

            return result;
        }
    }
}
