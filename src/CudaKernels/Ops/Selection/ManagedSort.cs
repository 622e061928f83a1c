using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of <c>Sort</c>: a row's keys are sorted by their bytes, the lowest first, or by insertion where they are few; rows in parallel.</summary>
internal static unsafe class ManagedSort
{
    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<T>? values, DeviceTensor<long>? indices, IndexShape shape, bool descending) where T : unmanaged, INumber<T>
    {
        switch (ElementType<T>.Size)
        {
            case 1:
                Run<T, byte>(x, values, indices, shape, descending);
                break;
            case 2:
                Run<T, ushort>(x, values, indices, shape, descending);
                break;
            case 4:
                Run<T, uint>(x, values, indices, shape, descending);
                break;
            default:
                Run<T, ulong>(x, values, indices, shape, descending);
                break;
        }
    }

    private static void Run<T, TKey>(DeviceTensor<T> x, DeviceTensor<T>? values, DeviceTensor<long>? indices, IndexShape shape, bool descending)
        where T : unmanaged, INumber<T>
        where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey> =>
        ManagedRows.Run(
            (CpuDevice)x.Device,
            new MatrixRows(shape.Outer * shape.Inner, shape.Length),
            new Body<T, TKey>(shape, ManagedSpan.Pointer(x), values is null ? null : ManagedSpan.Pointer(values), indices is null ? null : ManagedSpan.Pointer(indices), descending));

    private readonly struct Body<T, TKey>(IndexShape shape, T* x, T* values, long* indices, bool descending) : IRowBody
        where T : unmanaged, INumber<T>
        where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
    {
        /// <summary>Elements up to which insertion is quicker than counting bytes.</summary>
        private const int Few = 32;

        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint row)
        {
            var (length, inner) = ((int)_shape.Length, _shape.Inner);
            var start = (row / inner * length * inner) + (row % inner);
            var keys = new Pair<TKey>(length);
            var places = new Pair<int>(indices is null ? 0 : length);
            for (var k = 0; k < length; k++)
            {
                keys.From[k] = SortKey<T, TKey>.Of(x[start + (k * inner)], descending);
            }

            for (var k = 0; k < places.Length; k++)
            {
                places.From[k] = k;
            }

            if (length <= Few)
            {
                Insert(keys.Sorted, places.Sorted);
            }
            else
            {
                for (var shift = 0; shift < Unsafe.SizeOf<TKey>() * 8; shift += 8)
                {
                    Move(ref keys, ref places, shift);
                }
            }

            for (var k = 0; values is not null && k < length; k++)
            {
                values[start + (k * inner)] = SortKey<T, TKey>.Element(keys.From[k], descending);
            }

            for (var k = 0; k < places.Length; k++)
            {
                indices[start + (k * inner)] = places.From[k];
            }

            keys.Return();
            places.Return();
        }

        private static void Insert(Span<TKey> keys, Span<int> places)
        {
            for (var k = 1; k < keys.Length; k++)
            {
                var (key, to) = (keys[k], k);
                for (; to > 0 && keys[to - 1] > key; to--)
                {
                    keys[to] = keys[to - 1];
                }

                keys[to] = key;
                if (places.Length > 0)
                {
                    places[to..k].CopyTo(places[(to + 1)..]);
                    places[to] = k;
                }
            }
        }

        /// <summary>Moves keys and places into the order of one byte, which keeps that of equal ones; nothing where all have the same.</summary>
        private static void Move(ref Pair<TKey> keys, ref Pair<int> places, int shift)
        {
            Span<int> next = stackalloc int[256];
            next.Clear();
            var from = keys.Sorted;
            foreach (var key in from)
            {
                next[byte.CreateTruncating(key >> shift)]++;
            }

            if (next[byte.CreateTruncating(from[0] >> shift)] == from.Length)
            {
                return;
            }

            for (var (digit, sum) = (0, 0); digit < next.Length; digit++)
            {
                (next[digit], sum) = (sum, sum + next[digit]);
            }

            for (var k = 0; k < from.Length; k++)
            {
                var to = next[byte.CreateTruncating(from[k] >> shift)]++;
                keys.To[to] = from[k];
                if (places.Length > 0)
                {
                    places.To[to] = places.From[k];
                }
            }

            keys.Turn();
            places.Turn();
        }
    }

    /// <summary>A row before and after a move, in pooled arrays.</summary>
    private struct Pair<TItem>(int length)
    {
        public TItem[] From = ArrayPool<TItem>.Shared.Rent(length);
        public TItem[] To = ArrayPool<TItem>.Shared.Rent(length);

        public readonly int Length => length;

        public readonly Span<TItem> Sorted => From.AsSpan(0, length);

        public void Turn() => (From, To) = (To, From);

        public readonly void Return()
        {
            ArrayPool<TItem>.Shared.Return(From);
            ArrayPool<TItem>.Shared.Return(To);
        }
    }
}
