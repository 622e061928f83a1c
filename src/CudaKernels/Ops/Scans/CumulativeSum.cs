using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>
        /// Sums up along a dimension: y[…, k, …] = Σ x[…, j, …] over j ≤ k, or over j ≥ k reversed, which is the gradient. Always in the same order;
        /// Half and BFloat16 sum in float, integers wrap around.
        /// </summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="reverse">Whether to sum from the end.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void CumulativeSum(int axis, DeviceTensor<T> destination, bool reverse = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            var at = TensorLayout.Axis(axis, x.Rank);
            RequireShape(destination, x.Layout);
            RequireApart(x, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            if (destination.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            var shape = IndexShape.Of(x.Layout, at, x.Lengths[at]);
            if (destination.Device is CudaDevice cuda)
            {
                CumulativeSumKernels.Launch(cuda, destination.Stream!, ElementType<T>.Kind, destination.Output, from.Tensor.Input, shape, reverse);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, destination.Block);
            ManagedCumulativeSum.Run(from.Tensor, destination, shape, reverse);
        }

        /// <summary>A new tensor with the sums up along a dimension; see the form with a destination.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="reverse">Whether to sum from the end.</param>
        public DeviceTensor<T> CumulativeSum(int axis, bool reverse = false)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.CumulativeSum(axis, result.Tensor, reverse);
            return result.Complete();
        }
    }
}
