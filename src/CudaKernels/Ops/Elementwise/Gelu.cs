using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_geluFile = new("elementwise/gelu.cu");
    private static readonly ElementwiseKernels s_gelu = new(s_geluFile, "gelu", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));
    private static readonly ElementwiseKernels s_geluTanh = new(s_geluFile, "gelu_tanh", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x·Φ(x) of every element, Φ being the distribution function of the standard normal. -∞ gives 0, NaN stays NaN.</summary>
        /// <param name="approximation">How Φ is computed.</param>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="approximation"/> is no member of its type.</exception>
        public void Gelu(GeluApproximation approximation, DeviceTensor<T> destination)
        {
            if (IsTanh(approximation))
            {
                Unary(s_geluTanh, x, destination, new GeluTanhFunction<T>());
            }
            else
            {
                Unary(s_gelu, x, destination, new GeluFunction<T>());
            }
        }

        /// <summary>Computes y = x·Φ(x) of every element by <see cref="GeluApproximation.None"/>; see the form with an approximation.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Gelu(DeviceTensor<T> destination) => x.Gelu(GeluApproximation.None, destination);

        /// <summary>A new tensor with y = x·Φ(x) of every element, Φ being the distribution function of the standard normal. -∞ gives 0, NaN stays NaN.</summary>
        /// <param name="approximation">How Φ is computed.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="approximation"/> is no member of its type.</exception>
        public DeviceTensor<T> Gelu(GeluApproximation approximation = GeluApproximation.None) =>
            IsTanh(approximation) ? Unary(s_geluTanh, x, new GeluTanhFunction<T>()) : Unary(s_gelu, x, new GeluFunction<T>());
    }

    internal static bool IsTanh(GeluApproximation approximation) => approximation switch
    {
        GeluApproximation.None => false,
        GeluApproximation.Tanh => true,
        _ => throw new ArgumentOutOfRangeException(nameof(approximation), approximation, "GELU has the forms None and Tanh"),
    };

    internal readonly struct GeluFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.GeluErf(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.GeluErf(x);
    }

    internal readonly struct GeluTanhFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.GeluTanh(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.GeluTanh(x);
    }
}
