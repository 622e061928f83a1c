using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_groupNorm = new KernelFile("normalization/group_norm.cu").Template("group_norm<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y = (x - mean) / √(variance + ε)·gamma + beta, with the mean and the variance (1/n) of the channels of a group in one image
        /// (Wu and He 2018); gamma and beta belong to channels. A group with NaN or an infinity gives NaN.
        /// </summary>
        /// <remarks>This tensor is [images, channels, …].</remarks>
        /// <param name="groups">How many groups of neighbouring channels; divides the channels.</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="destination">y, of the same shape; must not overlap another tensor.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void GroupNorm(int groups, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> destination, double epsilon = 1e-5)
        {
            var shape = GroupShape.Of(x, groups);
            BatchNormShape.Require(x, shape.Layout, destination, gamma, beta);
            if (x.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (destination.Device is CudaDevice cuda)
            {
                destination.Stream!.Launch(
                    cuda.GetKernel(s_groupNorm, Types<T>()),
                    HeldRowLaunch.Of(shape.Rows.Count, shape.Rows.Columns, ElementType<T>.Size),
                    destination.Output,
                    from.Tensor.Input,
                    (long)shape.Rows.Count,
                    (long)shape.Rows.Columns,
                    shape.Layout.Spatial,
                    (long)shape.Groups,
                    (gamma ?? from.Tensor).Input,
                    gamma is not null,
                    (beta ?? from.Tensor).Input,
                    beta is not null,
                    Attribute<T>(epsilon));
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, gamma?.Block, beta?.Block, destination.Block);
            ManagedGroupNorm.Run((CpuDevice)destination.Device, shape, from.Tensor, gamma, beta, destination, epsilon);
        }

        /// <summary>A new tensor with the group norm.</summary>
        /// <param name="groups">How many groups of neighbouring channels; divides the channels.</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="epsilon">Added to the variance.</param>
        public DeviceTensor<T> GroupNorm(int groups, DeviceTensor<T>? gamma = null, DeviceTensor<T>? beta = null, double epsilon = 1e-5)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.GroupNorm(groups, gamma, beta, result.Tensor, epsilon);
            return result.Complete();
        }
    }
}
