using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private const int QuantizeBlocksThreads = 256;

    /// <summary>Blocks of a row that a thread block takes, four a warp: kQuantizeWarps * kWarpBlocks in kernels/quantization/quantize_blocks.cu.</summary>
    private const int RowBlocksATime = 4 * QuantizeBlocksThreads / 32;

    private static readonly KernelFile s_quantizeBlocksFile = new("quantization/quantize_blocks.cu");
    private static readonly KernelTemplate s_quantizeRowBlocks = s_quantizeBlocksFile.Template("quantize_blocks<{0}, {1}, 1>", QuantizedTypes.Float8Combinations(float8First: true));
    private static readonly KernelTemplate s_quantizeSquareBlocks = s_quantizeBlocksFile.Template($"quantize_blocks<{{0}}, {{1}}, {ScaleBlocks.Length}>", QuantizedTypes.Float8Combinations(float8First: true));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes q = x / scale as 8-bit floats with a scale for each block of elements, scale = max|x| / max|q| of the block, which uses the type's whole
        /// range; both in one pass, for <c>BlockScaledMatMul</c>. q is rounded to the nearest 8-bit float (ties to even) and clamped to the largest ones, ±448
        /// or ±57344. Only finite elements count for the maximum: NaN stays NaN and infinities saturate. A block without any, or whose scale is too small for a
        /// float, has the scale 1; no scale is above the largest float. double is divided in double, every other type in float.
        /// </summary>
        /// <param name="scaling">The blocks.</param>
        /// <param name="values">q, of the same shape; must not overlap another tensor.</param>
        /// <param name="scale">What 1 of q is worth in each block: […, ⌈k/128⌉] of blocks of 1x128 and x […, k], [⌈n/128⌉, ⌈k/128⌉] of blocks of 128x128 and x [n, k].</param>
        /// <typeparam name="TFloat8"><see cref="Float8E4M3"/> or <see cref="Float8E5M2"/>.</typeparam>
        /// <exception cref="ArgumentException">The tensor has no such blocks, shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such scaling.</exception>
        public void QuantizeBlocks<TFloat8>(BlockScaling scaling, DeviceTensor<TFloat8> values, DeviceTensor<float> scale) where TFloat8 : unmanaged, IFloat8<TFloat8>
        {
            ArgumentNullException.ThrowIfNull(x);
            var blocks = ScaleBlocks.Of(x.Layout, scaling);
            RequireShape(values, x.Layout, nameof(values));
            RequireShape(scale, blocks.ScaleLengths(x.Layout, stackalloc nint[TensorLayout.MaxRank]), nameof(scale));
            RequireApart(x, values, nameof(values));
            RequireApart(x, scale, nameof(scale));
            RequireApart(scale, values, nameof(scale));
            values.RequireDense();
            scale.RequireDense();
            if (values.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (values.Device is CudaDevice cuda)
            {
                var count = (long)blocks.Down * blocks.Across;
                values.Stream!.Launch(
                    cuda.GetKernel(blocks.Height == 1 ? s_quantizeRowBlocks : s_quantizeSquareBlocks, new KernelTypes(ElementType<TFloat8>.Kind, ElementType<T>.Kind)),
                    new LaunchConfig(new Dim3(checked((uint)(blocks.Height == 1 ? (count + RowBlocksATime - 1) / RowBlocksATime : count))), new Dim3(QuantizeBlocksThreads)),
                    values.Output,
                    scale.Output,
                    from.Tensor.Input,
                    (long)blocks.Rows,
                    (long)blocks.Columns);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, values.Block, scale.Block);
            ManagedBlockQuantization.Quantize((CpuDevice)values.Device, from.Tensor, values, scale, blocks);
        }

        /// <summary>New tensors with 8-bit floats and the scales of their blocks; see the form with destinations.</summary>
        /// <param name="scaling">The blocks.</param>
        /// <typeparam name="TFloat8"><see cref="Float8E4M3"/> or <see cref="Float8E5M2"/>.</typeparam>
        public (DeviceTensor<TFloat8> Values, DeviceTensor<float> Scale) QuantizeBlocks<TFloat8>(BlockScaling scaling) where TFloat8 : unmanaged, IFloat8<TFloat8>
        {
            ArgumentNullException.ThrowIfNull(x);
            var lengths = ScaleBlocks.Of(x.Layout, scaling).ScaleLengths(x.Layout, stackalloc nint[TensorLayout.MaxRank]);
            using var values = new PendingTensor<TFloat8>(x.Device.Create<TFloat8>(TensorLayout.Dense(x.Lengths), x.Stream));
            using var scale = new PendingTensor<float>(x.Device.Create<float>(TensorLayout.Dense(lengths), x.Stream));
            x.QuantizeBlocks(scaling, values.Tensor, scale.Tensor);
            return (values.Complete(), scale.Complete());
        }
    }
}
