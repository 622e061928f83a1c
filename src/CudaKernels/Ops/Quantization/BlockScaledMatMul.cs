using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<TLeft>(DeviceTensor<TLeft> a) where TLeft : unmanaged, IFloat8<TLeft>
    {
        /// <summary>
        /// Computes y[…, j] = Σₛ scale[…, s]·rightScale[⌊j/128⌋, s]·(Σₖ a[…, k]·b[j, k] over the k of stage s) + bias[j] of 8-bit floats of either format each, where stage s
        /// is the k from 128·s on: a dense layer whose inputs are scaled by blocks of 1x128 and whose weights are scaled by blocks of 128x128
        /// (<c>QuantizeBlocks</c>), as DeepSeek-V3 does. The products are exact; those of a stage are summed in float, of which tensor cores keep fewer bits, the
        /// two scales are multiplied in float, and the stages are added in float, which is rounded once.
        /// </summary>
        /// <param name="scale">What 1 of a is worth: […, ⌈k/128⌉].</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="rightScale">What 1 of b is worth: [⌈channels/128⌉, ⌈k/128⌉].</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        /// <param name="destination">y, […, channels]; must not overlap an input.</param>
        /// <param name="algorithm">The implementation on a CUDA device.</param>
        /// <typeparam name="TRight">The format of b, which may be another one than that of a.</typeparam>
        /// <typeparam name="T">The element of y.</typeparam>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
        public void BlockScaledMatMul<TRight, T>(
            DeviceTensor<float> scale,
            DeviceTensor<TRight> b,
            DeviceTensor<float> rightScale,
            DeviceTensor<T>? bias,
            DeviceTensor<T> destination,
            QuantizedMatMulAlgorithm algorithm = QuantizedMatMulAlgorithm.Auto)
            where TRight : unmanaged, IFloat8<TRight>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var (m, n, k) = RequireProduct(a, b);
            Span<nint> lengths = stackalloc nint[TensorLayout.MaxRank];
            RequireShape(destination, QuantizedProductLengths(a, n, lengths));
            RequireShape(scale, ScaleBlocks.Of(a.Layout, BlockScaling.Block1x128).ScaleLengths(a.Layout, lengths), nameof(scale));
            RequireShape(rightScale, ScaleBlocks.Of(b.Layout, BlockScaling.Block128x128).ScaleLengths(b.Layout, lengths), nameof(rightScale));
            RequireApart(a, destination, nameof(destination));
            RequireApart(b, destination, nameof(destination));
            RequireApart(scale, destination, nameof(scale));
            RequireApart(rightScale, destination, nameof(rightScale));
            scale.RequireDense();
            rightScale.RequireDense();
            destination.RequireDense(nameof(destination));
            if (bias is not null)
            {
                RequireShape(bias, [n], nameof(bias));
                RequireApart(bias, destination, nameof(bias));
                bias.RequireDense();
            }

            if (destination.IsEmpty)
            {
                return;
            }

            using var left = AsDense(a);
            using var right = AsDense(b);
            if (destination.Device is CudaDevice cuda)
            {
                RunBlockScaled(cuda, left.Tensor, scale, right.Tensor, rightScale, bias, destination, QuantizedMatMulChoice.Of<TLeft>(cuda, algorithm, m, n, k), m, n, k);
                return;
            }

            using var hold = new BlockHold(left.Tensor.Block, right.Tensor.Block, destination.Block);
            using var holdScales = new BlockHold(scale.Block, rightScale.Block, bias?.Block);
            ManagedBlockScaledMatMul.Run((CpuDevice)destination.Device, left.Tensor, scale, right.Tensor, rightScale, bias, destination, m, n, k);
        }

        /// <summary>A new tensor with the product of blocks; see the form with a destination.</summary>
        /// <param name="scale">What 1 of a is worth: […, ⌈k/128⌉].</param>
        /// <param name="b">[channels, k].</param>
        /// <param name="rightScale">What 1 of b is worth: [⌈channels/128⌉, ⌈k/128⌉].</param>
        /// <param name="bias">[channels], or null for zeros.</param>
        /// <typeparam name="TRight">The format of b.</typeparam>
        /// <typeparam name="T">The element of the result.</typeparam>
        public DeviceTensor<T> BlockScaledMatMul<TRight, T>(DeviceTensor<float> scale, DeviceTensor<TRight> b, DeviceTensor<float> rightScale, DeviceTensor<T>? bias = null)
            where TRight : unmanaged, IFloat8<TRight>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var result = NewProduct<T, TLeft, TRight>(a, b);
            a.BlockScaledMatMul(scale, b, rightScale, bias, result.Tensor);
            return result.Complete();
        }
    }

    private static void RunBlockScaled<TLeft, TRight, T>(
        CudaDevice cuda, DeviceTensor<TLeft> a, DeviceTensor<float> scale, DeviceTensor<TRight> b, DeviceTensor<float> rightScale, DeviceTensor<T>? bias, DeviceTensor<T> y, QuantizedMatMulAlgorithm algorithm, nint m, nint n, nint k)
        where TLeft : unmanaged
        where TRight : unmanaged
        where T : unmanaged
    {
        if (algorithm == QuantizedMatMulAlgorithm.Wgmma)
        {
            var shape = WgmmaShape.Usual<TLeft>();
            var left = WgmmaOperand.Of(a.At(0, writes: false), new MatrixOperand(m, k, false, k), 1, 0);
            var right = WgmmaOperand.Of(b.At(0, writes: false), new MatrixOperand(k, n, true, k), 1, 0);
            if (WgmmaMaps.TryCreate<TLeft>(shape, cuda, left, right, TensorMapElement.UInt8, out var created))
            {
                using var maps = created;
                using var result = WgmmaMaps.TryCreateResult(y, m, n);
                y.Stream!.Launch(
                    Kernel(algorithm),
                    ProductLaunch.Wgmma(shape, m, n, batch: 1, cuda.Specification.MultiprocessorCount, WgmmaTile.StoreBytes<T>()),
                    y.Output,
                    maps.A.AsReadOnly(),
                    maps.B.AsReadOnly(),
                    result ?? maps.A.AsReadOnly(),
                    result is not null,
                    scale.Input,
                    rightScale.Input,
                    bias?.Input ?? rightScale.Input,
                    bias is not null,
                    (long)m,
                    (long)n,
                    (long)k);
                return;
            }

            algorithm = QuantizedMatMulAlgorithm.TensorCore;
        }

        y.Stream!.Launch(
            Kernel(algorithm),
            algorithm == QuantizedMatMulAlgorithm.TensorCore ? ProductLaunch.Mma(m, n) : ProductLaunch.Simt(m, n, batch: 1),
            y.Output,
            a.Input,
            b.Input,
            scale.Input,
            rightScale.Input,
            bias?.Input ?? rightScale.Input,
            bias is not null,
            (long)m,
            (long)n,
            (long)k);

        CudaKernel Kernel(QuantizedMatMulAlgorithm algorithm) =>
            cuda.GetKernel(QuantizedMatMulChoice.BlockScaled(algorithm, ElementType<TLeft>.Kind), new KernelTypes(ElementType<T>.Kind, ElementType<TRight>.Kind));
    }
}
