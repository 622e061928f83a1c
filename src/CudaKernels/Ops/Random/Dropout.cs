using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_dropout = new KernelFile("random/dropout.cu").Template("dropout<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y = x·m / (1 - p) of every element, where m is 0 with probability p and else 1: 0 where the element's 32-bit output is below p·2³². No
        /// mask is stored: <c>DropoutGradient</c> makes the same one again from the same position. What is dropped is 0 even where x is NaN or infinite.
        /// p = 0 copies, p = 1 gives zeros. Which elements are dropped is the same on every device and in every element type.
        /// </summary>
        /// <param name="probability">p, in [0, 1]; rounded to a multiple of 2⁻³², in the divisor too.</param>
        /// <param name="position">Where the bits come from: element i, in row-major order, takes output i.</param>
        /// <param name="destination">y, of the same shape; may be this tensor.</param>
        /// <returns>The position behind the outputs that were used, one an element.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1].</exception>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public PhiloxState Dropout(double probability, PhiloxState position, DeviceTensor<T> destination) => RunDropout(x, probability, position, destination);

        /// <summary>A new tensor with y = x·m / (1 - p) of every element. The next position is <c>position.Advance</c> of the number of elements.</summary>
        /// <param name="probability">p, in [0, 1].</param>
        /// <param name="position">Where the bits come from.</param>
        public DeviceTensor<T> Dropout(double probability, PhiloxState position)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.Dropout(probability, position, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy·m / (1 - p), the gradient of <c>Dropout</c>, with its mask m made again.</summary>
        /// <param name="probability">p, as it was given to <c>Dropout</c>.</param>
        /// <param name="position">The position that was given to <c>Dropout</c>.</param>
        /// <param name="destination">dx, of the shape of this tensor, dy; may be dy.</param>
        /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1].</exception>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void DropoutGradient(double probability, PhiloxState position, DeviceTensor<T> destination) => RunDropout(outputGradient, probability, position, destination);
    }

    private static unsafe PhiloxState RunDropout<T>(DeviceTensor<T> x, double probability, PhiloxState position, DeviceTensor<T> destination) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(destination, x.Layout);
        RequireSameElementsOrApart(x, destination);
        var dropped = Probability.Of(probability);
        var scale = dropped.Value == 1 ? 0 : 1 / (1 - dropped.Value);
        var next = position.Advance((ulong)x.FlattenedLength);
        if (destination.IsEmpty)
        {
            return next;
        }

        if (!destination.IsDense)
        {
            using var dense = NewLike(destination);
            RunDropout(x, probability, position, dense);
            dense.CopyTo(destination);
            return next;
        }

        using var input = AsDense(x);
        if (destination.Device is CudaDevice cuda)
        {
            destination.Stream!.Launch(
                cuda.GetKernel(s_dropout, Types<T>()),
                RandomFill.Config<T, DropoutBody<T>>(destination.FlattenedLength),
                destination.Output,
                input.Tensor.Input,
                (long)destination.FlattenedLength,
                KernelArgument.Struct(&position),
                dropped.Threshold,
                Attribute<T>(scale));
            return next;
        }

        using var hold = new BlockHold(destination.Block, input.Tensor.Block);
        ManagedRandom.Run((CpuDevice)destination.Device, position, new DropoutBody<T>(dropped.Threshold, scale), ManagedSpan.Pointer(destination), ManagedSpan.Pointer(input.Tensor), destination.FlattenedLength);
        return next;
    }

    /// <summary>Checks that an elementwise input and its destination share a device, and no memory unless they are the same elements.</summary>
    private static void RequireSameElementsOrApart<T>(DeviceTensor<T> x, DeviceTensor<T> destination) where T : unmanaged
    {
        if (x.Device != destination.Device)
        {
            throw new ArgumentException(ComputeDevice.DescribeDifference("an input", x.Device, "the destination", destination.Device), nameof(destination));
        }

        ElementwiseOperand.Of(x).RefusePartialOverlap(ElementwiseOperand.Of(destination));
    }

    private readonly unsafe struct DropoutBody<T>(ulong threshold, double scale) : IRandomBody<T> where T : unmanaged
    {
        public static int OutputsPerElement => 1;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(uint* outputs, T* y, T* x, int count)
        {
            if (typeof(T) == typeof(double))
            {
                for (var i = 0; i < count; i += Vector512<uint>.Count)
                {
                    var (low, high) = Vector512.Widen(Below(outputs + i, threshold).AsInt32());
                    Keep(low.AsDouble(), (double*)x + i).Store((double*)y + i);
                    Keep(high.AsDouble(), (double*)x + i + Vector512<double>.Count).Store((double*)y + i + Vector512<double>.Count);
                }

                return;
            }

            var values = stackalloc float[count];
            BlockConversion.Widen(new ReadOnlySpan<T>(x, count), new Span<float>(values, count));
            for (var i = 0; i < count; i += Vector512<float>.Count)
            {
                (Vector512.Load(values + i) * Vector512.Create((float)scale)).Store(values + i);
                Vector512.AndNot(Vector512.Load(values + i), Below(outputs + i, threshold).AsSingle()).Store(values + i);
            }

            BlockConversion.Narrow(new ReadOnlySpan<float>(values, count), new Span<T>(y, count));
        }

        private Vector512<double> Keep(Vector512<double> isDropped, double* x) => Vector512.AndNot(Vector512.Load(x) * Vector512.Create(scale), isDropped);
    }
}
