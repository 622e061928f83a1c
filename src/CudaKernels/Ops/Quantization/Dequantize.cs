using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_dequantize = new KernelFile("quantization/dequantize.cu").Template("dequantize<{0}>", ElementTypes.Floating);

    extension(DeviceTensor<sbyte> q)
    {
        /// <summary>Computes x = scale·q: what <c>Quantize</c> made, half a step away at most where it did not saturate. Half and BFloat16 are formed in float and rounded once.</summary>
        /// <param name="scale">What a step of q is worth: [1] for the whole tensor, or one for each place along <paramref name="axis"/>.</param>
        /// <param name="destination">x, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The dimension of the channels; negative counts from the end. It has no meaning for a scale of [1].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Dequantize<T>(DeviceTensor<float> scale, DeviceTensor<T> destination, int axis = 0) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var shape = ScaledChannels.Of(q, scale, destination, axis);
            if (destination.IsEmpty)
            {
                return;
            }

            using var from = AsDense(q);
            if (destination.Device is CudaDevice cuda)
            {
                shape.Launch<T, T>(cuda.GetKernel(s_dequantize, Types<T>()), from.Tensor.Input, scale, destination);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, scale.Block, destination.Block);
            ManagedQuantization.Dequantize((CpuDevice)destination.Device, from.Tensor, scale, destination, shape);
        }

        /// <summary>A new tensor with x = scale·q; see the form with a destination.</summary>
        /// <param name="scale">What a step of q is worth: [1], or one for each place along <paramref name="axis"/>.</param>
        /// <param name="axis">The dimension of the channels.</param>
        public DeviceTensor<T> Dequantize<T>(DeviceTensor<float> scale, int axis = 0) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(q);
            using var result = new PendingTensor<T>(q.Device.Create<T>(TensorLayout.Dense(q.Lengths), q.Stream));
            q.Dequantize(scale, result.Tensor, axis);
            return result.Complete();
        }
    }
}
