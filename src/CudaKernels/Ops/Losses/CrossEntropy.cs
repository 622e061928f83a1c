using System.Numerics;
using CudaKernels.Interop;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_crossEntropyFile = new("losses/cross_entropy.cu");
    private static readonly KernelTemplate s_crossEntropy = s_crossEntropyFile.Template("cross_entropy<{0}, i64>", ElementTypes.Floating);
    private static readonly KernelTemplate s_crossEntropyGradient = s_crossEntropyFile.Template("cross_entropy_gradient<{0}, i64>", ElementTypes.Floating);
    private static readonly KernelTemplate s_countLabels = s_crossEntropyFile.Template("count_labels<{0}>", [ElementKind.Int64]);

    extension<T>(DeviceTensor<T> logits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes loss[r] = log Σ_c exp(x[r, c]) - Σ_c target[r, c]·x[r, c] for each row of logits: the cross entropy of their softmax with a
        /// class, whose target is 1 - smoothing + smoothing / classes, that of the others smoothing / classes. A negative label leaves its row out
        /// (loss 0); one beyond the classes gives NaN.
        /// </summary>
        /// <param name="labels">[rows]: the class of each row.</param>
        /// <param name="losses">[rows]: the result, in nats.</param>
        /// <param name="labelSmoothing">The share of the target that is spread evenly over all classes, in [0, 1).</param>
        /// <exception cref="ArgumentException">The logits are not a matrix [rows, classes], shapes or devices differ, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is outside [0, 1).</exception>
        public void CrossEntropy(DeviceTensor<long> labels, DeviceTensor<T> losses, double labelSmoothing = 0)
        {
            RequireSmoothing(labelSmoothing);
            var rows = RequireLabelled(logits, labels);
            RequireShape(losses, labels.Layout, nameof(losses));
            RequireApart(logits, losses, nameof(losses));
            losses.RequireDense();
            using var x = AsDense(logits);
            using var y = AsDense(labels);
            if (rows.Count == 0)
            {
                return;
            }

            if (losses.Device is CudaDevice cuda)
            {
                losses.Stream!.Launch(
                    cuda.GetKernel(s_crossEntropy, Types<T>()),
                    HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size),
                    losses.Output,
                    x.Tensor.Input,
                    y.Tensor.Input,
                    (long)rows.Count,
                    (long)rows.Columns,
                    Attribute<T>(labelSmoothing));
                return;
            }

            using var hold = new BlockHold(x.Tensor.Block, y.Tensor.Block, losses.Block);
            ManagedCrossEntropy.Losses(x.Tensor, y.Tensor, losses, rows, labelSmoothing);
        }

        /// <summary>Computes gradient[r, c] = (softmax(x[r])[c] - target[r, c])·scale: the gradient of scale times the sum of the losses.</summary>
        /// <param name="labels">[rows]: the class of each row; a negative one gives a gradient of 0, one beyond the classes NaN.</param>
        /// <param name="scale">The factor; 1 / rows for a mean loss over all rows.</param>
        /// <param name="gradient">[rows, classes]: the result; must not overlap the logits.</param>
        /// <param name="labelSmoothing">The share of the target that is spread evenly over all classes, in [0, 1).</param>
        /// <exception cref="ArgumentException">The logits are not a matrix [rows, classes], shapes or devices differ, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is outside [0, 1).</exception>
        public void CrossEntropyGradient(DeviceTensor<long> labels, double scale, DeviceTensor<T> gradient, double labelSmoothing = 0) =>
            RunCrossEntropyGradient(logits, labels, scale, null, gradient, labelSmoothing);

        /// <summary>
        /// Computes gradient[r, c] = (softmax(x[r])[c] - target[r, c])·scale / count with a count that lies on the device and that nobody waits for: what
        /// <c>CountLabels</c> gives makes it scale times the gradient of the mean loss over the rows that count. Without one all is 0.
        /// </summary>
        /// <param name="labels">[rows]: the class of each row; a negative one gives a gradient of 0, one beyond the classes NaN.</param>
        /// <param name="scale">The factor; 1 for the mean loss itself.</param>
        /// <param name="count">Divides the factor; of rank 0.</param>
        /// <param name="gradient">[rows, classes]: the result; must not overlap another tensor.</param>
        /// <param name="labelSmoothing">The share of the target that is spread evenly over all classes, in [0, 1).</param>
        /// <exception cref="ArgumentException">The logits are not a matrix [rows, classes], the count is no scalar, shapes or devices differ, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is outside [0, 1).</exception>
        public void CrossEntropyGradient(DeviceTensor<long> labels, double scale, DeviceTensor<long> count, DeviceTensor<T> gradient, double labelSmoothing = 0)
        {
            RequireShape(count, [], nameof(count));
            ArgumentNullException.ThrowIfNull(gradient);
            RequireApart(count, gradient, nameof(gradient));
            RunCrossEntropyGradient(logits, labels, scale, count, gradient, labelSmoothing);
        }
    }

    extension(DeviceTensor<long> labels)
    {
        /// <summary>Counts the labels that are not negative: the rows that count in a mean of <c>CrossEntropy</c>. The host does not wait.</summary>
        /// <param name="count">Takes the number; of rank 0, must not overlap the labels.</param>
        /// <exception cref="ArgumentException">The labels have not one dimension, the count is no scalar, devices differ, or tensors overlap.</exception>
        public void CountLabels(DeviceTensor<long> count)
        {
            ArgumentNullException.ThrowIfNull(labels);
            if (labels.Rank != 1)
            {
                throw new ArgumentException($"labels have the shape [rows], got {labels.Layout}", nameof(labels));
            }

            RequireShape(count, [], nameof(count));
            RequireApart(labels, count, nameof(count));
            using var y = AsDense(labels);
            if (count.Device is CudaDevice cuda)
            {
                const int threads = 1024;
                count.Stream!.Launch(
                    cuda.GetKernel(s_countLabels, new KernelTypes(ElementKind.Int64)), new LaunchConfig(new Dim3(1), new Dim3(threads)), count.Output, y.Tensor.Input, (long)labels.FlattenedLength);
                return;
            }

            using var hold = new BlockHold(y.Tensor.Block, count.Block);
            ManagedCrossEntropy.Count(y.Tensor, count);
        }
    }

    private static void RunCrossEntropyGradient<T>(DeviceTensor<T> logits, DeviceTensor<long> labels, double scale, DeviceTensor<long>? count, DeviceTensor<T> gradient, double labelSmoothing)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireSmoothing(labelSmoothing);
        var rows = RequireLabelled(logits, labels);
        RequireShape(gradient, logits.Layout, nameof(gradient));
        RequireApart(logits, gradient, nameof(gradient));
        gradient.RequireDense();
        using var x = AsDense(logits);
        using var y = AsDense(labels);
        if (gradient.IsEmpty)
        {
            return;
        }

        if (gradient.Device is CudaDevice cuda)
        {
            gradient.Stream!.Launch(
                cuda.GetKernel(s_crossEntropyGradient, Types<T>()),
                HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size),
                gradient.Output,
                x.Tensor.Input,
                y.Tensor.Input,
                (long)rows.Count,
                (long)rows.Columns,
                Attribute<T>(labelSmoothing),
                Attribute<T>(scale),
                count is null ? default(CUdeviceptr) : count.Input);
            return;
        }

        using var hold = new BlockHold(x.Tensor.Block, y.Tensor.Block, gradient.Block, count?.Block);
        ManagedCrossEntropy.Gradient(x.Tensor, y.Tensor, gradient, rows, scale, count, labelSmoothing);
    }

    private static void RequireSmoothing(double labelSmoothing)
    {
        if (labelSmoothing is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "label smoothing spreads a share of the target, at least 0 and less than 1, over all classes");
        }
    }

    private static MatrixRows RequireLabelled<T>(DeviceTensor<T> logits, DeviceTensor<long> labels) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Rank != 2 || logits.Lengths[1] == 0)
        {
            throw new ArgumentException($"logits are a matrix [rows, classes] with one class at least, got shape {logits.Layout}", nameof(logits));
        }

        if (labels.Rank != 1 || labels.Lengths[0] != logits.Lengths[0])
        {
            throw new ArgumentException($"labels for logits of shape {logits.Layout} have the shape [{logits.Lengths[0]}], got {labels.Layout}", nameof(labels));
        }

        return MatrixRows.Of(logits);
    }
}
