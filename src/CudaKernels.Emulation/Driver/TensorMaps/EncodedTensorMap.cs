using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>The software device's form of a tensor map, in the 128 bytes of a CUtensorMap: ckrt::TensorMap of native/runtime/tensor_map.h. A GPU's own form is secret.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal unsafe struct EncodedTensorMap
{
    /// <summary>What every map begins with; a kernel that is given other bytes is told.</summary>
    public const uint Signature = 0x4D54_4B43;

    [FieldOffset(0)] public ulong Address;
    [FieldOffset(8)] public uint Mark;
    [FieldOffset(12)] public byte Rank;
    [FieldOffset(13)] public byte Element;
    [FieldOffset(14)] public byte Swizzle;
    [FieldOffset(15)] public byte Fill;
    [FieldOffset(16)] public byte IsIm2col;
    [FieldOffset(17)] public byte L2Promotion;
    [FieldOffset(18)] public ushort Channels;
    [FieldOffset(20)] public ushort Pixels;
    [FieldOffset(22)] public fixed ushort Box[5];
    [FieldOffset(32)] public fixed uint LastIndex[5]; // the length, which may be 2³², less one
    [FieldOffset(52)] public fixed short Lower[3];
    [FieldOffset(58)] public fixed short Upper[3];
    [FieldOffset(64)] public fixed ulong Strides[4];
    [FieldOffset(96)] public fixed byte Steps[5];
    [FieldOffset(104)] public ulong Digest;

    /// <summary>A number over all that stands before it: FNV-1a by words of 64 bits.</summary>
    public static ulong DigestOf(EncodedTensorMap* map)
    {
        var digest = 0xcbf29ce484222325UL;
        for (var i = 0; i < 13; i++)
            digest = (digest ^ ((ulong*)map)[i]) * 0x100000001b3;
        return digest;
    }
}
