using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Runs an operation that fills a tensor with random elements, on whatever device it lives on.</summary>
internal static unsafe class RandomFill
{
    /// <summary>The arguments that every kernel takes.</summary>
    private const int Common = 3;

    /// <summary>Fills a tensor, a strided one through a dense one.</summary>
    /// <param name="kernel">A kernel (y, count, position, parameters…) that gives each thread a run of elements (common/random.cuh).</param>
    /// <param name="destination">The tensor.</param>
    /// <param name="position">Where the outputs are taken from.</param>
    /// <param name="body">The managed form.</param>
    /// <param name="parameters">What the kernel takes beside.</param>
    /// <returns>The position behind the outputs that were used.</returns>
    public static PhiloxState Run<T, TBody>(KernelTemplate kernel, DeviceTensor<T> destination, PhiloxState position, TBody body, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged
        where TBody : struct, IRandomBody<T>
    {
        ArgumentNullException.ThrowIfNull(destination);
        var next = position.Advance((ulong)destination.FlattenedLength * (ulong)TBody.OutputsPerElement);
        if (destination.IsEmpty)
        {
            return next;
        }

        if (!destination.IsDense)
        {
            using var dense = TensorOperations.NewLike(destination);
            Run(kernel, dense, position, body, parameters);
            dense.CopyTo(destination);
            return next;
        }

        if (destination.Device is CudaDevice cuda)
        {
            KernelArgumentList arguments = default;
            arguments[0] = destination.Output;
            arguments[1] = (long)destination.FlattenedLength;
            arguments[2] = KernelArgument.Struct(&position);
            parameters.CopyTo(arguments[Common..]);
            destination.Stream!.Launch(cuda.GetKernel(kernel, TensorOperations.Types<T>()), Config<T, TBody>(destination.FlattenedLength), arguments[..(Common + parameters.Length)]);
            return next;
        }

        using var hold = new BlockHold(destination.Block);
        ManagedRandom.Run((CpuDevice)destination.Device, position, body, ManagedSpan.Pointer(destination), null, destination.FlattenedLength);
        return next;
    }

    /// <summary>A thread for each run of elements that fill 16 bytes or use one block of outputs, whichever are more (kRandomRun in common/random.cuh).</summary>
    public static LaunchConfig Config<T, TBody>(nint count)
        where T : unmanaged
        where TBody : struct, IRandomBody<T>
    {
        var run = 16 / Math.Min(ElementType<T>.Size, sizeof(uint) * TBody.OutputsPerElement);
        return LaunchConfig.Cover((count + run - 1) / run);
    }

    [InlineArray(Common + 3)]
    private struct KernelArgumentList
    {
        private KernelArgument _first;
    }
}
