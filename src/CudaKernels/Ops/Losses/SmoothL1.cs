using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_smoothL1File = new("losses/smooth_l1.cu");
    private static readonly ElementwiseKernels s_smoothL1 = new(s_smoothL1File, "smooth_l1", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));
    private static readonly ElementwiseKernels s_smoothL1Gradient = new(s_smoothL1File, "smooth_l1_gradient", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes loss = d² / (2β) where |d| &lt; β, else |d| - β/2, of the difference d = x - t of every element and its target; NaN stays NaN.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="beta">Where the parabola ends, at least 0; 0 gives |d|.</param>
        /// <param name="losses">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative or no finite number.</exception>
        public void SmoothL1(DeviceTensor<T> targets, double beta, DeviceTensor<T> losses)
        {
            RequireBeta(beta);
            ElementLosses(s_smoothL1, x, targets, losses, new SmoothL1Function<T>(beta), Attribute<T>(beta));
        }

        /// <summary>Computes the mean of <c>SmoothL1</c> over all elements, always in the same order; NaN for none. Half and BFloat16 losses are rounded before they are averaged.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="beta">Where the parabola ends, at least 0; 0 gives |d|.</param>
        /// <param name="destination">One element.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative or no finite number.</exception>
        public void MeanSmoothL1(DeviceTensor<T> targets, double beta, DeviceTensor<T> destination)
        {
            RequireBeta(beta);
            MeanLoss(s_smoothL1, x, targets, destination, new SmoothL1Function<T>(beta), Attribute<T>(beta));
        }

        /// <summary>Computes gradient = scale·d / β where |d| &lt; β, else scale·sign(d), with the sign 0 at 0: the gradient of scale times the sum of the losses.</summary>
        /// <param name="targets">Of the same shape.</param>
        /// <param name="beta">Where the parabola ends, at least 0.</param>
        /// <param name="scale">The factor; 1 / elements for a mean loss.</param>
        /// <param name="gradient">The result, of the same shape; may be an operand.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative or no finite number.</exception>
        public void SmoothL1Gradient(DeviceTensor<T> targets, double beta, double scale, DeviceTensor<T> gradient)
        {
            RequireBeta(beta);
            ElementLosses(s_smoothL1Gradient, x, targets, gradient, new SmoothL1GradientFunction<T>(beta, scale), Attribute<T>(beta), Attribute<T>(scale));
        }
    }

    private static void RequireBeta(double beta)
    {
        if (beta < 0 || !double.IsFinite(beta))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "beta is a finite number, 0 or more");
        }
    }

    private readonly struct SmoothL1Function<T>(double beta) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly T _beta = T.CreateTruncating(beta);
        private readonly float _singleBeta = (float)beta;

        public T Invoke(T x, T t)
        {
            var (distance, half) = (T.Abs(x - t), T.CreateTruncating(0.5));
            return distance < _beta ? half * distance * (distance / _beta) : distance - (half * _beta);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t)
        {
            var (distance, half) = (Vector512.Abs(x - t), Vector512.Create(0.5f));
            return Vector512.ConditionalSelect(Vector512.LessThan(distance, Vector512.Create(_singleBeta)), half * distance * (distance / Vector512.Create(_singleBeta)), distance - (half * Vector512.Create(_singleBeta)));
        }
    }

    private readonly struct SmoothL1GradientFunction<T>(double beta, double scale) : IBinaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        private readonly T _beta = T.CreateTruncating(beta);
        private readonly T _scale = T.CreateTruncating(scale);
        private readonly float _singleBeta = (float)beta;
        private readonly float _singleScale = (float)scale;

        public T Invoke(T x, T t)
        {
            var difference = x - t;
            if (T.Abs(difference) < _beta)
            {
                return difference / _beta * _scale;
            }

            return (difference > T.Zero ? T.One : difference < T.Zero ? -T.One : difference) * _scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> t)
        {
            var difference = x - t;
            var below = Vector512.ConditionalSelect(Vector512.LessThan(difference, Vector512<float>.Zero), -Vector512<float>.One, difference);
            var sign = Vector512.ConditionalSelect(Vector512.GreaterThan(difference, Vector512<float>.Zero), Vector512<float>.One, below);
            return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(difference), Vector512.Create(_singleBeta)), difference / Vector512.Create(_singleBeta), sign) * Vector512.Create(_singleScale);
        }
    }
}
