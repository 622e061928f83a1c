using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Clipping by the global norm of several tensors.</summary>
internal static class ClipNormCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new ClipNormCase()];

    /// <summary>Expects the norm of all tensors together, and the tensors scaled to the bound where it is above.</summary>
    public static void Expect<T>(CasePlan plan, CaseTensor<T>[] tensors, DeviceTensor<double> norm, double maxNorm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = new Lazy<double>(() => Math.Sqrt(tensors.Sum(tensor => tensor.Values.Sum(value => value * value))));
        plan.Expect(norm, () => [length.Value], floor: 1e-6);
        foreach (var tensor in tensors)
        {
            plan.Expect(tensor.Tensor, () => [.. tensor.Values.Select(value => length.Value <= maxNorm ? value : value * (maxNorm / length.Value))], floor: 0.01);
        }
    }

    private sealed class ClipNormCase : FloatingCase
    {
        private const double MaxNorm = 0.75;

        public override string Name => "clip-norm";

        public override string Family => "optimizers";

        public override string KernelFile => "optimizers/clip_norm.cu";

        // A block sums 16,384 squares.
        public override IReadOnlyList<CaseShape> Shapes => [new(0), new(1), new(33), new([1025], CaseLayout.Unaligned), new(16_384), new(20_003)];

        // Sanitised, too, several blocks share a tensor.
        public override IReadOnlyList<CaseShape> RaggedShapes => [.. base.RaggedShapes, new(20_003)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var main = inputs.Input<T>(inputs.Lengths);
            CaseTensor<T>[] clipped = main.Data.Length == 0 ? [main] : [main, inputs.Input<T>([0, 3]), inputs.Input<T>([7, 5]), inputs.Input<T>([])];
            var norm = inputs.Output<double>([]);
            DeviceTensor<T>[] tensors = [.. clipped.Select(tensor => tensor.Tensor)];
            var elements = clipped.Sum(tensor => tensor.Data.Length);
            var plan = new CasePlan(() => tensors.ClipGlobalNorm(MaxNorm, norm), 3.0 * elements * ElementType<T>.Size, 3.0 * elements) { UpdatesInPlace = true };
            Expect(plan, clipped, norm, MaxNorm);

            // Below the bound nothing changes; what is not finite spreads to all.
            var small = new[] { inputs.Input<T>([19], -0.01, 0.01) };
            T[] odd = [T.One, T.PositiveInfinity, -T.One, T.NegativeInfinity, T.Zero];
            var infinite = new[] { inputs.Input(odd, [5]), inputs.Input<T>([3]) };
            var nan = new[] { inputs.Input<T>([3]), inputs.Input([T.One, T.NaN], [2]) };
            foreach (var other in new[] { small, infinite, nan })
            {
                var otherNorm = inputs.Output<double>([]);
                DeviceTensor<T>[] others = [.. other.Select(tensor => tensor.Tensor)];
                plan.Also(() => others.ClipGlobalNorm(MaxNorm, otherNorm));
                Expect(plan, other, otherNorm, MaxNorm);
            }

            return plan;
        }
    }
}
