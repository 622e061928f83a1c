using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The managed form of <c>Histogram</c>: chunks of elements in parallel, each with counts of its own.</summary>
internal static unsafe class ManagedHistogram
{
    /// <summary>Elements of a chunk, where the bins are not more.</summary>
    private const long ElementsPerChunk = 64 * 1024;

    /// <summary>Elements whose bins are computed before they are counted.</summary>
    private const int Block = 512;

    /// <summary>Counts of each bin that take turns, where the bins are few.</summary>
    private const int Tables = 4;

    private const int FewBins = 4096;

    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<long> counts, HistogramBins bins) where T : unmanaged, INumber<T>
    {
        var (length, share) = ((long)x.FlattenedLength, Math.Max(ElementsPerChunk, bins.Count));
        ManagedParallel.For((length + share - 1) / share, ((CpuDevice)x.Device).Options.Threads, new Body<T>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(counts), length, share, bins));
    }

    private readonly struct Body<T>(T* x, long* counts, long elements, long share, HistogramBins bins) : IParallelBody where T : unmanaged, INumber<T>
    {
        private readonly HistogramBins _bins = bins;

        public void Execute(long chunk)
        {
            // Of few bins there are several counts, that equal elements do not wait for one; before the first bin, what is in none.
            var count = checked((int)_bins.Count + 1);
            var step = count <= FewBins ? count : 0;
            var length = count + ((Tables - 1) * step);
            var own = ArrayPool<int>.Shared.Rent(length);
            own.AsSpan(0, length).Clear();
            var end = Math.Min((chunk + 1) * share, elements);
            fixed (int* tables = own)
            {
                for (var i = chunk * share; i < end; i += Block)
                {
                    CountBlock(x + i, (int)Math.Min(Block, end - i), tables, step);
                }
            }

            for (var bin = 1; bin < count; bin++)
            {
                long all = 0;
                for (var at = bin; at < length; at += count)
                {
                    all += own[at];
                }

                if (all != 0)
                {
                    Interlocked.Add(ref counts[bin - 1], all);
                }
            }

            ArrayPool<int>.Shared.Return(own);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        [SkipLocalsInit]
        private void CountBlock(T* from, int length, int* tables, int step)
        {
            var places = stackalloc long[Block];
            if (typeof(T) == typeof(float) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
            {
                // The widened elements lie in the upper half, ahead of the places that overwrite them.
                var floats = (float*)from;
                if (typeof(T) != typeof(float))
                {
                    floats = (float*)(places + (Block / 2));
                    BlockConversion.Widen(new ReadOnlySpan<T>(from, length), new Span<float>(floats, length));
                }

                var k = 0;
                for (; k <= length - Vector512<float>.Count; k += Vector512<float>.Count)
                {
                    var (low, high) = Vector512.Widen(Vector512.Load(floats + k));
                    Place(low).Store(places + k);
                    Place(high).Store(places + k + Vector512<double>.Count);
                }

                for (; k < length; k++)
                {
                    places[k] = _bins.Bin(floats[k]) + 1;
                }
            }
            else
            {
                var values = (double*)places;
                for (var k = 0; k < length; k++)
                {
                    values[k] = double.CreateTruncating(from[k]);
                }

                new Span<double>(values + length, Block - length).Clear();
                for (var k = 0; k < length; k += Vector512<double>.Count)
                {
                    Place(Vector512.Load(values + k)).Store(places + k);
                }
            }

            var last = 0;
            for (; last <= length - Tables; last += Tables)
            {
                tables[places[last]]++;
                tables[step + places[last + 1]]++;
                tables[(2 * step) + places[last + 2]]++;
                tables[(3 * step) + places[last + 3]]++;
            }

            for (; last < length; last++)
            {
                tables[places[last]]++;
            }
        }

        /// <summary>The bins of elements, counted from 1, and 0 for those that are in none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<long> Place(Vector512<double> values)
        {
            // Whole numbers below 2^31 in the last bits of what they are added to.
            const double TwoTo52 = 4503599627370496;
            var isInside = Vector512.GreaterThanOrEqual(values, Vector512.Create(_bins.Low)) & Vector512.LessThanOrEqual(values, Vector512.Create(_bins.High));
            var bin = Vector512.Truncate((values - Vector512.Create(_bins.Low)) * Vector512.Create(_bins.Scale));
            var last = Vector512.Create((double)(_bins.Count - 1));
            var place = Vector512.ConditionalSelect(Vector512.LessThan(bin, last), bin, last) + Vector512.Create(TwoTo52 + 1);
            return place.AsInt64() & Vector512.Create(0xFFFFFFFFL) & isInside.AsInt64();
        }
    }
}
