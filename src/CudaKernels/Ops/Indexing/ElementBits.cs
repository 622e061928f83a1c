using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Elements as bits, for the kernels that move them and never compute: one unsigned type per element size is enough.</summary>
internal static class ElementBits
{
    /// <summary>The kinds that stand for elements of 1, 2, 4 and 8 bytes.</summary>
    public static IReadOnlyList<ElementKind> Kinds { get; } = [ElementKind.UInt8, ElementKind.BFloat16, ElementKind.Int32, ElementKind.Int64];

    /// <summary>The kind that stands for elements of so many bytes.</summary>
    public static ElementKind Kind(int bytes) => bytes switch
    {
        1 => ElementKind.UInt8,
        2 => ElementKind.BFloat16,
        4 => ElementKind.Int32,
        _ => ElementKind.Int64,
    };

    /// <summary>An element's bits, repeated to 64.</summary>
    public static long Of<T>(T value) where T : unmanaged => ElementType<T>.Size switch
    {
        1 => Unsafe.BitCast<T, byte>(value) * 0x0101010101010101L,
        2 => Unsafe.BitCast<T, ushort>(value) * 0x0001000100010001L,
        4 => Unsafe.BitCast<T, uint>(value) * 0x0000000100000001L,
        _ => Unsafe.BitCast<T, long>(value),
    };

    /// <summary>What stands where an index names nothing: NaN in the floating types, 0 in others. Repeated to 64 bits.</summary>
    public static long Missing<T>() where T : unmanaged => ElementType<T>.Kind switch
    {
        ElementKind.Float32 => Of(float.NaN),
        ElementKind.Float64 => Of(double.NaN),
        ElementKind.Float16 => Of(Half.NaN),
        ElementKind.BFloat16 => Of(BFloat16.NaN),
        ElementKind.Float8E4M3 => Of(Float8E4M3.NaN),
        ElementKind.Float8E5M2 => Of(Float8E5M2.NaN),
        _ => 0,
    };

    /// <summary>What a thread moves at once where it can.</summary>
    public const int PackBytes = 16;

    /// <summary>Whether runs of <paramref name="elements"/> elements are whole packs at the addresses of two tensors.</summary>
    public static bool ArePacks<T>(nint elements, DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged => Common(elements, a, b) % PackBytes == 0;

    /// <summary>The bytes of the widest element, 8 at most, that runs of <paramref name="elements"/> elements divide into at the addresses of two tensors.</summary>
    public static int Widest<T>(nint elements, DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged
    {
        var all = Common(elements, a, b) | sizeof(long);
        return (int)(all & (~all + 1));
    }

    private static nuint Common<T>(nint elements, DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged =>
        ((nuint)elements * (nuint)ElementType<T>.Size) | (a.Block.Address + a.ByteOffset) | (b.Block.Address + b.ByteOffset);
}
