using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_clipFile = new("optimizers/clip_norm.cu");
    private static readonly KernelTemplate s_squareSums = s_clipFile.Template("square_sums<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_clipFactor = s_clipFile.Template("clip_factor<{0}>", [ElementKind.Float64]);
    private static readonly KernelTemplate s_scaleBy = s_clipFile.Template("scale_by<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorSquareSums = s_clipFile.Template("multi_tensor_square_sums<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorScaleBy = s_clipFile.Template("multi_tensor_scale_by<{0}>", ElementTypes.Floating);

    extension<T>(IReadOnlyList<DeviceTensor<T>> tensors) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Scales the tensors in place so that the Euclidean norm of all their elements together is at most a bound (Pascanu, Mikolov and
        /// Bengio 2013): where √Σx² is above <paramref name="maxNorm"/>, x = x·maxNorm / √Σx², else nothing changes. The host does not wait. NaN in any
        /// element makes all NaN; an infinite element makes itself NaN and the finite ones 0. Squares are summed in double, in an order that
        /// depends on the lengths alone.
        /// </summary>
        /// <param name="maxNorm">The bound, above 0; infinity only measures.</param>
        /// <param name="norm">Takes √Σx² as it was before; of rank 0. 0 for no elements.</param>
        /// <exception cref="ArgumentException">A tensor is not dense or on another device than <paramref name="norm"/>, two overlap, or <paramref name="norm"/> is no scalar.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not above 0.</exception>
        public void ClipGlobalNorm(double maxNorm, DeviceTensor<double> norm)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            RequireBound(maxNorm, norm);
            RequireClipOperands(tensors, norm);
            if (norm.Device is CudaDevice cuda)
            {
                ClipGlobalNorm(cuda, tensors, maxNorm, norm);
            }
            else
            {
                ManagedClipNorm.Run(tensors, maxNorm, norm);
            }
        }
    }

    extension<T>(TensorTable<T> table) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Scales the tensors of a table in place so that the Euclidean norm of all their elements together is at most a bound, in three launches however many there are:
        /// where √Σx² is above <paramref name="maxNorm"/>, x = x·maxNorm / √Σx², else nothing changes. The host does not wait. NaN in any element makes all NaN;
        /// an infinite element makes itself NaN and the finite ones 0. Squares are summed in double, in an order that depends on the lengths alone, and that is not that of a list of
        /// tensors: the two norms may differ in the last bits.
        /// </summary>
        /// <param name="maxNorm">The bound, above 0; infinity only measures.</param>
        /// <param name="norm">Takes √Σx² as it was before; of rank 0. 0 for no elements.</param>
        /// <exception cref="ArgumentException"><paramref name="norm"/> is no scalar or on another device.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not above 0.</exception>
        public void ClipGlobalNorm(double maxNorm, DeviceTensor<double> norm)
        {
            ArgumentNullException.ThrowIfNull(table);
            RequireBound(maxNorm, norm);
            table.RequireDevice(norm, nameof(norm));
            if (table.Device is CudaDevice cuda)
            {
                ClipGlobalNorm(cuda, table, maxNorm, norm);
            }
            else
            {
                ManagedClipNorm.Run(table, maxNorm, norm);
            }
        }
    }

    private static void RequireBound(double maxNorm, DeviceTensor<double> norm)
    {
        RequireShape(norm, [], nameof(norm));
        if (!(maxNorm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "the bound of a norm is above 0");
        }
    }

    private static void ClipGlobalNorm<T>(CudaDevice cuda, TensorTable<T> table, double maxNorm, DeviceTensor<double> norm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var factor = KernelArgument.Memory(table.Scratch, 0, writes: true);
        var partials = KernelArgument.Memory(table.Scratch, sizeof(double), writes: true);
        if (table.ChunkCount > 0)
        {
            table.Stream!.Launch(cuda.GetKernel(s_multiTensorSquareSums, Types<T>()), table.OneBlockAChunk, KernelArgument.Memory(table.Reading, 0, writes: false), partials);
        }

        table.Stream!.Launch(
            cuda.GetKernel(s_clipFactor, Types<double>()),
            new LaunchConfig(new Dim3(1), new Dim3(256)),
            partials,
            (long)table.ChunkCount,
            maxNorm,
            norm.Output,
            factor);
        if (table.ChunkCount > 0)
        {
            table.Stream!.Launch(cuda.GetKernel(s_multiTensorScaleBy, Types<T>()), table.OneBlockAChunk, KernelArgument.Memory(table.Writing, 0, writes: true), factor);
        }
    }

    private static void ClipGlobalNorm<T>(CudaDevice cuda, IReadOnlyList<DeviceTensor<T>> tensors, double maxNorm, DeviceTensor<double> norm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int threads = 256;
        const int scaledPerBlock = 4096;
        const int factorPlace = 0;
        const int firstPartial = 1;
        var partials = tensors.Sum(tensor => ManagedClipNorm.Chunks(tensor));
        using var scratch = cuda.CreateUninitializedTensor<double>([(nint)partials + firstPartial], norm.Stream);
        var done = 0L;
        for (var i = 0; i < tensors.Count; i++)
        {
            var chunks = ManagedClipNorm.Chunks(tensors[i]);
            if (chunks > 0)
            {
                tensors[i].Stream!.Launch(
                    cuda.GetKernel(s_squareSums, Types<T>()),
                    new LaunchConfig(new Dim3(checked((uint)chunks)), new Dim3(threads)),
                    tensors[i].Input,
                    scratch.At(firstPartial + done, writes: true),
                    (long)tensors[i].FlattenedLength);
            }

            done += chunks;
        }

        norm.Stream!.Launch(
            cuda.GetKernel(s_clipFactor, Types<double>()),
            new LaunchConfig(new Dim3(1), new Dim3(threads)),
            scratch.At(firstPartial, writes: false),
            partials,
            maxNorm,
            norm.Output,
            scratch.At(factorPlace, writes: true));
        for (var i = 0; i < tensors.Count; i++)
        {
            if (!tensors[i].IsEmpty)
            {
                tensors[i].Stream!.Launch(
                    cuda.GetKernel(s_scaleBy, Types<T>()),
                    LaunchConfig.Cover(tensors[i].FlattenedLength, scaledPerBlock) with { Block = new Dim3(threads) },
                    tensors[i].Output,
                    scratch.At(factorPlace, writes: false),
                    (long)tensors[i].FlattenedLength);
            }
        }
    }

    private static void RequireClipOperands<T>(IReadOnlyList<DeviceTensor<T>> tensors, DeviceTensor<double> norm) where T : unmanaged
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(tensors[i], nameof(tensors));
            if (tensors[i].Device != norm.Device)
            {
                throw new ArgumentException(ComputeDevice.DescribeDifference($"tensor {i}", tensors[i].Device, "the norm", norm.Device), nameof(tensors));
            }

            tensors[i].RequireDense();
            RequireApart(tensors[i], norm, nameof(norm));
            for (var j = 0; j < i; j++)
            {
                // Most tensors have a block of their own, which is quickly seen.
                if (tensors[i].Block == tensors[j].Block)
                {
                    RequireApart(tensors[i], tensors[j], nameof(tensors));
                }
            }
        }
    }
}
