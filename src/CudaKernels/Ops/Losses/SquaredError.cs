using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_squaredErrorFile = new("losses/squared_error.cu");
    private static readonly ElementwiseKernels s_squaredError = new(s_squaredErrorFile, "squared_error", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));
    private static readonly ElementwiseKernels s_squaredErrorGradient = new(s_squaredErrorFile, "squared_error_gradient", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes loss = (x - t)² of every element x and its target t; NaN stays NaN.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="losses">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void SquaredError(DeviceTensor<T> targets, DeviceTensor<T> losses) => ElementLosses(s_squaredError, x, targets, losses, new SquaredErrorFunction<T>());

        /// <summary>Computes the mean of (x - t)² over all elements, always in the same order; NaN for none. Half and BFloat16 losses are rounded before they are averaged.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="destination">One element.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        public void MeanSquaredError(DeviceTensor<T> targets, DeviceTensor<T> destination) => MeanLoss(s_squaredError, x, targets, destination, new SquaredErrorFunction<T>());

        /// <summary>Computes gradient = 2·(x - t)·scale: the gradient of scale times the sum of the losses.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="scale">The factor; 1 / elements for a mean loss.</param>
        /// <param name="gradient">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void SquaredErrorGradient(DeviceTensor<T> targets, double scale, DeviceTensor<T> gradient) =>
            ElementLosses(s_squaredErrorGradient, x, targets, gradient, new SquaredErrorGradientFunction<T>(2 * scale), Attribute<T>(2 * scale));
    }

    private readonly struct SquaredErrorFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x, T t) => (x - t) * (x - t);

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t) => (x - t) * (x - t);
    }

    private readonly struct SquaredErrorGradientFunction<T>(double factor) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly T _factor = T.CreateTruncating(factor);
        private readonly float _singleFactor = (float)factor;

        public T Invoke(T x, T t) => (x - t) * _factor;

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t) => (x - t) * Vector512.Create(_singleFactor);
    }
}
