using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_dequantize = new KernelFile("quantization/dequantize.cu").Template("dequantize<{0}, {1}>", QuantizedTypes.Combinations(quantizedFirst: false));

    extension(DeviceTensor<sbyte> q)
    {
        /// <summary>Computes x = scale·q: what <c>Quantize</c> made, half a step away at most where it did not saturate. Half and BFloat16 are formed in float and rounded once.</summary>
        /// <param name="scale">What a step of q is worth: [1] for the whole tensor, or one for each place along <paramref name="axis"/>.</param>
        /// <param name="destination">x, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The dimension of the channels; negative counts from the end. It has no meaning for a scale of [1].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Dequantize<T>(DeviceTensor<float> scale, DeviceTensor<T> destination, int axis = 0) where T : unmanaged, IFloatingPointIeee754<T> =>
            Dequantize<T, sbyte>(q, scale, destination, axis);

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

    extension<TFloat8>(DeviceTensor<TFloat8> q) where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        /// <summary>Computes x = scale·q of 8-bit floats, infinities and NaN as the product has them. Half and BFloat16 are formed in float and rounded once.</summary>
        /// <param name="scale">What 1 of q is worth: [1] for the whole tensor, or one for each place along <paramref name="axis"/>.</param>
        /// <param name="destination">x, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The dimension of the channels; negative counts from the end. It has no meaning for a scale of [1].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Dequantize<T>(DeviceTensor<float> scale, DeviceTensor<T> destination, int axis = 0) where T : unmanaged, IFloatingPointIeee754<T> =>
            Dequantize<T, TFloat8>(q, scale, destination, axis);

        /// <summary>A new tensor with x = scale·q of 8-bit floats; see the form with a destination.</summary>
        /// <param name="scale">What 1 of q is worth: [1], or one for each place along <paramref name="axis"/>.</param>
        /// <param name="axis">The dimension of the channels.</param>
        public DeviceTensor<T> Dequantize<T>(DeviceTensor<float> scale, int axis = 0) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(q);
            using var result = new PendingTensor<T>(q.Device.Create<T>(TensorLayout.Dense(q.Lengths), q.Stream));
            q.Dequantize(scale, result.Tensor, axis);
            return result.Complete();
        }
    }

    private static void Dequantize<T, TQuantized>(DeviceTensor<TQuantized> q, DeviceTensor<float> scale, DeviceTensor<T> destination, int axis)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
    {
        var shape = ScaledChannels.Of(q, scale, destination, axis);
        if (destination.IsEmpty)
        {
            return;
        }

        using var from = AsDense(q);
        if (destination.Device is CudaDevice cuda)
        {
            shape.Launch<T, T>(cuda.GetKernel(s_dequantize, new KernelTypes(ElementType<T>.Kind, ElementType<TQuantized>.Kind)), from.Tensor.Input, scale, destination);
            return;
        }

        using var hold = new BlockHold(from.Tensor.Block, scale.Block, destination.Block);
        ManagedQuantization.Dequantize<T, TQuantized>((CpuDevice)destination.Device, from.Tensor, scale, destination, shape);
    }
}
