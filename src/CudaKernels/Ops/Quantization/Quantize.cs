using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_quantize = new KernelFile("quantization/quantize.cu").Template("quantize<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes q = x / scale, rounded to the nearest integer (ties to even) and clamped to [-127, 127]: symmetric quantisation to 8 bits. NaN
        /// becomes 0 and infinities saturate. double is divided in double, every other type in float.
        /// </summary>
        /// <param name="scale">What a step of q is worth, above 0: [1] for the whole tensor, or one for each place along <paramref name="axis"/>. It is not looked at: 0 makes 0 of zeros and saturates all else.</param>
        /// <param name="destination">q, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The dimension of the channels; negative counts from the end. It has no meaning for a scale of [1].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Quantize(DeviceTensor<float> scale, DeviceTensor<sbyte> destination, int axis = 0)
        {
            var shape = ScaledChannels.Of(x, scale, destination, axis);
            if (destination.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (destination.Device is CudaDevice cuda)
            {
                shape.Launch<T, sbyte>(cuda.GetKernel(s_quantize, Types<T>()), from.Tensor.Input, scale, destination);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, scale.Block, destination.Block);
            ManagedQuantization.Quantize((CpuDevice)destination.Device, from.Tensor, scale, destination, shape);
        }

        /// <summary>A new tensor with q = x / scale, rounded and clamped; see the form with a destination.</summary>
        /// <param name="scale">What a step of q is worth: [1], or one for each place along <paramref name="axis"/>.</param>
        /// <param name="axis">The dimension of the channels.</param>
        public DeviceTensor<sbyte> Quantize(DeviceTensor<float> scale, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(x);
            using var result = new PendingTensor<sbyte>(x.Device.Create<sbyte>(TensorLayout.Dense(x.Lengths), x.Stream));
            x.Quantize(scale, result.Tensor, axis);
            return result.Complete();
        }
    }
}
