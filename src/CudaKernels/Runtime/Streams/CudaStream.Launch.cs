using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels;

// Launching kernels.
public sealed unsafe partial class CudaStream
{
    private const int MaxArguments = 4096;
    private const int MaxAttributes = 3;
    private const int FewArguments = 16;

    /// <summary>Puts a kernel behind everything given so far. Allocates nothing.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="config">The shape; it is run as given or refused.</param>
    /// <param name="arguments">
    /// The arguments in the kernel's order: numbers of exactly the parameter's size, buffers and tensors for pointers, structs by
    /// <see cref="KernelArgument.Struct{T}(in T)"/>. A pointer to floating-point numbers takes elements of that type, one to integers all elements of that size,
    /// whose bits it may be after, and those of 8 and 16 bits, which it may take in packs; one to anything else takes all, and buffers of bytes or of
    /// structs go to all.
    /// </param>
    /// <exception cref="ArgumentException">The arguments do not fit the kernel, or the shape does not fit the kernel or the device.</exception>
    /// <exception cref="ObjectDisposedException">The stream, the device or an argument has been disposed.</exception>
    /// <exception cref="CudaNotSupportedException">The device has no clusters, cooperative or dependent launch.</exception>
    /// <exception cref="CudaException">The driver refused the launch.</exception>
    public void Launch(CudaKernel kernel, in LaunchConfig config, params ReadOnlySpan<KernelArgument> arguments)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (!ReferenceEquals(kernel.Device, Device))
            RequireSameDevice(kernel.Device, "the kernel");
        Enter();
        LaunchCheck.Shape(kernel, in config);
        LaunchCheck.Arguments(kernel, arguments);
        kernel.RequireSharedBytes(config.SharedBytes);
        Session?.Keep(kernel);
        var held = 0;
        try
        {
            for (; held < arguments.Length; held++)
            {
                if (arguments[held].Block is { } block && !block.TryAcquire())
                    ThrowReleased(kernel, held);
            }

            OrderMemory(kernel, arguments);
            VectorState.ClearUpperHalves(null);
            Start(kernel, in config, arguments);
        }
        finally
        {
            for (var i = 0; i < held; i++)
                arguments[i].Block?.Release();
        }

