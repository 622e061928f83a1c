using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of <c>CumulativeSum</c>: floating types sum in double, integers in themselves; the outer dimension in parallel.</summary>
internal static unsafe class ManagedCumulativeSum
{
    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y, IndexShape shape, bool reverse) where T : unmanaged, INumber<T>
    {
        var (device, outer) = ((CpuDevice)y.Device, new MatrixRows(shape.Outer, shape.Length * shape.Inner));
        if (ElementTypes.Floating.Contains(ElementType<T>.Kind))
        {
            ManagedRows.Run(device, outer, new Body<T, double>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), reverse));
        }
        else
        {
            ManagedRows.Run(device, outer, new Body<T, T>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), reverse));
        }
    }

    private readonly struct Body<T, TSum>(IndexShape shape, T* x, T* y, bool reverse) : IRowBody
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        private readonly IndexShape _shape = shape;

        public void Row(nint outer)
        {
            if (_shape.Inner == 1 && (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16)))
            {
                AlongWide(x + (outer * _shape.Length), y + (outer * _shape.Length), checked((int)_shape.Length));
            }
            else if (_shape.Inner == 1)
            {
                Along(x + (outer * _shape.Length), y + (outer * _shape.Length), _shape.Length);
            }
            else
            {
                Across(outer);
            }
        }

        /// <summary>A column of a 16-bit type, by way of float.</summary>
        private void AlongWide(T* from, T* to, int length)
        {
            using var wide = new WideRow<T, float>(1, length);
            var sums = wide.Write(0, from, length);
            WideRow<T, float>.Widen(from, sums);
            fixed (float* column = sums)
            {
                new Body<float, double>(_shape, null, null, reverse).Along(column, column, length);
            }

            wide.Finish(0, to, length);
        }

        /// <summary>One column, whose elements lie together: four are added to each other first, so that the sum of all before waits for itself once for them.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        internal void Along(T* from, T* to, nint length)
        {
            nint step = reverse ? -1 : 1;
            if (reverse)
            {
                from += length - 1;
                to += length - 1;
            }

            var sum = TSum.Zero;
            for (; length >= 4; length -= 4, from += 4 * step, to += 4 * step)
            {
                var first = TSum.CreateTruncating(*from);
                var two = first + TSum.CreateTruncating(from[step]);
                var third = TSum.CreateTruncating(from[2 * step]);
                var four = two + (third + TSum.CreateTruncating(from[3 * step]));
                *to = Rounded(sum + first);
                to[step] = Rounded(sum + two);
                to[2 * step] = Rounded(sum + (two + third));
                sum += four;
                to[3 * step] = Rounded(sum);
            }

            for (; length > 0; length--, from += step, to += step)
            {
                sum += TSum.CreateTruncating(*from);
                *to = Rounded(sum);
            }
        }

        /// <summary>Columns beside each other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Across(nint outer)
        {
            var inner = checked((int)_shape.Inner);
            var buffer = ArrayPool<TSum>.Shared.Rent(inner);
            var sums = buffer.AsSpan(0, inner);
            sums.Clear();
            for (nint k = 0; k < _shape.Length; k++)
            {
                var at = ((outer * _shape.Length) + (reverse ? _shape.Length - 1 - k : k)) * inner;
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += TSum.CreateTruncating(x[at + i]);
                    y[at + i] = Rounded(sums[i]);
                }
            }

            ArrayPool<TSum>.Shared.Return(buffer);
        }

        // As the kernels would round it: 16-bit floats by way of float.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Rounded(TSum sum) =>
            typeof(TSum) == typeof(double) && typeof(T) != typeof(double) ? T.CreateTruncating(float.CreateTruncating(sum)) : T.CreateTruncating(sum);
    }
}
