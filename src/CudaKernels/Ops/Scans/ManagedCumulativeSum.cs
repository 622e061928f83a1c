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

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint outer)
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
        private static T Rounded(TSum sum) =>
            typeof(TSum) == typeof(double) && typeof(T) != typeof(double) ? T.CreateTruncating(float.CreateTruncating(sum)) : T.CreateTruncating(sum);
    }
}