        GC.KeepAlive(kernel);
        if (CudaTelemetry.Launches.Enabled)
            CudaTelemetry.Launches.Add(1);
        if (Device.Options.Debug && Session is null)
            WaitForLaunch(kernel, in config);
    }

    /// <summary>The same with arguments that follow the others: what one form of a kernel takes beside what all take.</summary>
    internal void Launch(CudaKernel kernel, in LaunchConfig config, ReadOnlySpan<KernelArgument> arguments, ReadOnlySpan<KernelArgument> more)
    {
        var all = default(JoinedArguments);
        arguments.CopyTo(all);
        more.CopyTo(all[arguments.Length..]);
        Launch(kernel, in config, all[..(arguments.Length + more.Length)]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitForLaunch(CudaKernel kernel, in LaunchConfig config) =>
        Device.Check(Device.Driver.cuStreamSynchronize(Handle), $"cuStreamSynchronize() after the launch of {kernel}, grid {config.Grid}, block {config.Block},");

    private void OrderMemory(CudaKernel kernel, ReadOnlySpan<KernelArgument> arguments)
    {
        var parameters = kernel.Parameters;
        for (var i = 0; i < arguments.Length; i++)
        {
            ref readonly var argument = ref arguments[i];
            if (argument.Block is not { } block)
                continue;
            if (!ReferenceEquals(block.Device, Device))
            {
                if (block is StructBlock)
                    continue;
                ThrowForeign(kernel, i, block);
            }

            if (argument.Writes && !(parameters is not null && parameters[i].IsReadOnly))
                block.BeforeWrite(this);
            else
                block.BeforeRead(this);
        }
    }

    // The driver writes no local of these methods before it reads it, so clearing them is left out.
    [SkipLocalsInit]
    private void Start(CudaKernel kernel, in LaunchConfig config, ReadOnlySpan<KernelArgument> arguments)
    {
        var attributes = stackalloc CUlaunchAttribute[MaxAttributes];
        var attributeCount = config.HasAttributes ? WriteAttributes(kernel, in config, attributes) : 0;
        if (arguments.Length <= FewArguments)
        {
            var values = stackalloc void*[FewArguments];
            Start(kernel, in config, arguments, attributes, attributeCount, values);
        }
        else
        {
            StartWithMany(kernel, in config, arguments, attributes, attributeCount);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartWithMany(CudaKernel kernel, in LaunchConfig config, ReadOnlySpan<KernelArgument> arguments, CUlaunchAttribute* attributes, uint attributeCount)
    {
        if (arguments.Length > MaxArguments)
            throw new ArgumentException($"{kernel.Name}: {arguments.Length} arguments; a kernel has at most {MaxArguments}");
        var values = stackalloc void*[arguments.Length];
        Start(kernel, in config, arguments, attributes, attributeCount, values);
    }

    [SkipLocalsInit]
    private void Start(CudaKernel kernel, in LaunchConfig config, ReadOnlySpan<KernelArgument> arguments, CUlaunchAttribute* attributes, uint attributeCount, void** values)
    {
        CUlaunchConfig launch;
        launch.gridDimX = config.Grid.X;
        launch.gridDimY = config.Grid.Y;
        launch.gridDimZ = config.Grid.Z;
        launch.blockDimX = config.Block.X;
        launch.blockDimY = config.Block.Y;
        launch.blockDimZ = config.Block.Z;
        launch.sharedMemBytes = (uint)config.SharedBytes;
        launch.hStream = Handle;
        launch.attrs = attributes;
        launch.numAttrs = attributeCount;
        CUresult result;
        if (arguments.IsEmpty)
        {
            result = Device.Driver.cuLaunchKernelEx(&launch, kernel.Handle, null, null);
            if (result != CUresult.CUDA_SUCCESS)
                ThrowRefused(kernel, config, result);
            return;
        }

        // The driver copies the values during the call, so they are read where they are.
        fixed (ulong* first = &KernelArgument.Bits(in MemoryMarshal.GetReference(arguments)))
        {
            var bits = (byte*)first;
            for (var i = 0; i < arguments.Length; i++, bits += Unsafe.SizeOf<KernelArgument>())
                values[i] = arguments[i].Value((ulong*)bits);
            result = Device.Driver.cuLaunchKernelEx(&launch, kernel.Handle, values, null);
        }

        if (result != CUresult.CUDA_SUCCESS)
            ThrowRefused(kernel, config, result);
    }

    private static uint WriteAttributes(CudaKernel kernel, in LaunchConfig config, CUlaunchAttribute* attributes)
    {
        LaunchCheck.Attributes(kernel, in config);
        new Span<CUlaunchAttribute>(attributes, MaxAttributes).Clear();
        var count = 0u;
        if (config.Cluster != default)
        {
            ref var cluster = ref attributes[count++];
            cluster.id = CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
            cluster.value.clusterDim.x = config.Cluster.X;
            cluster.value.clusterDim.y = config.Cluster.Y;
            cluster.value.clusterDim.z = config.Cluster.Z;
        }

        if (config.Cooperative)
        {
            attributes[count].id = CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_COOPERATIVE;
            attributes[count++].value.cooperative = 1;
        }

        if (config.ProgrammaticDependent)
        {
            attributes[count].id = CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
            attributes[count++].value.programmaticStreamSerializationAllowed = 1;
        }

        return count;
    }

    [DoesNotReturn]
    private void ThrowRefused(CudaKernel kernel, LaunchConfig config, CUresult result) =>
        Device.Fail(result, LaunchCheck.Explain(kernel, in config, result, this));

    [DoesNotReturn]
    private static void ThrowReleased(CudaKernel kernel, int index) =>
        throw new ObjectDisposedException($"argument {index} of {kernel.Name}", "its memory has been released");

    [DoesNotReturn]
    private void ThrowForeign(CudaKernel kernel, int index, MemoryBlock block) =>
        throw new ArgumentException($"{kernel.Name}: argument {index} lives on {block.Device.Id}, the stream belongs to {Device.Id}: copy it first");

    [InlineArray(24)]
    private struct JoinedArguments
    {
        private KernelArgument _first;
    }
}
