using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_silu = new("silu", ElementTypes.Floating);
    private static readonly ElementwiseKernels s_siluGradient = new("silu_gradient", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x·sigmoid(x) of every element. -∞ gives 0, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Silu(DeviceTensor<T> destination) => Unary(s_silu, x, destination, new SiluFunction<T>());

        /// <summary>A new tensor with y = x·sigmoid(x) of every element. -∞ gives 0, NaN stays NaN.</summary>
        public DeviceTensor<T> Silu() => Unary(s_silu, x, new SiluFunction<T>());

        /// <summary>Computes dx = dy·s·(1 + x·(1 - s)) with s = sigmoid(x), where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx; may be dy or this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void SiluGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination) => Gradient(s_siluGradient, x, outputGradient, destination, new SiluGradientFunction<T>());

        /// <summary>A new tensor with dx = dy·s·(1 + x·(1 - s)) with s = sigmoid(x), where this tensor is the input x.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        public DeviceTensor<T> SiluGradient(DeviceTensor<T> outputGradient) => Gradient(s_siluGradient, x, outputGradient, new SiluGradientFunction<T>());
    }

    internal readonly struct SiluFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.Silu(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Silu(x);
    }

    private readonly struct SiluGradientFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        // Beyond it the sigmoid is 0 or 1 in double too; the bound keeps infinities from 0 * inf.
        private const double Tail = 800;

        public T Invoke(T x, T dy)
        {
            var bounded = T.Clamp(x, T.CreateTruncating(-Tail), T.CreateTruncating(Tail));
            var s = ScalarMath.Sigmoid(bounded);
            return dy * s * (T.One + (bounded * (T.One - s)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> dy)
        {
            var bounded = Vector512.Min(Vector512.Max(x, Vector512.Create((float)-Tail)), Vector512.Create((float)Tail));
            var s = VectorMath.Sigmoid(bounded);
            return dy * s * (Vector512<float>.One + (bounded * (Vector512<float>.One - s)));
        }
    }
}
