using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_pow = new("pow", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = aᵇ elementwise with broadcasting. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Pow(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_pow, a, b, destination, new PowFunction<T>());

        /// <summary>A new tensor with aᵇ elementwise, with broadcasting. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Pow(DeviceTensor<T> b) => Binary(s_pow, a, b, new PowFunction<T>());

        /// <summary>Computes y = aᵇ elementwise for a scalar b. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Pow(T b, DeviceTensor<T> destination) => Binary(s_pow, a, b, scalarIsLeft: false, destination, new PowFunction<T>());

        /// <summary>A new tensor with aᵇ elementwise for a scalar b. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Pow(T b) => Binary(s_pow, a, b, scalarIsLeft: false, new PowFunction<T>());

        /// <summary>Computes y = leftˣ elementwise for a scalar left operand. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="left">The left operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void PowOf(T left, DeviceTensor<T> destination) => Binary(s_pow, a, left, scalarIsLeft: true, destination, new PowFunction<T>());

        /// <summary>A new tensor with leftˣ elementwise for a scalar left operand. The special values are those of C's pow: a⁰ = 1 and 1ᵇ = 1 for NaN too; NaN for a negative a and a finite b that is no integer.</summary>
        /// <param name="left">The left operand.</param>
        public DeviceTensor<T> PowOf(T left) => Binary(s_pow, a, left, scalarIsLeft: true, new PowFunction<T>());
    }

    internal readonly struct PowFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T a, T b) => T.Pow(a, b);

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => VectorMath.Pow(a, b);
    }
}
