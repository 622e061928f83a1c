using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Equal parts of a range, as kernels/reductions/histogram.cu has them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HistogramBins(double Low, double High, double Scale, long Count)
{
    private const int BlockThreads = 512;

    /// <summary>Bins that a block has room for; as in the kernels.</summary>
    private const long SharedBins = 4096;

    /// <summary>Bytes that a thread loads at once; as in the kernel. They make up for the bins that its block clears and adds.</summary>
    private const int BytesPerThread = 64;

    private const int BlocksPerMultiprocessor = 2;

    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not finite, or too narrow.</exception>
    public static HistogramBins Of(double low, double high, long count)
    {
        if (!(low < high) || !double.IsFinite(high - low))
        {
            throw new ArgumentOutOfRangeException(nameof(high), high, $"a range of finite length is needed, got [{low}, {high}]");
        }

        var scale = count / (high - low);
        return double.IsFinite(scale)
            ? new(low, high, scale, count)
            : throw new ArgumentOutOfRangeException(nameof(high), high, $"the range [{low}, {high}] is too narrow for {count} bins");
    }

    /// <summary>The bin of an element, -1 for none.</summary>
    public long Bin(double value)
    {
        if (!(value >= Low && value <= High))
        {
            return -1;
        }

        return Math.Min((long)((value - Low) * Scale), Count - 1);
    }

    /// <summary>Adds to the counts on the destination's stream.</summary>
    public unsafe void Launch<T>(CudaDevice cuda, DeviceTensor<long> counts, DeviceTensor<T> x, KernelTemplate shared, KernelTemplate global) where T : unmanaged
    {
        var (bins, length, isShared) = (this, (long)x.FlattenedLength, Count <= SharedBins);
        var blocks = LaunchConfig.Cover(length, isShared ? BlockThreads * BytesPerThread / ElementType<T>.Size : BlockThreads).Grid.X;
        if (isShared)
        {
            blocks = Math.Min(blocks, (uint)(cuda.Specification.MultiprocessorCount * BlocksPerMultiprocessor));
        }

        counts.Stream!.Launch(
            cuda.GetKernel(isShared ? shared : global, TensorOperations.Types<T>()),
            new LaunchConfig(new Dim3(blocks), new Dim3(BlockThreads)),
            counts.Output,
            x.Input,
            length,
            KernelArgument.Struct(&bins));
    }
}
