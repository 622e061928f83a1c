using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that copy.</summary>
internal static unsafe class CopyCalls
{
    public static CUresult cuMemcpy(CUdeviceptr dst, CUdeviceptr src, nuint ByteCount) => Synchronous((nuint)dst.Value, (nuint)src.Value, ByteCount, mustWait: false);

    public static CUresult cuMemcpyHtoD(CUdeviceptr dstDevice, void* srcHost, nuint ByteCount) => Synchronous((nuint)dstDevice.Value, (nuint)srcHost, ByteCount, mustWait: true);

    public static CUresult cuMemcpyDtoH(void* dstHost, CUdeviceptr srcDevice, nuint ByteCount) => Synchronous((nuint)dstHost, (nuint)srcDevice.Value, ByteCount, mustWait: true);

    public static CUresult cuMemcpyDtoD(CUdeviceptr dstDevice, CUdeviceptr srcDevice, nuint ByteCount) => Synchronous((nuint)dstDevice.Value, (nuint)srcDevice.Value, ByteCount, mustWait: false);

    public static CUresult cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, nuint ByteCount, CUstream hStream) => Asynchronous((nuint)dst.Value, (nuint)src.Value, CopyShape.Linear(ByteCount), hStream);

    public static CUresult cuMemcpyHtoDAsync(CUdeviceptr dstDevice, void* srcHost, nuint ByteCount, CUstream hStream) =>
        Asynchronous((nuint)dstDevice.Value, (nuint)srcHost, CopyShape.Linear(ByteCount), hStream);

    public static CUresult cuMemcpyDtoHAsync(void* dstHost, CUdeviceptr srcDevice, nuint ByteCount, CUstream hStream) =>
        Asynchronous((nuint)dstHost, (nuint)srcDevice.Value, CopyShape.Linear(ByteCount), hStream);

    public static CUresult cuMemcpyDtoDAsync(CUdeviceptr dstDevice, CUdeviceptr srcDevice, nuint ByteCount, CUstream hStream) =>
        Asynchronous((nuint)dstDevice.Value, (nuint)srcDevice.Value, CopyShape.Linear(ByteCount), hStream);

    public static CUresult cuMemcpy2D(CUDA_MEMCPY2D* pCopy)
    {
        var shape = Read(pCopy, out var destination, out var source);
        var stream = ContextStack.Require().Legacy;
        StreamSubmission.RefuseDuringCapture(stream.Context);
        Give(stream, destination, source, shape, stagesHostSource: false);
        stream.Device.Executor.Drain(stream);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemcpy2DUnaligned(CUDA_MEMCPY2D* pCopy) => cuMemcpy2D(pCopy);

    public static CUresult cuMemcpy2DAsync(CUDA_MEMCPY2D* pCopy, CUstream hStream)
    {
        var shape = Read(pCopy, out var destination, out var source);
        return Asynchronous(destination, source, shape, hStream);
    }

    /// <summary>The places and the rows of a two-dimensional copy.</summary>
    public static CopyShape Read(CUDA_MEMCPY2D* copy, out nuint destination, out nuint source)
    {
        if (copy is null)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var sourcePitch = copy->srcPitch == 0 ? copy->WidthInBytes : copy->srcPitch;
        var destinationPitch = copy->dstPitch == 0 ? copy->WidthInBytes : copy->dstPitch;
        if (sourcePitch < copy->WidthInBytes + copy->srcXInBytes || destinationPitch < copy->WidthInBytes + copy->dstXInBytes)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        source = Base(copy->srcMemoryType, copy->srcHost, copy->srcDevice) + copy->srcY * sourcePitch + copy->srcXInBytes;
        destination = Base(copy->dstMemoryType, copy->dstHost, copy->dstDevice) + copy->dstY * destinationPitch + copy->dstXInBytes;
        return new CopyShape(copy->WidthInBytes, copy->Height, 1, sourcePitch, 0, destinationPitch, 0);
    }

    /// <summary>The places, rows and slices of a three-dimensional copy.</summary>
    public static CopyShape Read(CUDA_MEMCPY3D* copy, out nuint destination, out nuint source)
    {
        if (copy is null)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var sourcePitch = copy->srcPitch == 0 ? copy->WidthInBytes : copy->srcPitch;
        var destinationPitch = copy->dstPitch == 0 ? copy->WidthInBytes : copy->dstPitch;
        var sourceSlice = sourcePitch * (copy->srcHeight == 0 ? copy->Height : copy->srcHeight);
        var destinationSlice = destinationPitch * (copy->dstHeight == 0 ? copy->Height : copy->dstHeight);
        if (sourcePitch < copy->WidthInBytes || destinationPitch < copy->WidthInBytes)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        source = Base(copy->srcMemoryType, copy->srcHost, copy->srcDevice) + copy->srcZ * sourceSlice + copy->srcY * sourcePitch + copy->srcXInBytes;
        destination = Base(copy->dstMemoryType, copy->dstHost, copy->dstDevice) + copy->dstZ * destinationSlice + copy->dstY * destinationPitch + copy->dstXInBytes;
        return new CopyShape(copy->WidthInBytes, copy->Height, copy->Depth, sourcePitch, sourceSlice, destinationPitch, destinationSlice);
    }

    private static nuint Base(CUmemorytype type, void* host, CUdeviceptr device) => type switch
    {
        CUmemorytype.CU_MEMORYTYPE_HOST => (nuint)host,
        CUmemorytype.CU_MEMORYTYPE_DEVICE or CUmemorytype.CU_MEMORYTYPE_UNIFIED => (nuint)device.Value,
        _ => throw new DriverError(CUresult.CUDA_ERROR_NOT_SUPPORTED),
    };

    // A copy that touches pageable memory is complete when the call returns; one within the device is only in order.
    private static CUresult Synchronous(nuint destination, nuint source, nuint size, bool mustWait)
    {
        var stream = ContextStack.Require().Legacy;
        StreamSubmission.RefuseDuringCapture(stream.Context);
        if (size == 0)
            return CUresult.CUDA_SUCCESS;
        if (destination == 0 || source == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        Give(stream, destination, source, CopyShape.Linear(size), stagesHostSource: false);
        if (mustWait || IsHost(destination) || IsHost(source))
            stream.Device.Executor.Drain(stream);
        return CUresult.CUDA_SUCCESS;
    }

    // From pageable memory the driver takes a copy before it returns; into pageable memory it returns when the copy is done.
    private static CUresult Asynchronous(nuint destination, nuint source, in CopyShape shape, CUstream hStream)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (shape.IsEmpty)
            return CUresult.CUDA_SUCCESS;
        if (destination == 0 || source == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var isCaptured = stream.Capture is not null;
        Give(stream, destination, source, shape, stagesHostSource: !isCaptured);
        if (!isCaptured && IsPageable(destination))
            stream.Device.Executor.Drain(stream);
        return CUresult.CUDA_SUCCESS;
    }

    private static void Give(SoftwareStream stream, nuint destination, nuint source, CopyShape shape, bool stagesHostSource)
    {
        var operation = stream.NewOperation(stream.Device.Operations.Copies);
        if (stagesHostSource && IsPageable(source))
        {
            var extent = shape.SourceExtent;
            operation.Staging = NativeMemory.Alloc(extent);
            NativeMemory.Copy((void*)source, operation.Staging, extent);
            source = (nuint)operation.Staging;
        }

        operation.Set(destination, source, shape);
        stream.Give(operation);
    }

    private static bool IsPageable(nuint address) => AllocationMap.Find(address) is null;

    private static bool IsHost(nuint address) => AllocationMap.Find(address) is null or { IsHost: true };
}
