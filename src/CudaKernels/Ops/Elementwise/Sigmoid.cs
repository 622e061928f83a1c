using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_sigmoid = new("sigmoid", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_sigmoidGradient = new("sigmoid_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = 1 / (1 + e⁻ˣ) of every element. 0 for -∞, 1 for +∞, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Sigmoid(DeviceTensor<T> destination) => Unary(s_sigmoid, x, destination, new SigmoidFunction<T>());

        /// <summary>A new tensor with y = 1 / (1 + e⁻ˣ) of every element. 0 for -∞, 1 for +∞, NaN stays NaN.</summary>
        public DeviceTensor<T> Sigmoid() => Unary(s_sigmoid, x, new SigmoidFunction<T>());
    }

    extension<T>(DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy·y·(1 - y), where this tensor is the output y = sigmoid(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void SigmoidGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => Gradient(s_sigmoidGradient, y, outputGradient, destination, new SigmoidGradientFunction<T>());

        /// <summary>A new tensor with dx = dy·y·(1 - y), where this tensor is the output y = sigmoid(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        public DeviceTensor<T> SigmoidGradient(DeviceTensor<T> outputGradient) => Gradient(s_sigmoidGradient, y, outputGradient, new SigmoidGradientFunction<T>());
    }

    internal readonly struct SigmoidFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.Sigmoid(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Sigmoid(x);
    }

    private readonly struct SigmoidGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T y, T dy) => dy * y * (T.One - y);

        public Vector512<float> Invoke(Vector512<float> y, Vector512<float> dy) => dy * y * (Vector512<float>.One - y);
    }
}
