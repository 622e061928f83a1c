using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The group norm and the instance norm, and their gradients. A shape holds images, channels, height, width and groups, which an instance norm makes as many as channels.</summary>
internal static class GroupNormCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(isInstance: false), new Forward(isInstance: true), new Gradient(isInstance: false), new Gradient(isInstance: true)];

    private abstract class GroupNormCase(bool isInstance) : FloatingCase
    {
        public override string Family => "normalization";

        public override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, new(3, 12, 33, 29, 3), new(9, 70, 9, 7, 7), new(600, 36, 1, 1, 4)];

        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [
            new(0, 4, 4, 4, 2),
            new(1, 1, 1, 1, 1),
            new(2, 4, 5, 7, 2),
            new([2, 6, 3, 5, 3], CaseLayout.Unaligned),
            new([3, 2, 4, 5, 1], CaseLayout.Strided),
            new(1, 2, 23, 25, 1),
            new(3, 34, 1, 1, 2),
            new(5, 3, 4, 3, 3),
            new(9, 10, 2, 1, 5),
        ];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 64, 56, 56, 32)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected bool IsInstance => isInstance;

        protected int Groups(CaseInputs inputs) => (int)inputs.Lengths[isInstance ? 1 : 4];

        protected ChannelNormReference Reference(CaseInputs inputs, double[] x) => new(x, (int)inputs.Lengths[1], (int)(inputs.Lengths[2] * inputs.Lengths[3]), isLast: false, Groups(inputs));

        /// <summary>
        /// Random elements. Of two that are all of a channel the second stands apart from the first: where they nearly agree, the result is little
        /// more than the rounding of their difference.
        /// </summary>
        protected static CaseTensor<T> Elements<T>(CaseInputs inputs, double low, double high) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var data = inputs.Input<T>(inputs.Lengths.AsSpan(0, 4), low, high).Data;
            if (inputs.Lengths[2] * inputs.Lengths[3] == 2)
            {
                for (var i = 0; i < data.Length; i += 2)
                {
                    data[i + 1] = T.Abs(data[i + 1] - data[i]) < T.One ? data[i] + T.One + T.One : data[i + 1];
                }
            }

            return inputs.Input(data, inputs.Lengths.AsSpan(0, 4));
        }

        /// <summary>Random elements, with NaN in the first image and an infinity in the second where there are five images.</summary>
        protected static CaseTensor<T> WithSpecials<T>(CaseInputs inputs, double low, double high) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var data = Elements<T>(inputs, low, high).Data;
            if (inputs.Lengths[0] == 5)
            {
                (data[5], data[(data.Length / 5) + 1]) = (T.NaN, T.PositiveInfinity);
            }

            return inputs.Input(data, inputs.Lengths.AsSpan(0, 4));
        }

        protected static (DeviceTensor<T> Tensor, double[] Values) Vector<T>(CaseInputs inputs, double low, double high) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var tensor = inputs.Own(inputs.Device.CreateTensor(inputs.Input<T>([inputs.Lengths[1]], low, high).Data));
            return (tensor, Array.ConvertAll(tensor.ToArray(), CaseElement.ToDouble));
        }
    }

    private sealed class Forward(bool isInstance) : GroupNormCase(isInstance)
    {
        public override string Name => IsInstance ? "instance-norm" : "group-norm";

        public override string KernelFile => "normalization/group_norm.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = WithSpecials<T>(inputs, -3, 5);
            var (gamma, factors) = Vector<T>(inputs, 0.5, 1.5);
            var (beta, shifts) = Vector<T>(inputs, -1, 1);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths.AsSpan(0, 4)));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths.AsSpan(0, 4)));
            return new CasePlan(() => Run(gamma, beta, y), 2.0 * x.Data.Length * ElementType<T>.Size, 8.0 * x.Data.Length)
                .Expect(y, () => Reference(inputs, x.Values).Forward(factors, shifts))
                .Also(() => Run(null, null, plain))
                .Expect(plain, () => Reference(inputs, x.Values).Normalized);

            void Run(DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> destination)
            {
                if (IsInstance)
                {
                    x.Tensor.InstanceNorm(gamma, beta, destination);
                }
                else
                {
                    x.Tensor.GroupNorm(Groups(inputs), gamma, beta, destination);
                }
            }
        }
    }

    private sealed class Gradient(bool isInstance) : GroupNormCase(isInstance)
    {
        public override string Name => IsInstance ? "instance-norm-gradient" : "group-norm-gradient";

        public override string KernelFile => "normalization/group_norm_gradient.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var lengths = inputs.Lengths[..4];
            var x = Elements<T>(inputs, -3, 5);
            var dy = WithSpecials<T>(inputs, -2, 2);
            var (gamma, factors) = Vector<T>(inputs, 0.5, 1.5);
            var ones = Array.ConvertAll(factors, _ => 1.0);
            var reference = new Lazy<ChannelNormReference>(() => Reference(inputs, x.Values));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(lengths));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(lengths));
            var (dgamma, _) = Vector<T>(inputs, 1, 1);
            var (dbeta, _) = Vector<T>(inputs, 1, 1);
            return new CasePlan(() => Run(gamma, dx, dgamma, dbeta), 3.0 * x.Data.Length * ElementType<T>.Size, 14.0 * x.Data.Length)
                .Expect(dx, () => reference.Value.Gradient(dy.Values, factors).Values, 1e-2, () => reference.Value.Gradient(dy.Values, factors).Magnitudes)
                .Expect(dgamma, () => reference.Value.GammaGradient(dy.Values), 1e-2, () => reference.Value.GammaGradient(dy.Values, magnitude: true))
                .Expect(dbeta, () => reference.Value.BetaGradient(dy.Values), 1e-2, () => reference.Value.BetaGradient(dy.Values, magnitude: true))
                .Also(() => Run(null, plain, null, null))
                .Expect(plain, () => reference.Value.Gradient(dy.Values, ones).Values, 1e-2, () => reference.Value.Gradient(dy.Values, ones).Magnitudes);

            void Run(DeviceTensor<T>? gamma, DeviceTensor<T> destination, DeviceTensor<T>? dgamma, DeviceTensor<T>? dbeta)
            {
                if (IsInstance)
                {
                    x.Tensor.InstanceNormGradient(dy.Tensor, gamma, destination, dgamma, dbeta);
                }
                else
                {
                    x.Tensor.GroupNormGradient(dy.Tensor, Groups(inputs), gamma, destination, dgamma, dbeta);
                }
            }
        }
    }
}
