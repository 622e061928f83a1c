using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_relu = new("relu", ElementTypes.Numeric);
    private static readonly ElementwiseKernels s_reluGradient = new("relu_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = max(x, 0) of every element; NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Relu(DeviceTensor<T> destination) => Unary(s_relu, x, destination, new ReluFunction<T>());

        /// <summary>A new tensor with y = max(x, 0) of every element; NaN stays NaN.</summary>
        public DeviceTensor<T> Relu() => Unary(s_relu, x, new ReluFunction<T>());
    }

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy where x &gt; 0, else 0. The output of <c>Relu</c> serves as x as well as its input.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void ReluGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => Gradient(s_reluGradient, x, outputGradient, destination, new ReluGradientFunction<T>());

        /// <summary>A new tensor with dx = dy where x &gt; 0, else 0. The output of <c>Relu</c> serves as x as well as its input.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        public DeviceTensor<T> ReluGradient(DeviceTensor<T> outputGradient) => Gradient(s_reluGradient, x, outputGradient, new ReluGradientFunction<T>());
    }

    internal readonly struct ReluFunction<T> : IUnaryFunction<T> where T : INumber<T>
    {
        public static bool HasVectors => true;

        public T Invoke(T x) => x < T.Zero ? T.Zero : x;

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);

        public Vector512<T> InvokeAll(Vector512<T> x) => Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), Vector512<T>.Zero, x);
    }

    private readonly struct ReluGradientFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public static bool HasVectors => true;

        public T Invoke(T x, T dy) => x > T.Zero ? dy : T.Zero;

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), dy, Vector512<float>.Zero);

        public Vector512<T> InvokeAll(Vector512<T> x, Vector512<T> dy) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), dy, Vector512<T>.Zero);
    }
}
