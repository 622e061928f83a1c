using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_binaryCrossEntropyFile = new("losses/binary_cross_entropy.cu");
    private static readonly ElementwiseKernels s_binaryCrossEntropy = new(s_binaryCrossEntropyFile, "binary_cross_entropy", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));
    private static readonly ElementwiseKernels s_binaryCrossEntropyGradient = new(s_binaryCrossEntropyFile, "binary_cross_entropy_gradient", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    extension<T>(DeviceTensor<T> logits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes loss = -t·ln s(x) - (1 - t)·ln(1 - s(x)) of every logit x and target t, with s(x) = 1 / (1 + e⁻ˣ): the binary cross entropy in
        /// nats, as max(x, 0) - x·t + ln(1 + e^-|x|). An infinite logit gives 0 where its target is the class it is sure of, else ∞; NaN stays NaN.
        /// </summary>
        /// <param name="targets">Probabilities in [0, 1], of the same shape.</param>
        /// <param name="losses">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void BinaryCrossEntropy(DeviceTensor<T> targets, DeviceTensor<T> losses) =>
            ElementLosses(s_binaryCrossEntropy, logits, targets, losses, new BinaryCrossEntropyFunction<T>());

        /// <summary>Computes the mean of <c>BinaryCrossEntropy</c> over all elements, always in the same order; NaN for none. Half and BFloat16 losses are rounded before they are averaged.</summary>
        /// <param name="targets">Probabilities in [0, 1], of the same shape.</param>
        /// <param name="destination">One element.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        public void MeanBinaryCrossEntropy(DeviceTensor<T> targets, DeviceTensor<T> destination) =>
            MeanLoss(s_binaryCrossEntropy, logits, targets, destination, new BinaryCrossEntropyFunction<T>());

        /// <summary>Computes gradient = (s(x) - t)·scale: the gradient of scale times the sum of the losses.</summary>
        /// <param name="targets">Probabilities in [0, 1], of the same shape.</param>
        /// <param name="scale">The factor; 1 / elements for a mean loss.</param>
        /// <param name="gradient">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void BinaryCrossEntropyGradient(DeviceTensor<T> targets, double scale, DeviceTensor<T> gradient) =>
            ElementLosses(s_binaryCrossEntropyGradient, logits, targets, gradient, new BinaryCrossEntropyGradientFunction<T>(scale), Attribute<T>(scale));
    }

    // max(x, 0) - x·t in one product, which loses nothing to cancellation.
    private readonly struct BinaryCrossEntropyFunction<T> : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x, T t)
        {
            var slope = x > T.Zero ? T.One - t : -t;
            return (slope == T.Zero ? T.Zero : x * slope) + ScalarMath.Softplus(-T.Abs(x));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t)
        {
            var slope = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One - t, -t);
            var linear = Vector512.ConditionalSelect(Vector512.Equals(slope, Vector512<float>.Zero), Vector512<float>.Zero, x * slope);
            return linear + VectorMath.Softplus(-Vector512.Abs(x));
        }
    }

    // Starts from the nearer of s = 0 and s = 1.
    private readonly struct BinaryCrossEntropyGradientFunction<T>(double scale) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly T _scale = T.CreateTruncating(scale);
        private readonly float _singleScale = (float)scale;

        public T Invoke(T x, T t)
        {
            var rest = ScalarMath.Sigmoid(-T.Abs(x));
            return (x > T.Zero ? T.One - t - rest : rest - t) * _scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t)
        {
            var rest = VectorMath.Sigmoid(-Vector512.Abs(x));
            return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One - t - rest, rest - t) * Vector512.Create(_singleScale);
        }
    }
}
