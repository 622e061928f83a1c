using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y = (x - mean) / √(variance + ε)·gamma + beta for each channel of each image (Ulyanov, Vedaldi and Lempitsky 2016): the group
        /// norm with as many groups as channels.
        /// </summary>
        /// <remarks>This tensor is [images, channels, …].</remarks>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="destination">y, of the same shape; must not overlap another tensor.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void InstanceNorm(DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> destination, double epsilon = 1e-5) => x.GroupNorm(GroupShape.Instances(x), gamma, beta, destination, epsilon);

        /// <summary>A new tensor with the instance norm.</summary>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="epsilon">Added to the variance.</param>
        public DeviceTensor<T> InstanceNorm(DeviceTensor<T>? gamma = null, DeviceTensor<T>? beta = null, double epsilon = 1e-5) => x.GroupNorm(GroupShape.Instances(x), gamma, beta, epsilon);

        /// <summary>Computes the gradients of <c>InstanceNorm</c>, where this tensor is its input: those of the group norm with as many groups as channels.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="destination">dx, of the same shape; must not overlap another tensor.</param>
        /// <param name="gammaGradient">dgamma, [channels], or null where it is not wanted.</param>
        /// <param name="betaGradient">dbeta, [channels], or null where it is not wanted.</param>
        /// <param name="epsilon">That of the instance norm.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void InstanceNormGradient(
            DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, DeviceTensor<T>? gammaGradient = null, DeviceTensor<T>? betaGradient = null, double epsilon = 1e-5) =>
            x.GroupNormGradient(outputGradient, GroupShape.Instances(x), gamma, destination, gammaGradient, betaGradient, epsilon);
    }
}
