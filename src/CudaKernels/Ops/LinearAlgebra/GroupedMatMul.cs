using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_groupedFile = new("linear_algebra/grouped_matmul.cu");
    private static readonly KernelTemplate[] s_groupedSimt = [s_groupedFile.Template("grouped_matmul_simt<{0}, false>", ElementTypes.Floating), s_groupedFile.Template("grouped_matmul_simt<{0}, true>", ElementTypes.Floating)];
    private static readonly KernelTemplate[] s_groupedStaged =
        [s_groupedFile.Template("grouped_matmul_staged<{0}, false>", MatMulChoice.StagedKinds), s_groupedFile.Template("grouped_matmul_staged<{0}, true>", MatMulChoice.StagedKinds)];
    private static readonly KernelTemplate[] s_groupedTensorCore =
        [s_groupedFile.Template("grouped_matmul_mma<{0}, false>", MatMulChoice.TensorCoreKinds), s_groupedFile.Template("grouped_matmul_mma<{0}, true>", MatMulChoice.TensorCoreKinds)];
    private static readonly KernelFile s_groupedWgmmaFile = new("linear_algebra/grouped_matmul.cu");
    private static readonly KernelTemplate[] s_groupedWgmma =
        [s_groupedWgmmaFile.Template("grouped_matmul_wgmma<{0}, false>", MatMulChoice.TensorCoreKinds), s_groupedWgmmaFile.Template("grouped_matmul_wgmma<{0}, true>", MatMulChoice.TensorCoreKinds)];

    extension<T>(DeviceTensor<T> a) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes many products of different heights in one launch: C[r] = A[r]·op(B[g]) for the rows r of each group g, from rowOffsets[g] to before
        /// rowOffsets[g + 1]. In a mixture of experts a group is the tokens of one expert. Half and BFloat16 sum in float and round once.
        /// </summary>
        /// <remarks>
        /// Offsets stay on the device. A group may have no rows; rows of the destination that no group has are not written. On the managed device offsets that
        /// fall, or lie outside the rows, are refused; on a GPU a group whose rows do not exist is not computed.
        /// </remarks>
        /// <param name="b">[groups, k, n], or [groups, n, k] when transposed, for this tensor of shape [rows, k].</param>
        /// <param name="rowOffsets">[groups + 1], rising.</param>
        /// <param name="destination">C, [rows, n]; must not overlap an input.</param>
        /// <param name="transposeB">Whether B is given as [groups, n, k].</param>
        /// <param name="algorithm">
        /// The implementation on a CUDA device: <see cref="MatMulAlgorithm.Simt"/>, or for Half and BFloat16 <see cref="MatMulAlgorithm.TensorCore"/> or <see cref="MatMulAlgorithm.Wgmma"/>,
        /// which leaves operands whose rows do not start at multiples of 16 bytes to it. Where there are 16 rows, columns and steps at least, Auto takes the last one that a GPU has.
        /// </param>
        /// <exception cref="ArgumentException">Shapes do not fit, devices differ, or the destination overlaps an input.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: an offset is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm has no grouped product of this type.</exception>
        public void GroupedMatMul(DeviceTensor<T> b, DeviceTensor<int> rowOffsets, DeviceTensor<T> destination, bool transposeB = false, MatMulAlgorithm algorithm = MatMulAlgorithm.Auto)
        {
            var groups = RequireGroups(a, b, rowOffsets, destination, transposeB);
            var isDense = MatrixOperand.Fits(a.Layout) && !MatrixOperand.Of(a.Layout, transpose: false).IsTransposed;
            using var left = isDense ? new DenseTensor<T>(a, isCopy: false) : AsDense(a);
            using var right = AsMatrices(b);
            using var offsets = AsDense(rowOffsets);
            var (x, y) = (MatrixOperand.Of(left.Tensor.Layout, transpose: false), MatrixOperand.Of(right.Tensor.Layout, transposeB));
            var batch = new MatrixBatch(groups, 0, 0, 0, 0, right.Tensor.Strides[0], 0);
            var problem = new MatrixProblem(x, y, MatrixOperand.Of(destination.Layout, transpose: false), batch);
            if (destination.Device is not CudaDevice cuda)
            {
                MultiplyGroups(left.Tensor, right.Tensor, offsets.Tensor, destination, problem, y.IsTransposed);
                return;
            }

            var chosen = MatMulChoice.OfGrouped<T>(cuda, algorithm, x, y);
            if (destination.IsEmpty || groups == 0)
            {
                return;
            }

            var types = new KernelTypes(ElementType<T>.Kind);
            if (chosen == MatMulAlgorithm.Wgmma)
            {
                var shape = WgmmaShape.Usual<T>();
                if (WgmmaMaps.TryCreate<T>(shape, cuda, WgmmaOperand.Of(left.Tensor.Input, x, 1, 0), WgmmaOperand.Of(right.Tensor.Input, y, groups, batch.StepB), TensorMapElements.Of(types.First), out var created))
                {
                    using var maps = created;
                    destination.Stream!.Launch(
                        cuda.GetKernel(s_groupedWgmma[y.IsTransposed ? 1 : 0], types),
                        ProductLaunch.WgmmaGroups(shape, problem.M, problem.N, groups, cuda.Specification.MultiprocessorCount),
                        destination.At(0, writes: true),
                        maps.A.AsReadOnly(),
                        maps.B.AsReadOnly(),
                        offsets.Tensor.Input,
                        KernelArgument.Struct(&problem));
                    return;
                }

                chosen = MatMulAlgorithm.TensorCore;
            }

            // Only the device knows how many rows a group has: tiles are as large as suits most.
            var isStaged = MatMulChoice.IsStaged<T>(cuda, x with { Rows = x.Rows / groups }, y);
            var (kernels, config) = chosen == MatMulAlgorithm.TensorCore ? (s_groupedTensorCore, ProductLaunch.MmaGroups(problem.M, problem.N, groups))
                : isStaged ? (s_groupedStaged, ProductLaunch.StagedGroups(problem.M, problem.N, groups, ElementType<T>.Size))
                : (s_groupedSimt, ProductLaunch.SimtGroups(problem.M, problem.N, groups));
            destination.Stream!.Launch(
                cuda.GetKernel(kernels[y.IsTransposed ? 1 : 0], types),
                config,
                destination.At(0, writes: true),
                left.Tensor.Input,
                right.Tensor.Input,
                offsets.Tensor.Input,
                KernelArgument.Struct(&problem));
        }
    }

    private static nint RequireGroups<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<int> rowOffsets, DeviceTensor<T> destination, bool transposeB) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(rowOffsets);
        ArgumentNullException.ThrowIfNull(destination);
        if (a.Rank != 2 || b.Rank != 3)
        {
            throw new ArgumentException($"a grouped product multiplies [rows, k] by [groups, k, n], got shapes {a.Layout} and {b.Layout}", nameof(b));
        }

        if (rowOffsets.Rank != 1 || rowOffsets.Lengths[0] != b.Lengths[0] + 1)
        {
            throw new ArgumentException($"the row offsets of {b.Lengths[0]} groups are [{b.Lengths[0] + 1}], got shape {rowOffsets.Layout}", nameof(rowOffsets));
        }

        var (inner, n) = transposeB ? (b.Lengths[2], b.Lengths[1]) : (b.Lengths[1], b.Lengths[2]);
        if (inner != a.Lengths[1])
        {
            throw new ArgumentException($"A has {a.Lengths[1]} columns and op(B) {inner} rows (shapes {a.Layout} and {b.Layout}, transposed {transposeB}): they must be equal", nameof(b));
        }

        RequireShape(destination, [a.Lengths[0], n]);
        RequireApart(a, destination, nameof(destination));
        RequireApart(b, destination, nameof(destination));
        RequireApart(rowOffsets, destination, nameof(destination));
        RequireRows(destination);
        return b.Lengths[0];
    }

    private static void MultiplyGroups<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<int> rowOffsets, DeviceTensor<T> c, in MatrixProblem problem, bool transposeB) where T : unmanaged
    {
        using var hold = new BlockHold(a.Block, b.Block, c.Block, rowOffsets.Block);
        var offsets = ManagedSpan.Pointer(rowOffsets);
        for (long group = 0; group <= problem.Batch; group++)
        {
            if (offsets[group] < (group == 0 ? 0 : offsets[group - 1]) || offsets[group] > problem.M)
            {
                throw new ArgumentOutOfRangeException(nameof(rowOffsets), offsets[group], $"row offset {group} is below the one before it, or outside [0, {problem.M}]");
            }
        }

        for (long group = 0; group < problem.Batch; group++)
        {
            long first = offsets[group];
            ManagedGemm.Multiply(
                transposeA: false, transposeB, (nint)(offsets[group + 1] - first), (nint)problem.N, (nint)problem.K, alpha: 1,
                ManagedSpan.Pointer(a) + (first * problem.LeadingA), (nint)problem.LeadingA,
                ManagedSpan.Pointer(b) + (group * problem.StepB), (nint)problem.LeadingB, beta: 0,
                ManagedSpan.Pointer(c) + (first * problem.LeadingC), (nint)problem.LeadingC, ((CpuDevice)c.Device).Options.Threads);
        }
    }
}
