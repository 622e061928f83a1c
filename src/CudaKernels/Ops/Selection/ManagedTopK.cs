using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// The managed form of <c>TopK</c>: a column is read once, by vectors, and what comes before the last of the best so far is held; when
/// the room for those is full, they are sorted and the best stay. Columns in parallel.
/// </summary>
internal static unsafe class ManagedTopK
{
    /// <summary>The least room for elements that are held.</summary>
    private const int LeastRoom = 256;

    /// <summary>Elements up to which the best so far are kept in order: each that comes before the last of them is inserted.</summary>
    private const int Few = 32;

    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<T> values, DeviceTensor<long> indices, IndexShape shape, bool largest) where T : unmanaged, INumber<T>
    {
        switch (ElementType<T>.Size)
        {
            case 1:
                Run<T, sbyte, ulong>(x, values, indices, shape, largest);
                break;
            case 2:
                Run<T, short, ulong>(x, values, indices, shape, largest);
                break;
            case 4:
                Run<T, int, ulong>(x, values, indices, shape, largest);
                break;
            default:
                Run<T, long, UInt128>(x, values, indices, shape, largest);
                break;
        }
    }

    private static void Run<T, TKey, TEntry>(DeviceTensor<T> x, DeviceTensor<T> values, DeviceTensor<long> indices, IndexShape shape, bool largest)
        where T : unmanaged, INumber<T>
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
        where TEntry : unmanaged, IBinaryInteger<TEntry> =>
        ManagedRows.Run(
            (CpuDevice)values.Device,
            new MatrixRows(shape.Outer * shape.Inner, shape.Length),
            new Column<T, TKey, TEntry>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(values), ManagedSpan.Pointer(indices), largest));

    /// <typeparam name="T">The element.</typeparam>
    /// <typeparam name="TKey">The signed integer of its size.</typeparam>
    /// <typeparam name="TEntry">An integer that holds a key and, below it, an index of 32 bits.</typeparam>
    private readonly struct Column<T, TKey, TEntry>(IndexShape shape, T* x, T* values, long* indices, bool largest) : IRowBody
        where T : unmanaged, INumber<T>
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
        where TEntry : unmanaged, IBinaryInteger<TEntry>
    {
        private readonly IndexShape _shape = shape;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Row(nint column)
        {
            var (outer, inner, length, count) = (column / _shape.Inner, _shape.Inner, checked((int)_shape.Length), (int)_shape.Count);
            var from = x + (outer * length * inner) + (column % inner);
            var room = count <= Few ? count : Math.Min(length, Math.Max(LeastRoom, 2 * (long)count));
            var entries = ArrayPool<TEntry>.Shared.Rent((int)room);
            var held = entries.AsSpan(0, (int)room);
            if (inner == 1)
            {
                held = held[..Select((TKey*)from, length, count, held)];
            }
            else
            {
                var together = ArrayPool<T>.Shared.Rent(length);
                for (var k = 0; k < length; k++)
                {
                    together[k] = from[k * inner];
                }

                fixed (T* first = together)
                {
                    held = held[..Select((TKey*)first, length, count, held)];
                }

                ArrayPool<T>.Shared.Return(together);
            }

            if (count > Few)
            {
                held.Sort();
            }

            var to = (outer * count * inner) + (column % inner);
            for (var n = 0; n < count; n++, to += inner)
            {
                var index = (long)uint.CreateTruncating(held[n]);
                (values[to], indices[to]) = (from[index * inner], index);
            }

            ArrayPool<TEntry>.Shared.Return(entries);
        }

        /// <summary>Holds all elements that may be among the first; gives how many these are.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private int Select(TKey* column, int length, int count, Span<TEntry> held)
        {
            var keys = new RankKey<T, TKey>(largest);
            var (used, worst) = (0, default(TKey?));
            for (var k = 0; k < length;)
            {
                // A vector that has one that counts, or the rest of the column.
                var end = length;
                if (worst is { } known)
                {
                    k = keys.FindBetter(column, k, length, known);
                    end = Math.Min(length, k + Vector512<TKey>.Count);
                }

                for (; k < end; k++)
                {
                    var key = keys.Of(column[k]);
                    if (worst is { } least && key <= least)
                    {
                        continue;
                    }

                    var entry = (TEntry.CreateTruncating(TKey.MaxValue) - TEntry.CreateTruncating(key) << 32) | TEntry.CreateTruncating((uint)k);
                    if (count <= Few)
                    {
                        used = Math.Min(used + 1, count);
                        Insert(held[..used], entry);
                        if (used == count)
                        {
                            // From here on by vectors.
                            end = worst is null ? k + 1 : end;
                            worst = Key(held[count - 1]);
                        }

                        continue;
                    }

                    held[used++] = entry;
                    if (used == held.Length && k + 1 < length)
                    {
                        held.Sort();
                        (used, worst) = (count, Key(held[count - 1]));
                        end = Math.Min(end, k + 1);
                    }
                }
            }

            return used;
        }

        /// <summary>Puts an entry into its place among others that are in order; the last one's place is free.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Insert(Span<TEntry> held, TEntry entry)
        {
            var at = held.Length - 1;
            for (; at > 0 && held[at - 1] > entry; at--)
            {
                held[at] = held[at - 1];
            }

            held[at] = entry;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TKey Key(TEntry entry) => TKey.CreateTruncating(TEntry.CreateTruncating(TKey.MaxValue) - (entry >> 32));
    }
}
