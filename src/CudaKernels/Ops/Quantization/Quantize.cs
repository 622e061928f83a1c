using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_quantize = new KernelFile("quantization/quantize.cu").Template("quantize<{0}, {1}>", QuantizedTypes.Combinations(quantizedFirst: true));

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
        public void Quantize(DeviceTensor<float> scale, DeviceTensor<sbyte> destination, int axis = 0) =>
            Quantize<T, sbyte, IntegerQuantizer>(x, scale, destination, axis);

        /// <summary>
        /// Computes q = x / scale, rounded to the nearest 8-bit float (ties to even) and clamped to the largest ones, ±448 or ±57344. NaN stays
        /// NaN and infinities saturate. double is divided in double and the quotient rounded to float first, every other type is divided in float.
        /// </summary>
        /// <param name="scale">What 1 of q is worth, above 0: [1] for the whole tensor, or one for each place along <paramref name="axis"/>; the greatest |x| divided by the greatest q uses the whole range. It is not looked at: 0 makes NaN of zeros and saturates all else.</param>
        /// <param name="destination">q, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The dimension of the channels; negative counts from the end. It has no meaning for a scale of [1].</param>
        /// <typeparam name="TFloat8"><see cref="Float8E4M3"/> or <see cref="Float8E5M2"/>.</typeparam>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Quantize<TFloat8>(DeviceTensor<float> scale, DeviceTensor<TFloat8> destination, int axis = 0) where TFloat8 : unmanaged, IFloat8<TFloat8> =>
            Quantize<T, TFloat8, Float8Quantizer<TFloat8>>(x, scale, destination, axis);

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

        /// <summary>A new tensor with q = x / scale as 8-bit floats, rounded and clamped; see the form with a destination.</summary>
        /// <param name="scale">What 1 of q is worth: [1], or one for each place along <paramref name="axis"/>.</param>
        /// <param name="axis">The dimension of the channels.</param>
        /// <typeparam name="TFloat8"><see cref="Float8E4M3"/> or <see cref="Float8E5M2"/>.</typeparam>
        public DeviceTensor<TFloat8> Quantize<TFloat8>(DeviceTensor<float> scale, int axis = 0) where TFloat8 : unmanaged, IFloat8<TFloat8>
        {
            ArgumentNullException.ThrowIfNull(x);
            using var result = new PendingTensor<TFloat8>(x.Device.Create<TFloat8>(TensorLayout.Dense(x.Lengths), x.Stream));
            x.Quantize(scale, result.Tensor, axis);
            return result.Complete();
        }
    }

    private static void Quantize<T, TQuantized, TQuantizer>(DeviceTensor<T> x, DeviceTensor<float> scale, DeviceTensor<TQuantized> destination, int axis)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TQuantizer : IQuantizer<TQuantized>
    {
        var shape = ScaledChannels.Of(x, scale, destination, axis);
        if (destination.IsEmpty)
        {
            return;
        }

        using var from = AsDense(x);
        if (destination.Device is CudaDevice cuda)
        {
            shape.Launch<T, TQuantized>(cuda.GetKernel(s_quantize, new KernelTypes(ElementType<TQuantized>.Kind, ElementType<T>.Kind)), from.Tensor.Input, scale, destination);
            return;
        }

        using var hold = new BlockHold(from.Tensor.Block, scale.Block, destination.Block);
        ManagedQuantization.Quantize<T, TQuantized, TQuantizer>((CpuDevice)destination.Device, from.Tensor, scale, destination, shape);
    }
}
