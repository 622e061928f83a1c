using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that describe tensors to the copy engine, with the driver's own checks.</summary>
internal static unsafe class TensorMapCalls
{
    private const int MaxRank = 5;

    public static CUresult cuTensorMapEncodeTiled(
        CUtensorMap* tensorMap, CUtensorMapDataType tensorDataType, uint tensorRank, void* globalAddress, ulong* globalDim, ulong* globalStrides, uint* boxDim, uint* elementStrides,
        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill)
    {
        EncodedTensorMap map = default;
        var result = Begin(&map, tensorMap, tensorDataType, tensorRank, globalAddress, globalDim, globalStrides, elementStrides, interleave, swizzle, l2Promotion, oobFill);
        if (result != CUresult.CUDA_SUCCESS)
            return result;
        if (boxDim is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        for (var i = 0; i < tensorRank; i++)
        {
            if (boxDim[i] is 0 or > 256)
                return CUresult.CUDA_ERROR_INVALID_VALUE;
            map.Box[i] = (ushort)boxDim[i];
        }

        return End(&map, tensorMap, boxDim[0]);
    }

    public static CUresult cuTensorMapEncodeIm2col(
        CUtensorMap* tensorMap, CUtensorMapDataType tensorDataType, uint tensorRank, void* globalAddress, ulong* globalDim, ulong* globalStrides, int* pixelBoxLowerCorner, int* pixelBoxUpperCorner,
        uint channelsPerPixel, uint pixelsPerColumn, uint* elementStrides, CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill)
    {
        EncodedTensorMap map = default;
        var result = Begin(&map, tensorMap, tensorDataType, tensorRank, globalAddress, globalDim, globalStrides, elementStrides, interleave, swizzle, l2Promotion, oobFill);
        if (result != CUresult.CUDA_SUCCESS)
            return result;
        if (tensorRank < 3 || pixelBoxLowerCorner is null || pixelBoxUpperCorner is null || channelsPerPixel is 0 or > 256 || pixelsPerColumn is 0 or > 1024)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var range = tensorRank switch { 3 => 32768, 4 => 128, _ => 16 };
        for (var i = 0; i < tensorRank - 2; i++)
        {
            var (lower, upper) = (pixelBoxLowerCorner[i], pixelBoxUpperCorner[i]);
            if (lower < -range || lower >= range || upper < -range || upper >= range || (long)globalDim[i + 1] + upper - lower < 1)
                return CUresult.CUDA_ERROR_INVALID_VALUE;
            (map.Lower[i], map.Upper[i]) = ((short)lower, (short)upper);
        }

        map.IsIm2col = 1;
        (map.Channels, map.Pixels) = ((ushort)channelsPerPixel, (ushort)pixelsPerColumn);
        return End(&map, tensorMap, channelsPerPixel);
    }

    public static CUresult cuTensorMapReplaceAddress(CUtensorMap* tensorMap, void* globalAddress)
    {
        ContextStack.Require();
        var map = (EncodedTensorMap*)tensorMap;
        if (map is null || (nuint)map % 64 != 0 || map->Mark != EncodedTensorMap.Signature || globalAddress is null || (nuint)globalAddress % 16 != 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        map->Address = (ulong)globalAddress;
        map->Digest = EncodedTensorMap.DigestOf(map);
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult Begin(
        EncodedTensorMap* map, CUtensorMap* target, CUtensorMapDataType element, uint rank, void* address, ulong* lengths, ulong* strides, uint* steps,
        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle, CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill fill)
    {
        if (ContextStack.Require().Device.Options.ComputeCapability.Major < 9)
            return CUresult.CUDA_ERROR_NOT_SUPPORTED;
        if (target is null || (nuint)target % 64 != 0 || address is null || (nuint)address % 16 != 0 || rank is 0 or > MaxRank || lengths is null || (strides is null && rank > 1) || steps is null ||
            element is < 0 or > CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ || swizzle is < 0 or > CUtensorMapSwizzle.CU_TENSOR_MAP_SWIZZLE_128B ||
            !Enum.IsDefined(interleave) || !Enum.IsDefined(l2Promotion) || !Enum.IsDefined(fill) ||
            (fill != CUtensorMapFloatOOBfill.CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE && element < CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_FLOAT16))
        {
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        if (interleave != CUtensorMapInterleave.CU_TENSOR_MAP_INTERLEAVE_NONE)
            return CUresult.CUDA_ERROR_NOT_SUPPORTED; // the software device has no interleaved layouts
        for (var i = 0; i < rank; i++)
        {
            // The step of the innermost dimension is ignored.
            if (lengths[i] is 0 or > 1UL << 32 || (i > 0 && steps[i] is 0 or > 8))
                return CUresult.CUDA_ERROR_INVALID_VALUE;
            map->LastIndex[i] = (uint)(lengths[i] - 1);
            map->Steps[i] = i == 0 ? (byte)1 : (byte)steps[i];
        }

        for (var i = 0; i < rank - 1; i++)
        {
            if (strides[i] % 16 != 0 || strides[i] >= 1UL << 40)
                return CUresult.CUDA_ERROR_INVALID_VALUE;
            map->Strides[i] = strides[i];
        }

        map->Mark = EncodedTensorMap.Signature;
        map->Address = (ulong)address;
        (map->Rank, map->Element, map->Swizzle, map->Fill, map->L2Promotion) = ((byte)rank, (byte)element, (byte)swizzle, (byte)fill, (byte)l2Promotion);
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult End(EncodedTensorMap* map, CUtensorMap* target, uint innermost)
    {
        var bytes = (int)innermost * TensorMapElements.Size((TensorMapElement)map->Element);
        if (bytes % 16 != 0 || (map->Swizzle != 0 && bytes > 16 << map->Swizzle))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        map->Digest = EncodedTensorMap.DigestOf(map);
        *(EncodedTensorMap*)target = *map;
        return CUresult.CUDA_SUCCESS;
    }
}
