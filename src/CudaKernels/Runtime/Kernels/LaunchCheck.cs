using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Refuses launches that cannot run, with the numbers got and the limit, and explains those that the driver refused.</summary>
internal static class LaunchCheck
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Shape(CudaKernel kernel, in LaunchConfig config)
    {
        var limits = kernel.Device.LaunchLimits;
        // A zero wraps to the largest number, so one comparison per dimension refuses both ends.
        if (config.Grid.X - 1 >= limits.MaxGrid.X || config.Grid.Y - 1 >= limits.MaxGrid.Y || config.Grid.Z - 1 >= limits.MaxGrid.Z ||
            config.Block.X - 1 >= limits.MaxBlock.X || config.Block.Y - 1 >= limits.MaxBlock.Y || config.Block.Z - 1 >= limits.MaxBlock.Z ||
            config.Block.Count > (ulong)kernel.MaxThreadsPerBlock || config.SharedBytes < 0)
        {
            ThrowShape(kernel, config);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Arguments(CudaKernel kernel, ReadOnlySpan<KernelArgument> arguments)
    {
        if (kernel.Parameters is not { } parameters)
            return;
        if (parameters.Length != arguments.Length)
            ThrowCount(kernel, parameters, arguments.Length);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!parameters[i].Accepts(in arguments[i]))
                ThrowArgument(kernel, i, parameters[i], arguments[i]);
        }
    }

    /// <summary>Refuses clusters and cooperative launches that the device or the grid does not allow.</summary>
    public static void Attributes(CudaKernel kernel, in LaunchConfig config)
    {
        var specification = kernel.Device.Specification;
        if (config.Cooperative && !specification.SupportsCooperativeLaunch)
            throw new CudaNotSupportedException($"{kernel.Name}: {kernel.Device} has no cooperative launch");
        if (config.ProgrammaticDependent && specification.ComputeCapability.Major < 9)
            throw new CudaNotSupportedException($"{kernel.Name}: programmatic dependent launch needs compute capability 9.0, {kernel.Device} has {specification.ComputeCapability}");
        var (grid, cluster) = (config.Grid, config.Cluster);
        if (cluster == default)
            return;
        if (!specification.SupportsClusters)
            throw new CudaNotSupportedException($"{kernel.Name}: clusters need compute capability 9.0, {kernel.Device} has {specification.ComputeCapability}");
        if (cluster.Count == 0)
            throw new ArgumentException($"{kernel.Name}: the cluster {cluster} has no blocks; leave it at default for a launch without clusters");
        if (grid.X % cluster.X != 0 || grid.Y % cluster.Y != 0 || grid.Z % cluster.Z != 0)
            throw new ArgumentException($"{kernel.Name}: the grid {grid} is not a multiple of the cluster {cluster}");
    }

    /// <summary>What the driver's refusal most likely means, with the numbers.</summary>
    public static string Explain(CudaKernel kernel, in LaunchConfig config, CUresult result, CudaStream stream)
    {
        var call = $"cuLaunchKernelEx({kernel}, grid {config.Grid}, block {config.Block}, {config.SharedBytes} bytes of dynamic shared memory{(config.Cluster == default ? "" : $", cluster {config.Cluster}")}{(config.Cooperative ? ", cooperative" : "")}, {stream})";
        var specification = kernel.Device.Specification;
        return result switch
        {
            CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES =>
                $"{call} [a block of {config.Block.Count} threads with {kernel.Registers} registers each needs {(ulong)kernel.Registers * config.Block.Count} of {specification.RegistersPerBlock} registers, and {kernel.SharedBytes + config.SharedBytes} of {specification.SharedMemoryPerBlockOptIn} bytes of shared memory]",
            CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE => $"{call} [{config.Grid.Count} blocks, of which {Resident(kernel, config)} can be resident at once]",
            CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE => $"{call} [a portable cluster has at most 8 blocks; this one has {config.Cluster.Count}]",
            _ => call,
        };
    }

    private static unsafe string Resident(CudaKernel kernel, in LaunchConfig config)
    {
        int blocks;
        var result = kernel.Device.Driver.cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel.Handle, (int)config.Block.Count, (nuint)config.SharedBytes);
        return result == CUresult.CUDA_SUCCESS ? $"{blocks * kernel.Device.Specification.MultiprocessorCount}" : "fewer";
    }

    [DoesNotReturn]
    private static void ThrowShape(CudaKernel kernel, LaunchConfig config)
    {
        var limits = kernel.Device.LaunchLimits;
        if (config.Grid.Count == 0)
            throw new ArgumentException($"{kernel.Name}: the grid {config.Grid} has no blocks; skip the launch when there is nothing to do");
        if (config.Block.Count == 0)
            throw new ArgumentException($"{kernel.Name}: the block {config.Block} has no threads");
        if (config.SharedBytes < 0)
            throw new ArgumentException($"{kernel.Name}: {config.SharedBytes} bytes of shared memory");
        if (config.Block.X > limits.MaxBlock.X || config.Block.Y > limits.MaxBlock.Y || config.Block.Z > limits.MaxBlock.Z)
            throw new ArgumentException($"{kernel.Name}: the block {config.Block} exceeds the limit {limits.MaxBlock} of {kernel.Device.Id}");
        if (config.Block.Count > (ulong)kernel.MaxThreadsPerBlock)
        {
            throw new ArgumentException(
                $"{kernel.Name}: the block {config.Block} has {config.Block.Count} threads; this kernel, with {kernel.Registers} registers per thread and its launch bounds, runs with at most {kernel.MaxThreadsPerBlock} (the device's limit is {kernel.Device.Specification.MaxThreadsPerBlock})");
        }

        throw new ArgumentException($"{kernel.Name}: the grid {config.Grid} exceeds the limit {limits.MaxGrid} of {kernel.Device.Id}");
    }

    [DoesNotReturn]
    private static void ThrowCount(CudaKernel kernel, ParameterLayout[] parameters, int count) =>
        throw new ArgumentException($"{kernel.Name} takes {parameters.Length} arguments ({string.Join(", ", parameters.Select(parameter => parameter.TypeName))}), {count} were given");

    [DoesNotReturn]
    private static void ThrowArgument(CudaKernel kernel, int index, ParameterLayout parameter, KernelArgument argument) =>
        throw new ArgumentException($"{kernel.Name}: argument {index} is {argument}; the kernel takes {parameter.TypeName}{(parameter.Size == 0 ? "" : $" ({parameter.Size} bytes)")} there");
}
