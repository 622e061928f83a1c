using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The arithmetic of the managed attentions: the scores of a block of queries by the managed matrix product, their softmax row by row, and the product with the values.</summary>
internal static unsafe class AttentionProduct
{
    /// <summary>Makes the rows of a block.</summary>
    /// <param name="block">The queries and what they see.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="widths">Elements of a row of queries and keys, and of values.</param>
    /// <param name="queries">The rows of the block.</param>
    /// <param name="keys">The keys that one of the queries sees.</param>
    /// <param name="values">Their values.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="logSumExp">Receives the logarithms of the sums; null for none.</param>
    /// <param name="threads">The most threads of a matrix product.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<TCompute>(
        in AttentionBlock block, TCompute scale, (int Head, int Value) widths, TCompute* queries, TCompute* keys, TCompute* values, TCompute* output, TCompute* logSumExp, int threads)
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        var (rows, seen, common) = (block.Rows, block.Seen, block.Common);
        var buffer = ArrayPool<TCompute>.Shared.Rent(checked((rows * Math.Max(seen.Count, 1)) + rows));
        fixed (TCompute* weights = buffer)
        {
            var factors = buffer.AsSpan(rows * seen.Count, rows);
            ManagedGemm.Multiply(false, true, rows, seen.Count, widths.Head, 1, queries, widths.Head, keys, widths.Head, 0, weights, seen.Count, threads);
            for (var i = 0; i < rows; i++)
            {
                var mine = block.KeysOf(i);
                (factors[i], var logarithm) = Softmax(scale, new Span<TCompute>(weights + (i * (long)seen.Count) + mine.Begin - seen.Begin, mine.Count));
                if (logSumExp is not null)
                {
                    logSumExp[i] = logarithm;
                }
            }

            var offset = common.Begin - seen.Begin;
            ManagedGemm.Multiply(false, false, rows, widths.Value, common.Count, 1, weights + offset, seen.Count, values + ((long)offset * widths.Value), widths.Value, 0, output, widths.Value, threads);
            for (var i = 0; i < rows; i++)
            {
                var sum = new Span<TCompute>(output + ((long)i * widths.Value), widths.Value);
                var mine = block.KeysOf(i);
                for (var j = block.PastCommon(mine.Begin); j < mine.End; j = block.PastCommon(j + 1))
                {
                    var at = j - seen.Begin;
                    TensorPrimitives.MultiplyAdd(new ReadOnlySpan<TCompute>(values + ((long)at * widths.Value), widths.Value), weights[(i * (long)seen.Count) + at], sum, sum);
                }

                TensorPrimitives.Multiply(sum, factors[i], sum);
            }
        }

        ArrayPool<TCompute>.Shared.Return(buffer);
    }

    /// <summary>exp(score - maximum) in place of the products, the factor that makes their sum 1, and the logarithm of Σ exp(score).</summary>
    private static (TCompute Factor, TCompute LogSumExp) Softmax<TCompute>(TCompute scale, Span<TCompute> products)
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        if (products.IsEmpty)
        {
            return (TCompute.Zero, TCompute.NegativeInfinity);
        }

        VectorLoop.Apply(new RowFunctions.Scaled<TCompute>(scale), products, products);
        var maximum = SpanReduction.Max<TCompute>(products);
        var sum = VectorLoop.ApplyAndSum(new RowFunctions.ShiftedExp<TCompute>(maximum), products, products);
        return (TCompute.CreateTruncating(1 / sum), maximum == TCompute.NegativeInfinity ? maximum : maximum + TCompute.CreateTruncating(Math.Log(sum)));
    }
}
