using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of the operations that take indices; sums in float, or in double for double, in the order of the index.</summary>
internal static unsafe class ManagedIndexing
{
    public static void Select<T, TIndex>(CpuDevice device, IndexShape shape, DeviceTensor<T> x, DeviceTensor<TIndex> indices, DeviceTensor<T> y)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        IndexShape.RequireInside(ManagedSpan.Of(indices), shape.Length);
        ManagedRows.Run(device, new MatrixRows(shape.Outer * shape.Count, shape.Inner), new SelectRow<T, TIndex>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(indices), ManagedSpan.Pointer(y)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SelectGradient<T, TIndex>(CpuDevice device, IndexShape shape, DeviceTensor<T> dy, DeviceTensor<TIndex> indices, DeviceTensor<T> dx, long padding)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var index = ManagedSpan.Of(indices);
        IndexShape.RequireInside(index, shape.Length);

        // The places of the index by the slice they name: those of slice v stand at [ends[v - 1], ends[v]), in order. First ends[v + 1] counts
        // them, then ends[v] is where they begin, and each that is placed moves it on to where they end.
        var (ends, places) = (ArrayPool<int>.Shared.Rent(checked((int)shape.Length + 1)), ArrayPool<int>.Shared.Rent(index.Length));
        ends.AsSpan(0, (int)shape.Length + 1).Clear();
        foreach (var slice in index)
        {
            ends[nint.CreateTruncating(slice) + 1]++;
        }

        for (nint v = 0; v < shape.Length; v++)
        {
            ends[v + 1] += ends[v];
        }

        for (var k = 0; k < index.Length; k++)
        {
            places[ends[nint.CreateTruncating(index[k])]++] = k;
        }

        var rows = new MatrixRows(shape.Outer * shape.Length, shape.Inner);
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, rows, new SelectGradientRow<T, double>(shape, ManagedSpan.Pointer(dy), ends, places, ManagedSpan.Pointer(dx), padding));
        }
        else
        {
            ManagedRows.Run(device, rows, new SelectGradientRow<T, float>(shape, ManagedSpan.Pointer(dy), ends, places, ManagedSpan.Pointer(dx), padding));
        }

        ArrayPool<int>.Shared.Return(ends);
        ArrayPool<int>.Shared.Return(places);
    }

    public static void Gather<T, TIndex>(CpuDevice device, IndexShape shape, DeviceTensor<T> x, DeviceTensor<TIndex> indices, DeviceTensor<T> y)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        IndexShape.RequireInside(ManagedSpan.Of(indices), shape.Length);
        ManagedRows.Run(device, new MatrixRows(shape.Outer * shape.Count, shape.Inner), new GatherRow<T, TIndex>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(indices), ManagedSpan.Pointer(y)));
    }

    public static void ScatterAdd<T, TIndex>(CpuDevice device, IndexShape shape, DeviceTensor<T> x, DeviceTensor<TIndex> indices, DeviceTensor<T> y, bool adds)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        IndexShape.RequireInside(ManagedSpan.Of(indices), shape.Length);
        var outer = new MatrixRows(shape.Outer, shape.Length * shape.Inner);
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, outer, new ScatterBlock<T, TIndex, double>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(indices), ManagedSpan.Pointer(y), adds));
        }
        else
        {
            ManagedRows.Run(device, outer, new ScatterBlock<T, TIndex, float>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(indices), ManagedSpan.Pointer(y), adds));
        }
    }

    private readonly struct SelectRow<T, TIndex>(IndexShape shape, T* x, TIndex* indices, T* y) : IRowBody where T : unmanaged where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        private readonly IndexShape _shape = shape;

        public void Row(nint row)
        {
            var from = (row / _shape.Count * _shape.Length) + nint.CreateTruncating(indices[row % _shape.Count]);
            new ReadOnlySpan<T>(x + (from * _shape.Inner), checked((int)_shape.Inner)).CopyTo(new Span<T>(y + (row * _shape.Inner), (int)_shape.Inner));
        }
    }

    private readonly struct SelectGradientRow<T, TCompute>(IndexShape shape, T* dy, int[] ends, int[] places, T* dx, long padding) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint row)
        {
            var (outer, slice, inner) = (row / _shape.Length, row % _shape.Length, checked((int)_shape.Inner));
            var buffer = ArrayPool<TCompute>.Shared.Rent(inner);
            var sum = buffer.AsSpan(0, inner);
            sum.Clear();
            for (var at = slice == 0 ? 0 : ends[slice - 1]; at < ends[slice] && slice != padding; at++)
            {
                var from = dy + (((outer * _shape.Count) + places[at]) * _shape.Inner);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += TCompute.CreateTruncating(from[i]);
                }
            }

            var to = dx + (row * _shape.Inner);
            for (var i = 0; i < sum.Length; i++)
            {
                to[i] = T.CreateTruncating(sum[i]);
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }
    }

    private readonly struct GatherRow<T, TIndex>(IndexShape shape, T* x, TIndex* indices, T* y) : IRowBody where T : unmanaged where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint row)
        {
            var from = x + (row / _shape.Count * _shape.Length * _shape.Inner);
            var start = row * _shape.Inner;
            for (nint i = 0; i < _shape.Inner; i++)
            {
                y[start + i] = from[(nint.CreateTruncating(indices[start + i]) * _shape.Inner) + i];
            }
        }
    }

    private readonly struct ScatterBlock<T, TIndex, TCompute>(IndexShape shape, T* x, TIndex* indices, T* y, bool adds) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint outer)
        {
            var count = checked((int)(_shape.Length * _shape.Inner));
            var buffer = ArrayPool<TCompute>.Shared.Rent(count);
            var sum = buffer.AsSpan(0, count);
            var to = y + (outer * count);
            for (var i = 0; i < count; i++)
            {
                sum[i] = adds ? TCompute.CreateTruncating(to[i]) : TCompute.Zero;
            }

            var start = outer * _shape.Count * _shape.Inner;
            for (nint i = 0; i < _shape.Count * _shape.Inner; i++)
            {
                sum[(int)((nint.CreateTruncating(indices[start + i]) * _shape.Inner) + (i % _shape.Inner))] += TCompute.CreateTruncating(x[start + i]);
            }

            for (var i = 0; i < count; i++)
            {
                to[i] = T.CreateTruncating(sum[i]);
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }
    }
}
