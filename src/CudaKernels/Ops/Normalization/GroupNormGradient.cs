using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_groupNormGradientFile = new("normalization/group_norm_gradient.cu");
    private static readonly KernelTemplate s_groupNormGradient = s_groupNormGradientFile.Template("group_norm_gradient<{0}>", ElementTypes.Floating);
    private static readonly ParameterGradientKernels s_groupNormSums = new(s_groupNormGradientFile, "group_norm_gradient");

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the gradients of <c>GroupNorm</c>, where this tensor is its input: dx = (g - mean(g) - x̂·mean(g·x̂)) / √(variance + ε) over each group of
        /// each image with g = dy·gamma and x̂ the group before gamma and beta; dgamma = Σ dy·x̂ and dbeta = Σ dy over images and pixels, in a fixed order.
        /// </summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="groups">Those of the group norm.</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="destination">dx, of the same shape; must not overlap another tensor.</param>
        /// <param name="gammaGradient">dgamma, [channels], or null where it is not wanted.</param>
        /// <param name="betaGradient">dbeta, [channels], or null where it is not wanted.</param>
        /// <param name="epsilon">That of the group norm.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void GroupNormGradient(
            DeviceTensor<T> outputGradient, int groups, DeviceTensor<T>? gamma, DeviceTensor<T> destination, DeviceTensor<T>? gammaGradient = null, DeviceTensor<T>? betaGradient = null, double epsilon = 1e-5)
        {
            var shape = GroupShape.Of(x, groups);
            var gradients = new ParameterGradients<T>(gammaGradient, betaGradient);
            RequireShape(outputGradient, x.Layout, nameof(outputGradient));
            BatchNormShape.Require(x, shape.Layout, destination, gamma, null);
            RequireApart(outputGradient, destination, nameof(destination));
            gradients.Require((nint)shape.Layout.Channels, x, outputGradient, gamma, destination);
            if (x.IsEmpty)
            {
                gradients.Clear();
                return;
            }

            using var from = AsDense(x);
            using var dy = AsDense(outputGradient);
            if (destination.Device is CudaDevice cuda)
            {
                LaunchGroupNormGradient(cuda, shape, from.Tensor, dy.Tensor, gamma, destination, gradients, epsilon);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, dy.Tensor.Block, gamma?.Block, destination.Block);
            using var written = new BlockHold(destination.Block, gradients.Gamma?.Block, gradients.Beta?.Block);
            ManagedGroupNorm.Gradient((CpuDevice)destination.Device, shape, from.Tensor, dy.Tensor, gamma, destination, gradients, epsilon);
        }
    }

    private static void LaunchGroupNormGradient<T>(
        CudaDevice cuda, GroupShape shape, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, double epsilon)
        where T : unmanaged
    {
        var (rows, stream) = (shape.Rows, dx.Stream!);
        using var statistics = gradients.Any ? new StreamScratch(stream, (nuint)rows.Count * ParameterGradientKernels.PairBytes<T>()) : default;

        // Without them the kernel never touches `statistics`; the result's address stands in for it.
        stream.Launch(
            cuda.GetKernel(s_groupNormGradient, Types<T>()),
            HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size),
            dx.Output,
            gradients.Any ? statistics.Output : dx.Output,
            gradients.Any,
            x.Input,
            dy.Input,
            (long)rows.Count,
            (long)rows.Columns,
            shape.Layout.Spatial,
            (long)shape.Groups,
            (gamma ?? x).Input,
            gamma is not null,
            Attribute<T>(epsilon));
        if (gradients.Any)
        {
            using var parts = ParameterGradientKernels.Parts<T>(stream, shape.Layout);
            s_groupNormSums.Sum(x, dy, statistics.Input, parts.Output, shape.Layout, stream);
            s_groupNormSums.Finish(x, gradients, parts.Input, shape.Layout.Channels, ChannelLaunch.Of<T>(shape.Layout).Splits, stream);
        }
    }
}
