using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_elu = new("elu", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_eluGradient = new("elu_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x where x &gt; 0, else alpha·(eˣ - 1) of every element. -∞ gives -alpha, NaN stays NaN.</summary>
        /// <param name="alpha">The magnitude of the limit at -∞.</param>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Elu(double alpha, DeviceTensor<T> destination) => Unary(s_elu, x, destination, new EluFunction<T>(alpha), Attribute<T>(alpha));

        /// <summary>Computes y of the default alpha, 1; see the form with an alpha.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Elu(DeviceTensor<T> destination) => x.Elu(1, destination);

        /// <summary>A new tensor with y = x where x &gt; 0, else alpha·(eˣ - 1) of every element. -∞ gives -alpha, NaN stays NaN.</summary>
        /// <param name="alpha">The magnitude of the limit at -∞.</param>
        public DeviceTensor<T> Elu(double alpha = 1) => Unary(s_elu, x, new EluFunction<T>(alpha), Attribute<T>(alpha));

        /// <summary>Computes dx = dy where x &gt; 0, else dy·alpha·eˣ, where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="alpha">The magnitude of the limit at -∞.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void EluGradient(DeviceTensor<T> outputGradient, double alpha, DeviceTensor<T> destination) => Gradient(s_eluGradient, x, outputGradient, destination, new EluGradientFunction<T>(alpha), Attribute<T>(alpha));

        /// <summary>Computes dx of the default alpha, 1; see the form with an alpha.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void EluGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => x.EluGradient(outputGradient, 1, destination);

        /// <summary>A new tensor with dx = dy where x &gt; 0, else dy·alpha·eˣ, where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="alpha">The magnitude of the limit at -∞.</param>
        public DeviceTensor<T> EluGradient(DeviceTensor<T> outputGradient, double alpha = 1) => Gradient(s_eluGradient, x, outputGradient, new EluGradientFunction<T>(alpha), Attribute<T>(alpha));
    }

    internal readonly struct EluFunction<T>(double alpha) : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly float _alpha = (float)alpha;

        public T Invoke(T x) => ScalarMath.Elu(x, T.CreateTruncating(alpha));

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Elu(x, Vector512.Create(_alpha));
    }

    private readonly struct EluGradientFunction<T>(double alpha) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly float _alpha = (float)alpha;

        public T Invoke(T x, T dy) => x > T.Zero ? dy : dy * T.CreateTruncating(alpha) * T.Exp(x);

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), dy, dy * Vector512.Create(_alpha) * VectorMath.Exp(x));
    }
}
