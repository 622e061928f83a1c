using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_erf = new("erf", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = erf x = 2/√π · ∫₀ˣ e^(-t²) dt of every element. erf(±∞) = ±1, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Erf(DeviceTensor<T> destination) => Unary(s_erf, x, destination, new ErfFunction<T>());

        /// <summary>A new tensor with y = erf x = 2/√π · ∫₀ˣ e^(-t²) dt of every element. erf(±∞) = ±1, NaN stays NaN.</summary>
        public DeviceTensor<T> Erf() => Unary(s_erf, x, new ErfFunction<T>());
    }

    internal readonly struct ErfFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.Erf(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Erf(x);
    }
}
