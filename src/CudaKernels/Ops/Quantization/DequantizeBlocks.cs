using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_dequantizeBlocks = new KernelFile("quantization/dequantize_blocks.cu").Template("dequantize_blocks<{0}, {1}>", QuantizedTypes.Float8Combinations(float8First: false));

    extension<TFloat8>(DeviceTensor<TFloat8> q) where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        /// <summary>Computes x = scale·q of 8-bit floats with a scale for each block: what <c>QuantizeBlocks</c> made, rounded to an 8-bit float. Half and BFloat16 are formed in float and rounded once.</summary>
        /// <param name="scaling">The blocks.</param>
        /// <param name="scale">What 1 of q is worth in each block: […, ⌈k/128⌉] of blocks of 1x128 and q […, k], [⌈n/128⌉, ⌈k/128⌉] of blocks of 128x128 and q [n, k].</param>
        /// <param name="destination">x, of the same shape; must not overlap an input.</param>
        /// <exception cref="ArgumentException">The tensor has no such blocks, shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such scaling.</exception>
        public void DequantizeBlocks<T>(BlockScaling scaling, DeviceTensor<float> scale, DeviceTensor<T> destination) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(q);
            var blocks = ScaleBlocks.Of(q.Layout, scaling);
            RequireShape(scale, blocks.ScaleLengths(q.Layout, stackalloc nint[TensorLayout.MaxRank]), nameof(scale));
            RequireShape(destination, q.Layout);
            RequireApart(q, destination, nameof(destination));
            RequireApart(scale, destination, nameof(scale));
            scale.RequireDense();
            destination.RequireDense(nameof(destination));
            if (destination.IsEmpty)
            {
                return;
            }

            using var from = AsDense(q);
            if (destination.Device is CudaDevice cuda)
            {
                var length = Elementwise.PackBytes / ElementType<T>.Size;
                var vectors = (long)((blocks.Columns + length - 1) / length) * blocks.Rows;
                destination.Stream!.Launch(
                    cuda.GetKernel(s_dequantizeBlocks, new KernelTypes(ElementType<T>.Kind, ElementType<TFloat8>.Kind)),
                    ScaledChannels.Launch(vectors),
                    destination.Output,
                    from.Tensor.Input,
                    scale.Input,
                    (long)blocks.Rows,
                    (long)blocks.Columns,
                    (long)blocks.Height);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, scale.Block, destination.Block);
            ManagedBlockQuantization.Dequantize((CpuDevice)destination.Device, from.Tensor, scale, destination, blocks);
        }

        /// <summary>A new tensor with x = scale·q of 8-bit floats with a scale for each block; see the form with a destination.</summary>
        /// <param name="scaling">The blocks.</param>
        /// <param name="scale">What 1 of q is worth in each block.</param>
        public DeviceTensor<T> DequantizeBlocks<T>(BlockScaling scaling, DeviceTensor<float> scale) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(q);
            using var result = new PendingTensor<T>(q.Device.Create<T>(TensorLayout.Dense(q.Lengths), q.Stream));
            q.DequantizeBlocks(scaling, scale, result.Tensor);
            return result.Complete();
        }
    }
}
