using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_geluGradientFile = new("elementwise/gelu_gradient.cu");
    private static readonly ElementwiseKernels s_geluGradient = new(s_geluGradientFile, "gelu_gradient", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));
    private static readonly ElementwiseKernels s_geluTanhGradient = new(s_geluGradientFile, "gelu_tanh_gradient", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy·(Φ(x) + x·Φ'(x)), where this tensor is the input x of <c>Gelu</c>.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="approximation">How Φ was computed.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="approximation"/> is no member of its type.</exception>
        public void GeluGradient(DeviceTensor<T> outputGradient, GeluApproximation approximation, DeviceTensor<T> destination)
        {
            if (IsTanh(approximation))
            {
                Gradient(s_geluTanhGradient, x, outputGradient, destination, new GeluTanhGradientFunction<T>());
            }
            else
            {
                Gradient(s_geluGradient, x, outputGradient, destination, new GeluGradientFunction<T>());
            }
        }

        /// <summary>Computes dx of <c>Gelu</c> by <see cref="GeluApproximation.None"/>; see the form with an approximation.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void GeluGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => x.GeluGradient(outputGradient, GeluApproximation.None, destination);

        /// <summary>A new tensor with dx = dy·(Φ(x) + x·Φ'(x)), where this tensor is the input x of <c>Gelu</c>.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="approximation">How Φ was computed.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="approximation"/> is no member of its type.</exception>
        public DeviceTensor<T> GeluGradient(DeviceTensor<T> outputGradient, GeluApproximation approximation = GeluApproximation.None) =>
            IsTanh(approximation)
                ? Gradient(s_geluTanhGradient, x, outputGradient, new GeluTanhGradientFunction<T>())
                : Gradient(s_geluGradient, x, outputGradient, new GeluGradientFunction<T>());
    }

    private readonly struct GeluGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        // 1 / √2 and 1 / √(2π).
        private const double RootHalf = 0.70710678118654752;
        private const double PeakDensity = 0.39894228040143268;

        // Beyond it Φ is 0 or 1 in double too; the bound keeps infinities from 0 * inf.
        private const double Tail = 800;

        public T Invoke(T x, T dy)
        {
            var bounded = T.Clamp(x, T.CreateTruncating(-Tail), T.CreateTruncating(Tail));
            var half = T.CreateTruncating(0.5);
            var distribution = half * ScalarMath.Erfc(-bounded * T.CreateTruncating(RootHalf));
            return dy * (distribution + (bounded * T.CreateTruncating(PeakDensity) * T.Exp(-half * bounded * bounded)));
        }

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => dy * VectorMath.GeluErfSlope(x);
    }

    private readonly struct GeluTanhGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        // √(2/π), and the factors of x³ in the argument of tanh and of x² in its derivative.
        private const double Scale = 0.79788456080286536;
        private const double Cubic = 0.044715;
        private const double CubicDerivative = 3 * Cubic;

        // Beyond it the sigmoid is 0 or 1 in double too; the bound keeps infinities from 0 * inf.
        private const double Tail = 800;

        // Φ = sigmoid(2u), of which the derivative is 2·u'·Φ·(1 - Φ).
        public T Invoke(T x, T dy)
        {
            var bounded = T.Clamp(x, T.CreateTruncating(-Tail), T.CreateTruncating(Tail));
            var square = bounded * bounded;
            var two = T.One + T.One;
            var s = ScalarMath.Sigmoid(two * T.CreateTruncating(Scale) * bounded * (T.One + (T.CreateTruncating(Cubic) * square)));
            var slope = T.CreateTruncating(Scale) * (T.One + (T.CreateTruncating(CubicDerivative) * square));
            return dy * s * (T.One + (two * bounded * (T.One - s) * slope));
        }

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => dy * VectorMath.GeluTanhSlope(x);
    }
}
