using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The gradients of softmax, log-softmax, layer norm and RMS norm.</summary>
internal static class RowGradientCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new SoftmaxGradient(), new LogSoftmaxGradient(), new LayerNormGradient(), new RmsNormGradient()];

    private abstract class RowGradientCase : FloatingCase
    {
        public override string Family => "normalization";

        public override IReadOnlyList<CaseShape> Shapes => [.. CaseShape.Rows, new(700, 40), new(1, 8_200)];

        // Rows of whole vectors, of a few lanes and of several warps; one is longer than its threads hold; of many short ones the column sums
        // need several turns; of the last two a block has several rows, of the very last not as many as the others.
        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
            [new(0, 5), new(1, 1), new(3, 33), new([2, 129], CaseLayout.Unaligned), new([3, 40], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(2, 3, 37), new(3, 40), new(2, 1_048), new(1, 1_061), new(37, 3), new(8, 136), new(9, 520)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        /// <summary>dy, with NaN in the first row and an infinity in the second where the shape has rows to spare.</summary>
        protected static CaseTensor<T> OutputGradient<T>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var data = inputs.Input<T>(inputs.Lengths, -2, 2).Data;
            if (HasSpecials(inputs))
            {
                (data[3], data[inputs.Lengths[^1] + 4]) = (T.NaN, T.PositiveInfinity);
            }

            return inputs.Input(data, inputs.Lengths);
        }

        protected static bool HasSpecials(CaseInputs inputs) => inputs.Lengths is [6, 31] or [4, 257];

        /// <summary>A function of the rows of some tensors along the last axis, or along the first.</summary>
        protected static double[] Along(bool first, nint[] lengths, double[] a, double[] b, Func<double[], double[], double[]> function)
        {
            var columns = (int)(first ? lengths[0] : lengths[^1]);
            var (rows, step) = (columns == 0 ? 0 : a.Length / columns, first ? a.Length / Math.Max(columns, 1) : 1);
            var result = new double[a.Length];
            WideReference.ForRows(rows, a.Length, row =>
            {
                var start = first ? row : row * columns;
                var values = function(Row(a, start), Row(b, start));
                for (var c = 0; c < columns; c++)
                {
                    result[start + (c * step)] = values[c];
                }
            });
            return result;

            double[] Row(double[] all, int start) => [.. Enumerable.Range(0, columns).Select(c => all[start + (c * step)])];
        }
    }

    /// <summary>A gradient from an output y, along the last axis and along the first.</summary>
    private abstract class FromOutputCase : RowGradientCase
    {
        /// <summary>Turns random rows into outputs of the operation.</summary>
        protected abstract double[] Output(double[] x);

        protected abstract double[] Gradient(double[] y, double[] dy);

        /// <summary>The sum of the magnitudes of what the gradient adds up, which rounding errors grow from.</summary>
        protected abstract double[] Magnitude(double[] y, double[] dy);

        protected abstract void Run<T>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx, int axis) where T : unmanaged, IFloatingPointIeee754<T>;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs)
        {
            var random = Array.ConvertAll(inputs.Input<T>(inputs.Lengths, -3, 3).Data, CaseElement.ToDouble);
            var outputs = Along(first: false, inputs.Lengths, random, random, (x, _) => Output(x));
            var y = inputs.Input(Array.ConvertAll(outputs, CaseElement.FromDouble<T>), inputs.Lengths);
            var dy = OutputGradient<T>(inputs);
            var dx = inputs.Output<T>(inputs.Lengths);
            var plan = new CasePlan(() => Run(y.Tensor, dy.Tensor, dx, -1), 3.0 * y.Data.Length * ElementType<T>.Size, 4.0 * y.Data.Length)
                .Expect(dx, () => Along(first: false, inputs.Lengths, y.Values, dy.Values, Gradient), 1e-3, () => Along(first: false, inputs.Lengths, y.Values, dy.Values, Magnitude));
            // One long row has thousands of rows of one element along the first axis: they show no more than the small shapes do.
            if (inputs.Lengths[0] == 1 && inputs.Lengths[^1] > 1_000)
            {
                return plan;
            }

            var turned = inputs.Output<T>(inputs.Lengths);
            return plan.Also(() => Run(y.Tensor, dy.Tensor, turned, 0)).Expect(turned, () => Along(first: true, inputs.Lengths, y.Values, dy.Values, Gradient), 1e-3, () => Along(first: true, inputs.Lengths, y.Values, dy.Values, Magnitude));
        }
    }

    private sealed class SoftmaxGradient : FromOutputCase
    {
        public override string Name => "softmax-gradient";

        protected override double[] Output(double[] x)
        {
            var sum = x.Sum(Math.Exp);
            return Array.ConvertAll(x, value => Math.Exp(value) / sum);
        }

        protected override double[] Gradient(double[] y, double[] dy)
        {
            var mean = y.Zip(dy, (a, b) => a * b).Sum();
            return [.. y.Zip(dy, (a, b) => a * (b - mean))];
        }

        protected override double[] Magnitude(double[] y, double[] dy)
        {
            var mean = y.Zip(dy, (a, b) => Math.Abs(a * b)).Sum();
            return [.. y.Zip(dy, (a, b) => a * (Math.Abs(b) + mean))];
        }

        protected override void Run<T>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx, int axis) => y.SoftmaxGradient(dy, dx, axis);
    }

    private sealed class LogSoftmaxGradient : FromOutputCase
    {
        public override string Name => "log-softmax-gradient";

        protected override double[] Output(double[] x)
        {
            var logarithm = Math.Log(x.Sum(Math.Exp));
            return Array.ConvertAll(x, value => value - logarithm);
        }

        protected override double[] Gradient(double[] y, double[] dy)
        {
            var sum = dy.Sum();
            return [.. y.Zip(dy, (a, b) => b - (Math.Exp(a) * sum))];
        }

        protected override double[] Magnitude(double[] y, double[] dy)
        {
            var sum = dy.Sum(Math.Abs);
            return [.. y.Zip(dy, (a, b) => Math.Abs(b) + (Math.Exp(a) * sum))];
        }

        protected override void Run<T>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx, int axis) => y.LogSoftmaxGradient(dy, dx, axis);
    }

    /// <summary>A gradient from the input x, with and without gamma and the gradients to the parameters.</summary>
    private abstract class FromInputCase : RowGradientCase
    {
        /// <summary>The row before gamma and beta, and the scale that made it.</summary>
        protected abstract (double[] Normalized, double Scale) Normalize(double[] x);

        /// <summary>Whether the mean is taken off.</summary>
        protected abstract bool IsCentred { get; }

        protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, DeviceTensor<T>? dgamma, DeviceTensor<T>? dbeta) where T : unmanaged, IFloatingPointIeee754<T>;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs)
        {
            var columns = (int)inputs.Lengths[^1];
            var x = inputs.Input<T>(inputs.Lengths, -3, 5);
            var dy = OutputGradient<T>(inputs);
            var gamma = inputs.Own(inputs.Device.CreateTensor(inputs.Input<T>([columns], 0.5, 1.5).Data));
            var factors = Array.ConvertAll(gamma.ToArray(), CaseElement.ToDouble);
            var ones = Array.ConvertAll(factors, _ => 1.0);
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            var (plain, plainWithSums) = (inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)), inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)));
            var dgamma = inputs.Own(inputs.Device.CreateTensor(Array.ConvertAll(factors, _ => T.One), [columns]));
            var dbeta = inputs.Own(inputs.Device.CreateTensor(Array.ConvertAll(factors, _ => T.One), [columns]));
            var plan = new CasePlan(() => Run(x.Tensor, dy.Tensor, gamma, dx, dgamma, IsCentred ? dbeta : null), 3.0 * x.Data.Length * ElementType<T>.Size, 14.0 * x.Data.Length)
                .Expect(dx, () => Gradient(factors))
                .Expect(dgamma, () => Sums((gradient, normalized) => gradient * normalized), 1e-2, () => Sums((gradient, normalized) => Math.Abs(gradient * normalized)));
            plan = IsCentred ? plan.Expect(dbeta, () => Sums((gradient, _) => gradient), 1e-2, () => Sums((gradient, _) => Math.Abs(gradient))) : plan;
            var sums = inputs.Own(inputs.Device.CreateZeros<T>([columns]));
            return plan.Also(() => Run(x.Tensor, dy.Tensor, null, plain, null, null)).Expect(plain, () => Gradient(ones))
                .Also(() => Run(x.Tensor, dy.Tensor, null, plainWithSums, sums, null)).Expect(plainWithSums, () => Gradient(ones));

            double[] Gradient(double[] factors) => Along(first: false, inputs.Lengths, x.Values, dy.Values, (row, gradient) =>
            {
                var (normalized, scale) = Normalize(row);
                var g = gradient.Zip(factors, (a, b) => a * b).ToArray();
                var (offset, slope) = (IsCentred ? Reference64.Mean(g) : 0, Reference64.Mean(g.Zip(normalized, (a, b) => a * b)));
                return [.. g.Zip(normalized, (a, b) => (a - offset - (b * slope)) * scale)];
            });

            double[] Sums(Func<double, double, double> term)
            {
                var terms = Along(first: false, inputs.Lengths, x.Values, dy.Values, (row, gradient) => [.. gradient.Zip(Normalize(row).Normalized, term)]);
                return [.. Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, terms.Length / columns).Sum(row => terms[(row * columns) + c]))];
            }
        }
    }

    private sealed class LayerNormGradient : FromInputCase
    {
        public override string Name => "layer-norm-gradient";

        protected override bool IsCentred => true;

        protected override (double[] Normalized, double Scale) Normalize(double[] x)
        {
            var mean = Reference64.Mean(x);
            var scale = 1 / Math.Sqrt(Reference64.Mean(x.Select(value => (value - mean) * (value - mean))) + 1e-5);
            return (Array.ConvertAll(x, value => (value - mean) * scale), scale);
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, DeviceTensor<T>? dgamma, DeviceTensor<T>? dbeta) => x.LayerNormGradient(dy, gamma, dx, dgamma, dbeta);
    }

    private sealed class RmsNormGradient : FromInputCase
    {
        public override string Name => "rms-norm-gradient";

        protected override bool IsCentred => false;

        protected override (double[] Normalized, double Scale) Normalize(double[] x)
        {
            var scale = 1 / Math.Sqrt(Reference64.Mean(x.Select(value => value * value)) + 1e-5);
            return (Array.ConvertAll(x, value => value * scale), scale);
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, DeviceTensor<T>? dgamma, DeviceTensor<T>? dbeta) => x.RmsNormGradient(dy, gamma, dx, dgamma);
    }
}
