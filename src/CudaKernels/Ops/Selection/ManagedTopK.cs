using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of <c>TopK</c>: each column is sorted, columns in parallel.</summary>
internal static unsafe class ManagedTopK
{
    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<T> values, DeviceTensor<long> indices, IndexShape shape, bool largest) where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        ManagedRows.Run((CpuDevice)values.Device, new MatrixRows(shape.Outer * shape.Inner, shape.Length), new Column<T>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(values), ManagedSpan.Pointer(indices), largest));

    private readonly struct Column<T>(IndexShape shape, T* x, T* values, long* indices, bool largest) : IRowBody where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint column)
        {
            var (outer, i, length) = (column / _shape.Inner, column % _shape.Inner, checked((int)_shape.Length));
            var buffer = ArrayPool<Candidate<T>>.Shared.Rent(length);
            for (var k = 0; k < length; k++)
            {
                buffer[k] = new(x[(((outer * length) + k) * _shape.Inner) + i], k);
            }

            buffer.AsSpan(0, length).Sort(new Order<T>(largest ? 1 : -1));
            for (nint n = 0; n < _shape.Count; n++)
            {
                var at = (((outer * _shape.Count) + n) * _shape.Inner) + i;
                (values[at], indices[at]) = (buffer[n].Value, buffer[n].Index);
            }

            ArrayPool<Candidate<T>>.Shared.Return(buffer);
        }
    }

    /// <summary>The better candidate first; of equal ones the one with the lower index.</summary>
    private readonly struct Order<T>(int direction) : IComparer<Candidate<T>> where T : unmanaged, INumber<T>
    {
        public int Compare(Candidate<T> a, Candidate<T> b)
        {
            if (a.Index == b.Index)
            {
                return 0;
            }

            return a.Index < b.Index
                ? Candidate<T>.Better(a, b, direction).Index == a.Index ? -1 : 1
                : Candidate<T>.Better(b, a, direction).Index == b.Index ? 1 : -1;
        }
    }
}
