using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="TensorMapCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class TensorMapEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuTensorMapEncodeTiled"] = (nint)(delegate* unmanaged<CUtensorMap*, CUtensorMapDataType, uint, void*, ulong*, ulong*, uint*, uint*, CUtensorMapInterleave, CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill, CUresult>)&cuTensorMapEncodeTiled;
        table["cuTensorMapEncodeIm2col"] = (nint)(delegate* unmanaged<CUtensorMap*, CUtensorMapDataType, uint, void*, ulong*, ulong*, int*, int*, uint, uint, uint*, CUtensorMapInterleave, CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill, CUresult>)&cuTensorMapEncodeIm2col;
        table["cuTensorMapReplaceAddress"] = (nint)(delegate* unmanaged<CUtensorMap*, void*, CUresult>)&cuTensorMapReplaceAddress;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuTensorMapEncodeTiled(
        CUtensorMap* tensorMap, CUtensorMapDataType tensorDataType, uint tensorRank, void* globalAddress, ulong* globalDim, ulong* globalStrides, uint* boxDim, uint* elementStrides,
        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill)
    {
        try
        {
            SoftwareCall.Begin("cuTensorMapEncodeTiled");
            return TensorMapCalls.cuTensorMapEncodeTiled(tensorMap, tensorDataType, tensorRank, globalAddress, globalDim, globalStrides, boxDim, elementStrides, interleave, swizzle, l2Promotion, oobFill);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuTensorMapEncodeIm2col(
        CUtensorMap* tensorMap, CUtensorMapDataType tensorDataType, uint tensorRank, void* globalAddress, ulong* globalDim, ulong* globalStrides, int* pixelBoxLowerCorner, int* pixelBoxUpperCorner,
        uint channelsPerPixel, uint pixelsPerColumn, uint* elementStrides, CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill)
    {
        try
        {
            SoftwareCall.Begin("cuTensorMapEncodeIm2col");
            return TensorMapCalls.cuTensorMapEncodeIm2col(tensorMap, tensorDataType, tensorRank, globalAddress, globalDim, globalStrides, pixelBoxLowerCorner, pixelBoxUpperCorner, channelsPerPixel, pixelsPerColumn, elementStrides, interleave, swizzle, l2Promotion, oobFill);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuTensorMapReplaceAddress(CUtensorMap* tensorMap, void* globalAddress)
    {
        try
        {
            SoftwareCall.Begin("cuTensorMapReplaceAddress");
            return TensorMapCalls.cuTensorMapReplaceAddress(tensorMap, globalAddress);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
