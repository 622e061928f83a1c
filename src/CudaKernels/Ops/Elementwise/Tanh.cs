using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_tanh = new("tanh", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_tanhGradient = new("tanh_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = tanh x of every element. tanh(±∞) = ±1, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Tanh(DeviceTensor<T> destination) => Unary(s_tanh, x, destination, new TanhFunction<T>());

        /// <summary>A new tensor with y = tanh x of every element. tanh(±∞) = ±1, NaN stays NaN.</summary>
        public DeviceTensor<T> Tanh() => Unary(s_tanh, x, new TanhFunction<T>());
    }

    extension<T>(DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy·(1 - y²), where this tensor is the output y = tanh(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void TanhGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => Gradient(s_tanhGradient, y, outputGradient, destination, new TanhGradientFunction<T>());

        /// <summary>A new tensor with dx = dy·(1 - y²), where this tensor is the output y = tanh(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        public DeviceTensor<T> TanhGradient(DeviceTensor<T> outputGradient) => Gradient(s_tanhGradient, y, outputGradient, new TanhGradientFunction<T>());
    }

    internal readonly struct TanhFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Tanh(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Tanh(x);
    }

    private readonly struct TanhGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T y, T dy) => dy * (T.One - y) * (T.One + y);

        public Vector512<float> Invoke(Vector512<float> y, Vector512<float> dy) => dy * (Vector512<float>.One - y) * (Vector512<float>.One + y);
    }
}
