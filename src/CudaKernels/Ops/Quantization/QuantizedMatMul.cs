using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
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
            where T : unmanaged, IFloatingPointIeee754<T> =>
            QuantizedProduct<T, sbyte, int, PairOperand>(a, b, new ProductScale<T>(scale, channelScale, bias), destination, algorithm);

        /// <summary>A new tensor with the scaled product; see the form with a destination.</summary>
        /// <param name="scale">[1], what a step of a is worth.</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="channelScale">What a step of b is worth: [channels], or [1] for all of them.</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        public DeviceTensor<T> QuantizedMatMul<T>(DeviceTensor<float> scale, DeviceTensor<sbyte> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var result = NewProduct<T, sbyte, sbyte>(a, b);
            a.QuantizedMatMul(scale, b, channelScale, bias, result.Tensor);
            return result.Complete();
        }
    }

    extension<TFloat8>(DeviceTensor<TFloat8> a) where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        /// <summary>
        /// Computes y[…, j] = scale·channelScale[j]·Σₖ a[…, k]·b[j, k] + bias[j] of 8-bit floats: a dense layer of scaled inputs and weights. The products are
        /// exact; they are summed in float, of which tensor cores keep fewer bits, scaled in float (double for double) and rounded once.
        /// </summary>
        /// <param name="scale">[1], what 1 of a is worth.</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="channelScale">What 1 of b is worth: [channels], or [1] for all of them.</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        /// <param name="destination">y, […, channels]; must not overlap an input.</param>
        /// <param name="algorithm">The implementation on a CUDA device.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
        public void QuantizedMatMul<T>(
            DeviceTensor<float> scale,
            DeviceTensor<TFloat8> b,
            DeviceTensor<float> channelScale,
            DeviceTensor<T>? bias,
            DeviceTensor<T> destination,
            QuantizedMatMulAlgorithm algorithm = QuantizedMatMulAlgorithm.Auto)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            QuantizedProduct<T, TFloat8, float, WidenedOperand<TFloat8, float, Float8Element<TFloat8>>>(a, b, new ProductScale<T>(scale, channelScale, bias), destination, algorithm);

        /// <summary>A new tensor with the scaled product; see the form with a destination.</summary>
        /// <param name="scale">[1], what 1 of a is worth.</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="channelScale">What 1 of b is worth: [channels], or [1] for all of them.</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        public DeviceTensor<T> QuantizedMatMul<T>(DeviceTensor<float> scale, DeviceTensor<TFloat8> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var result = NewProduct<T, TFloat8, TFloat8>(a, b);
            a.QuantizedMatMul(scale, b, channelScale, bias, result.Tensor);
            return result.Complete();
        }
    }

    private static void QuantizedProduct<T, TQuantized, TSum, TOperand>(
        DeviceTensor<TQuantized> a, DeviceTensor<TQuantized> b, ProductScale<T> scales, DeviceTensor<T> destination, QuantizedMatMulAlgorithm algorithm)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TSum : unmanaged, INumber<TSum>
        where TOperand : struct, IWideOperand<TQuantized, TSum>
    {
        var (m, n, k) = RequireProduct(a, b);
        if (typeof(TSum) == typeof(int))
        {
            ProductScale<T>.RequireExact(k);
        }

        scales.Require(n, destination);
        RequireShape(destination, QuantizedProductLengths(a, n, stackalloc nint[TensorLayout.MaxRank]));
        RequireApart(a, destination, nameof(destination));
        RequireApart(b, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        if (destination.IsEmpty)
        {
            return;
        }

        using var left = AsDense(a);
        using var right = AsDense(b);
        if (destination.Device is CudaDevice cuda)
        {
            RunQuantized(cuda, left.Tensor, right.Tensor, scales, destination, QuantizedMatMulChoice.Of<TQuantized>(cuda, algorithm, m, n, k), m, n, k);
            return;
        }

        using var hold = new BlockHold(left.Tensor.Block, right.Tensor.Block, destination.Block);
        using var holdScales = scales.Hold();
        ManagedQuantizedMatMul.Run<T, TQuantized, TSum, TOperand>((CpuDevice)destination.Device, left.Tensor, right.Tensor, scales.Managed, destination, m, n, k);
    }

    private static void RunQuantized<T, TQuantized>(
        CudaDevice cuda, DeviceTensor<TQuantized> a, DeviceTensor<TQuantized> b, ProductScale<T> scales, DeviceTensor<T> y, QuantizedMatMulAlgorithm algorithm, nint m, nint n, nint k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
    {
        if (algorithm == QuantizedMatMulAlgorithm.Wgmma)
        {
            var shape = WgmmaShape.Usual<TQuantized>();
            if (WgmmaMaps.TryCreate(shape, a, new MatrixOperand(m, k, false, k), b, new MatrixOperand(k, n, true, k), new MatrixBatch(1, 0, 0, 0, 0, 0, 0), out var created))
            {
                using var maps = created;
                using var result = WgmmaMaps.TryCreateResult(y, m, n);
                y.Stream!.Launch(
                    cuda.GetKernel(QuantizedMatMulChoice.Wgmma, new KernelTypes(ElementType<T>.Kind, ElementType<TQuantized>.Kind)),
                    ProductLaunch.Wgmma(shape, m, n, batch: 1, cuda.Specification.MultiprocessorCount, WgmmaTile.StoreBytes<T>()),
                    y.Output,
                    maps.A.AsReadOnly(),
                    maps.B.AsReadOnly(),
                    result ?? maps.A.AsReadOnly(),
                    result is not null,
                    scales.LeftArgument,
                    scales.RightArgument,
                    scales.Step,
                    scales.BiasArgument,
                    scales.HasBias,
                    (long)m,
                    (long)n,
                    (long)k);
                return;
            }

            algorithm = QuantizedMatMulAlgorithm.TensorCore;
        }

        var (kernel, config) = algorithm == QuantizedMatMulAlgorithm.TensorCore
            ? (QuantizedMatMulChoice.TensorCore, ProductLaunch.Mma(m, n))
            : (QuantizedMatMulChoice.Simt, ProductLaunch.Simt(m, n, batch: 1));
        y.Stream!.Launch(
            cuda.GetKernel(kernel, new KernelTypes(ElementType<T>.Kind, ElementType<TQuantized>.Kind)),
            config,
            y.Output,
            a.Input,
            b.Input,
            scales.LeftArgument,
            scales.RightArgument,
            scales.Step,
            scales.BiasArgument,
            scales.HasBias,
            (long)m,
            (long)n,
            (long)k);
    }

    private static PendingTensor<T> NewProduct<T, TLeft, TRight>(DeviceTensor<TLeft> a, DeviceTensor<TRight> b) where T : unmanaged where TLeft : unmanaged where TRight : unmanaged
    {
        var lengths = QuantizedProductLengths(a, RequireProduct(a, b).Columns, stackalloc nint[TensorLayout.MaxRank]);
        return new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(lengths), a.Stream));
    }

    private static ReadOnlySpan<nint> QuantizedProductLengths<TQuantized>(DeviceTensor<TQuantized> a, nint channels, Span<nint> lengths) where TQuantized : unmanaged
    {
        a.Lengths.CopyTo(lengths);
        lengths[a.Rank - 1] = channels;
        return lengths[..a.Rank];
    }

    private static (nint Rows, nint Columns, nint Length) RequireProduct<TLeft, TRight>(DeviceTensor<TLeft> a, DeviceTensor<TRight> b) where TLeft : unmanaged where TRight : unmanaged
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Rank >= 1 && b.Rank == 2 && a.Lengths[^1] == b.Lengths[1]
            ? (TensorLayout.CountOf(a.Lengths[..^1]), b.Lengths[0], b.Lengths[1])
            : throw new ArgumentException($"a quantised product takes […, k] and [channels, k], got shapes {a.Layout} and {b.Layout}", nameof(b));
    }
}
