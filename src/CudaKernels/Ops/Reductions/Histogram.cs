using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_histogramFile = new("reductions/histogram.cu");
    private static readonly KernelTemplate s_histogramShared = s_histogramFile.Template("histogram_shared<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_histogramGlobal = s_histogramFile.Template("histogram_global<{0}>", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>
        /// Counts the elements in equal parts of a range: in bin ⌊(x - low) · (bins / (high - low))⌋, computed in double, and <paramref name="high"/>
        /// itself in the last one. NaN and elements outside the range are not counted.
        /// </summary>
        /// <param name="low">Where the first bin begins.</param>
        /// <param name="high">Where the last bin ends, itself included.</param>
        /// <param name="destination">The counts, one dimension of as many elements as there are bins; must not overlap this tensor.</param>
        /// <exception cref="ArgumentException">The destination has no element or other than one dimension, devices differ, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The range is empty or not finite, or too narrow for its bins.</exception>
        public void Histogram(double low, double high, DeviceTensor<long> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(destination);
            if (destination.Rank != 1 || destination.IsEmpty)
            {
                throw new ArgumentException($"counts have one dimension of at least one bin, got shape {destination.Layout}", nameof(destination));
            }

            var bins = HistogramBins.Of(low, high, destination.FlattenedLength);
            RequireApart(x, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            destination.Fill(0);
            if (x.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (destination.Device is CudaDevice cuda)
            {
                bins.Launch(cuda, destination, from.Tensor, s_histogramShared, s_histogramGlobal);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, destination.Block);
            ManagedHistogram.Run(from.Tensor, destination, bins);
        }

        /// <summary>New counts of the elements in equal parts of a range; see the form with a destination.</summary>
        /// <param name="bins">How many parts, at least 1.</param>
        /// <param name="low">Where the first one begins.</param>
        /// <param name="high">Where the last one ends, itself included.</param>
        public DeviceTensor<long> Histogram(nint bins, double low, double high)
        {
            ArgumentNullException.ThrowIfNull(x);
            using var result = new PendingTensor<long>(x.Device.Create<long>(TensorLayout.Dense([bins]), x.Stream));
            x.Histogram(low, high, result.Tensor);
            return result.Complete();
        }
    }
}
