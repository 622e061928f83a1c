using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of <c>Histogram</c>: chunks of elements in parallel, each with counts of its own.</summary>
internal static unsafe class ManagedHistogram
{
    /// <summary>Elements of a chunk, where the bins are not more.</summary>
    private const long ElementsPerChunk = 64 * 1024;

    public static void Run<T>(DeviceTensor<T> x, DeviceTensor<long> counts, HistogramBins bins) where T : unmanaged, INumber<T>
    {
        var (length, share) = ((long)x.FlattenedLength, Math.Max(ElementsPerChunk, bins.Count));
        ManagedParallel.For((length + share - 1) / share, ((CpuDevice)x.Device).Options.Threads, new Body<T>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(counts), length, share, bins));
    }

    private readonly struct Body<T>(T* x, long* counts, long length, long share, HistogramBins bins) : IParallelBody where T : unmanaged, INumber<T>
    {
        private readonly HistogramBins _bins = bins;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var count = checked((int)_bins.Count);
            var own = ArrayPool<long>.Shared.Rent(count);
            own.AsSpan(0, count).Clear();
            var end = Math.Min((chunk + 1) * share, length);
            for (var i = chunk * share; i < end; i++)
            {
                var bin = _bins.Bin(double.CreateTruncating(x[i]));
                if (bin >= 0)
                {
                    own[bin]++;
                }
            }

            for (var bin = 0; bin < count; bin++)
            {
                if (own[bin] != 0)
                {
                    Interlocked.Add(ref counts[bin], own[bin]);
                }
            }

            ArrayPool<long>.Shared.Return(own);
        }
    }
}
