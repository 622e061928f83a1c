namespace CudaKernels;

/// <summary>Facts about the elements of tensor maps.</summary>
internal static class TensorMapElements
{
    public static int Size(TensorMapElement element) => element switch
    {
        TensorMapElement.UInt8 => 1,
        TensorMapElement.UInt16 or TensorMapElement.Float16 or TensorMapElement.BFloat16 => 2,
        TensorMapElement.UInt64 or TensorMapElement.Int64 or TensorMapElement.Float64 => 8,
        _ => 4,
    };

    public static bool IsFloating(TensorMapElement element) => element is >= TensorMapElement.Float16 and <= TensorMapElement.TFloat32Flushed;

    /// <summary>The element of a tensor of this kind. The copy engine has no signed bytes, no masks and no 8-bit floats, and needs none: it moves bytes.</summary>
    public static TensorMapElement Of(ElementKind kind) => kind switch
    {
        ElementKind.Float32 => TensorMapElement.Float32,
        ElementKind.Float64 => TensorMapElement.Float64,
        ElementKind.Float16 => TensorMapElement.Float16,
        ElementKind.BFloat16 => TensorMapElement.BFloat16,
        ElementKind.Int32 => TensorMapElement.Int32,
        ElementKind.Int64 => TensorMapElement.Int64,
        _ => TensorMapElement.UInt8,
    };
}
