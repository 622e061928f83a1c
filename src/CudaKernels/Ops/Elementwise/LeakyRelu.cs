using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_leakyRelu = new("leaky_relu", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_leakyReluGradient = new("leaky_relu_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x where x &gt; 0, else slope·x of every element. NaN stays NaN.</summary>
        /// <param name="slope">The slope below 0.</param>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void LeakyRelu(double slope, DeviceTensor<T> destination) => Unary(s_leakyRelu, x, destination, new LeakyReluFunction<T>(slope), Attribute<T>(slope));

        /// <summary>Computes y of the default slope, 0.01; see the form with a slope.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void LeakyRelu(DeviceTensor<T> destination) => x.LeakyRelu(0.01, destination);

        /// <summary>A new tensor with y = x where x &gt; 0, else slope·x of every element. NaN stays NaN.</summary>
        /// <param name="slope">The slope below 0.</param>
        public DeviceTensor<T> LeakyRelu(double slope = 0.01) => Unary(s_leakyRelu, x, new LeakyReluFunction<T>(slope), Attribute<T>(slope));

        /// <summary>Computes dx = dy where x &gt; 0, else slope·dy, where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="slope">The slope below 0.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void LeakyReluGradient(DeviceTensor<T> outputGradient, double slope, DeviceTensor<T> destination) => Gradient(s_leakyReluGradient, x, outputGradient, destination, new LeakyReluGradientFunction<T>(slope), Attribute<T>(slope));

        /// <summary>Computes dx of the default slope, 0.01; see the form with a slope.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void LeakyReluGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => x.LeakyReluGradient(outputGradient, 0.01, destination);

        /// <summary>A new tensor with dx = dy where x &gt; 0, else slope·dy, where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="slope">The slope below 0.</param>
        public DeviceTensor<T> LeakyReluGradient(DeviceTensor<T> outputGradient, double slope = 0.01) => Gradient(s_leakyReluGradient, x, outputGradient, new LeakyReluGradientFunction<T>(slope), Attribute<T>(slope));
    }

    internal readonly struct LeakyReluFunction<T>(double slope) : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly float _slope = (float)slope;

        public T Invoke(T x) => x > T.Zero ? x : T.CreateTruncating(slope) * x;

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), x, Vector512.Create(_slope) * x);
    }

    private readonly struct LeakyReluGradientFunction<T>(double slope) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly float _slope = (float)slope;

        public T Invoke(T x, T dy) => x > T.Zero ? dy : T.CreateTruncating(slope) * dy;

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), dy, Vector512.Create(_slope) * dy);
    }
}
