namespace CudaKernels.Catalog.Cases;

/// <summary>Copies with the dimensions in another order, for every element size.</summary>
internal static class TransposeCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new TransposeCase(), new PermuteCase()];

    private sealed class TransposeCase : AnyCase
    {
        public override string Name => "transpose";

        public override string Family => "linear_algebra";

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 5),
            new(1, 1),
            new(3, 70),
            new(32, 32),
            new(33, 65),
            new([129, 40], CaseLayout.Unaligned),
            new([37, 70], CaseLayout.Strided),
            new(5, 40, 9),
            new([3, 35, 33], CaseLayout.Strided),
            new(2, 3, 65, 20),
            new([34, 37], CaseLayout.Strided),
            new([37, 33], CaseLayout.Unaligned),
            new(2, 2, 33, 5),
            new(64, 33),
            new(34, 8, 8),
            new(64, 64),
            new(128, 256),
            new(144, 129),
            new(129, 144),
            new([128, 64], CaseLayout.Unaligned),
            new(2, 64, 128),
        ];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var rank = inputs.Lengths.Length;
            int[] order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            var permuted = new Permutation(inputs.Lengths, order);
            var y = inputs.Output<T>(permuted.Lengths);
            var copy = inputs.Own(inputs.Device.CreateZeros<T>(permuted.Lengths));
            return new CasePlan(() => x.Tensor.Transpose(y), 2.0 * x.Data.Length * ElementType<T>.Size)
                .Expect(y, () => permuted.Of(x.Values))
                .Also(() =>
                {
                    using var fresh = x.Tensor.Transpose();
                    fresh.CopyTo(copy);
                })
                .Expect(copy, () => permuted.Of(x.Values));
        }
    }

    /// <summary>Every order of the dimensions.</summary>
    private sealed class PermuteCase : AnyCase
    {
        public override string Name => "permute";

        public override string Family => "linear_algebra";

        public override string KernelFile => "linear_algebra/transpose.cu";

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 5, 2),
            new(1, 1, 1),
            new(12, 35),
            new(9, 33, 10),
            new([10, 12, 34], CaseLayout.Strided),
            new([8, 9, 40], CaseLayout.Unaligned),
            new(3, 10, 4, 36),
            new(2, 9, 3, 12),
            new(3, 33, 2, 32),
            new([3, 33, 4], CaseLayout.Strided),
            new([2, 5, 37], CaseLayout.Unaligned),
        ];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 512, 512)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            CasePlan? plan = null;
            foreach (var order in Orders(inputs.Lengths.Length))
            {
                var permuted = new Permutation(inputs.Lengths, order);
                var y = inputs.Output<T>(permuted.Lengths);
                var copy = inputs.Own(inputs.Device.CreateZeros<T>(permuted.Lengths));
                Action call = () => x.Tensor.Permute(order, y);
                plan = (plan?.Also(call) ?? new CasePlan(call, 2.0 * x.Data.Length * ElementType<T>.Size))
                    .Expect(y, () => permuted.Of(x.Values))
                    .Also(() =>
                    {
                        using var fresh = x.Tensor.Permute(order);
                        fresh.CopyTo(copy);
                    })
                    .Expect(copy, () => permuted.Of(x.Values));
            }

            return plan!;
        }

        // Reversed first: the one that a bench times.
        private static IEnumerable<int[]> Orders(int rank) =>
            rank == 1 ? [[0]] : from rest in Orders(rank - 1) from at in Enumerable.Range(0, rank) select (int[])[.. rest[..at], rank - 1, .. rest[at..]];
    }

    /// <summary>The reference: where each element of the permuted tensor comes from.</summary>
    private sealed class Permutation(nint[] lengths, int[] order)
    {
        public nint[] Lengths { get; } = [.. order.Select(dimension => lengths[dimension])];

        public double[] Of(double[] values)
        {
            var result = new double[values.Length];
            var index = new nint[lengths.Length];
            for (nint i = 0; i < values.Length; i++)
            {
                var rest = i;
                for (var d = order.Length - 1; d >= 0; d--)
                {
                    index[order[d]] = rest % Lengths[d];
                    rest /= Lengths[d];
                }

                nint from = 0;
                for (var d = 0; d < lengths.Length; d++)
                {
                    from = (from * lengths[d]) + index[d];
                }

                result[i] = values[from];
            }

            return result;
        }
    }
}
