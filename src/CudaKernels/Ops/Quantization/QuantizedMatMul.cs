using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_quantizedMatMul = new KernelFile("quantization/quantized_gemm.cu").Template("quantized_gemm<{0}>", ElementTypes.Floating);

    private static readonly KernelTemplate s_quantizedMatMulMma = new KernelFile("quantization/quantized_gemm_mma.cu").Template("quantized_gemm_mma<{0}>", ElementTypes.Floating);

    extension(DeviceTensor<sbyte> a)
    {
        /// <summary>
        /// Computes y[…, j] = scale·channelScale[j]·Σₖ a[…, k]·b[j, k] + bias[j]: a dense layer of quantised inputs and weights. The sums are exact in 32 bits;
        /// they are scaled in float (double for double) and rounded once.
        /// </summary>
        /// <param name="scale">[1], what a step of a is worth.</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="channelScale">What a step of b is worth: [channels], or [1] for all of them.</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        /// <param name="destination">y, […, channels]; must not overlap an input.</param>
        /// <param name="algorithm">The implementation on a CUDA device; the bits are the same.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the destination overlaps an input, or k is above 131,071, where a sum may not fit 32 bits.</exception>
        /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
        public void QuantizedMatMul<T>(
            DeviceTensor<float> scale,
            DeviceTensor<sbyte> b,
            DeviceTensor<float> channelScale,
            DeviceTensor<T>? bias,
            DeviceTensor<T> destination,
            QuantizedMatMulAlgorithm algorithm = QuantizedMatMulAlgorithm.Auto)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var (m, n, k) = RequireProduct(a, b);
            RequireShape(destination, QuantizedProductLengths(a, n, stackalloc nint[TensorLayout.MaxRank]));
            var scales = new ProductScale<T>(scale, channelScale, bias);
            scales.Require(k, n, destination);
            RequireApart(a, destination, nameof(destination));
            RequireApart(b, destination, nameof(destination));
            destination.RequireDense();
            if (destination.IsEmpty)
            {
                return;
            }

            using var left = AsDense(a);
            using var right = AsDense(b);
            if (destination.Device is CudaDevice cuda)
            {
                var isTensorCore = QuantizedMatMulOnTensorCores(cuda, algorithm, m, n, k);
                destination.Stream!.Launch(
                    cuda.GetKernel(isTensorCore ? s_quantizedMatMulMma : s_quantizedMatMul, Types<T>()),
                    isTensorCore ? ProductLaunch.Mma(m, n) : ConvolutionKernels.Tiles(m, n, groups: 1),
                    destination.Output,
                    left.Tensor.Input,
                    right.Tensor.Input,
                    scale.Input,
                    channelScale.Input,
                    scales.Step,
                    scales.BiasArgument,
                    scales.HasBias,
                    (long)m,
                    (long)n,
                    (long)k);
                return;
            }

            using var hold = new BlockHold(left.Tensor.Block, right.Tensor.Block, destination.Block);
            using var holdScales = new BlockHold(scale.Block, channelScale.Block, bias?.Block);
            ManagedQuantizedMatMul.Run((CpuDevice)destination.Device, left.Tensor, right.Tensor, scales.Managed, destination, m, n, k);
        }

        /// <summary>A new tensor with the scaled product; see the form with a destination.</summary>
        /// <param name="scale">[1], what a step of a is worth.</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="channelScale">What a step of b is worth: [channels], or [1] for all of them.</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        public DeviceTensor<T> QuantizedMatMul<T>(DeviceTensor<float> scale, DeviceTensor<sbyte> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var n = RequireProduct(a, b).Columns;
            using var result = new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(QuantizedProductLengths(a, n, stackalloc nint[TensorLayout.MaxRank])), a.Stream));
            a.QuantizedMatMul(scale, b, channelScale, bias, result.Tensor);
            return result.Complete();
        }
    }

    private static bool QuantizedMatMulOnTensorCores(CudaDevice device, QuantizedMatMulAlgorithm algorithm, nint m, nint n, nint k)
    {
        var hasTensorCores = MatMulChoice.HasTensorCores(device.Specification.ComputeCapability);
        return algorithm switch
        {
            QuantizedMatMulAlgorithm.Auto => device.Kind == DeviceKind.Cuda && hasTensorCores && Math.Min(Math.Min(m, n), k) >= MatMulChoice.LeastTensorCoreLength,
            QuantizedMatMulAlgorithm.Simt => false,
            QuantizedMatMulAlgorithm.TensorCore when !hasTensorCores => throw new CudaNotSupportedException($"matrix products on tensor cores need compute capability 8.0, {device} has {device.Specification.ComputeCapability}"),
            QuantizedMatMulAlgorithm.TensorCore => true,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
        };
    }

    private static ReadOnlySpan<nint> QuantizedProductLengths(DeviceTensor<sbyte> a, nint channels, Span<nint> lengths)
    {
        a.Lengths.CopyTo(lengths);
        lengths[a.Rank - 1] = channels;
        return lengths[..a.Rank];
    }

    private static (nint Rows, nint Columns, nint Length) RequireProduct(DeviceTensor<sbyte> a, DeviceTensor<sbyte> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Rank >= 1 && b.Rank == 2 && a.Lengths[^1] == b.Lengths[1]
            ? (TensorLayout.CountOf(a.Lengths[..^1]), b.Lengths[0], b.Lengths[1])
            : throw new ArgumentException($"a quantised product takes […, k] and [channels, k], got shapes {a.Layout} and {b.Layout}", nameof(b));
    }
}
