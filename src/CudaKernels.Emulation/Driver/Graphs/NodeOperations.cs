using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Makes the operations of graph nodes from the driver's descriptions of them.</summary>
internal static unsafe class NodeOperations
{
    public static KernelOperation Kernel(CUDA_KERNEL_NODE_PARAMS* parameters)
    {
        ThrowIfNull(parameters);
        var context = ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(parameters->func.Value != 0 ? parameters->func.Value : parameters->kern.Value);
        var shape = new LaunchShape(parameters->gridDimX, parameters->gridDimY, parameters->gridDimZ, parameters->blockDimX, parameters->blockDimY, parameters->blockDimZ, parameters->sharedMemBytes).Of(kernel);
        LaunchLimits.Check(context.Device, kernel, shape);
        var operation = new KernelOperation();
        operation.Set(kernel, shape, parameters->kernelParams, parameters->extra);
        return operation;
    }

    /// <summary>New parameters of a kernel node leave its attributes as they are: the cluster, and whether it is cooperative.</summary>
    public static void KeepAttributes(Operation before, Operation after)
    {
        if (before is not KernelOperation { Shape: var old } || after is not KernelOperation kernel || kernel.Shape.HasCluster)
            return;
        kernel.Shape = kernel.Shape with { ClusterX = old.ClusterX, ClusterY = old.ClusterY, ClusterZ = old.ClusterZ, IsCooperative = old.IsCooperative };
        LaunchLimits.Check(ContextStack.Require().Device, kernel.Kernel, kernel.Shape);
    }

    public static CopyOperation Copy(CUDA_MEMCPY3D* parameters)
    {
        var shape = CopyCalls.Read(parameters, out var destination, out var source);
        if (destination == 0 || source == 0)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var operation = new CopyOperation();
        operation.Set(destination, source, shape);
        return operation;
    }

    public static FillOperation Fill(CUDA_MEMSET_NODE_PARAMS* parameters)
    {
        ThrowIfNull(parameters);
        var operation = new FillOperation();
        operation.Set((nuint)parameters->dst.Value, parameters->pitch, parameters->value, parameters->elementSize, parameters->width, parameters->height);
        return operation;
    }

    public static HostOperation Host(CUDA_HOST_NODE_PARAMS* parameters)
    {
        ThrowIfNull(parameters);
        ThrowIfNull(parameters->fn);
        return new HostOperation { Function = parameters->fn, UserData = parameters->userData };
    }

    public static EventRecordOperation Record(CUevent handle)
    {
        var operation = new EventRecordOperation();
        operation.Set(EventCalls.Resolve(handle));
        return operation;
    }

    public static EventWaitOperation Wait(CUevent handle)
    {
        var operation = new EventWaitOperation();
        operation.Set(EventCalls.Resolve(handle));
        return operation;
    }

    private static void ThrowIfNull(void* pointer)
    {
        if (pointer is null)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
    }
}
