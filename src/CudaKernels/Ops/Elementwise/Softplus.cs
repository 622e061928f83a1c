using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_softplus = new("softplus", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_softplusGradient = new("softplus_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = ln(1 + eˣ) of every element. -∞ gives 0, +∞ gives +∞, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Softplus(DeviceTensor<T> destination) => Unary(s_softplus, x, destination, new SoftplusFunction<T>());

        /// <summary>A new tensor with y = ln(1 + eˣ) of every element. -∞ gives 0, +∞ gives +∞, NaN stays NaN.</summary>
        public DeviceTensor<T> Softplus() => Unary(s_softplus, x, new SoftplusFunction<T>());

        /// <summary>Computes dx = dy·sigmoid(x), where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void SoftplusGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => Gradient(s_softplusGradient, x, outputGradient, destination, new SoftplusGradientFunction<T>());

        /// <summary>A new tensor with dx = dy·sigmoid(x), where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        public DeviceTensor<T> SoftplusGradient(DeviceTensor<T> outputGradient) => Gradient(s_softplusGradient, x, outputGradient, new SoftplusGradientFunction<T>());
    }

    internal readonly struct SoftplusFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.Softplus(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Softplus(x);
    }

    private readonly struct SoftplusGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x, T dy) => dy * ScalarMath.Sigmoid(x);

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => dy * VectorMath.Sigmoid(x);
    }
}
