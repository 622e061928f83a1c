using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>One argument of a kernel launch: a number by value, device memory, or a struct. Made by implicit conversion; nothing is boxed.</summary>
public readonly struct KernelArgument
{
    private const int KindShift = 32;
    private const int WritesShift = 40;
    private const int ByAddressShift = 41;
    private const int PointedShift = 48;
    private readonly ulong _bits;

    // Size, kind, the write flag and what is pointed at in one word: parts written one by one and copied as a whole would stall the processor.
    private readonly ulong _shape;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private KernelArgument(ulong bits, KernelArgumentKind kind, int size)
    {
        _bits = bits;
        _shape = (uint)size | ((ulong)kind << KindShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private KernelArgument(MemoryBlock block, ulong address, bool writes, PointedElement pointed)
    {
        Block = block;
        _bits = address;
        _shape = (writes ? WritablePointer : ReadOnlyPointer) | ((ulong)pointed << PointedShift);
    }

    private KernelArgument(DescriptorBlock block, bool writes)
    {
        Block = block;
        _bits = block.Descriptor;
        _shape = (uint)block.DescriptorBytes | StructByAddress | (writes ? 1UL << WritesShift : 0);
    }

    private KernelArgument(StructBlock block)
    {
        Block = block;
        _bits = block.Address;
        _shape = (uint)block.ByteCount | StructByAddress;
    }

    private KernelArgument(ulong address, int size)
    {
        _bits = address;
        _shape = (uint)size | StructByAddress;
    }

    /// <summary>The memory behind a pointer or a view, held for the call; null for other kinds and for raw addresses.</summary>
    internal MemoryBlock? Block { get; }

    internal KernelArgumentKind Kind => (KernelArgumentKind)(byte)(_shape >> KindShift);

    /// <summary>Bytes that the kernel reads.</summary>
    internal int Size => (int)(uint)_shape;

    /// <summary>Whether the kernel may write through the pointer.</summary>
    internal bool Writes => (_shape & (1UL << WritesShift)) != 0;

    /// <summary>The elements behind a pointer, where they are told.</summary>
    internal PointedElement Pointed => (PointedElement)(byte)(_shape >> PointedShift);

    /// <summary>The address of a memory argument.</summary>
    internal nuint Address => (nuint)_bits;

    private static ulong ReadOnlyPointer => sizeof(ulong) | ((ulong)KernelArgumentKind.Pointer << KindShift);

    private static ulong StructByAddress => ((ulong)KernelArgumentKind.Struct << KindShift) | (1UL << ByAddressShift);

    private static ulong WritablePointer => ReadOnlyPointer | (1UL << WritesShift);

    /// <summary>Passes 1 or 0 as a byte: C++ <c>bool</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(bool value) => new(value ? 1UL : 0UL, KernelArgumentKind.Integer, 1);

    /// <summary>Passes a signed byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(sbyte value) => new((byte)value, KernelArgumentKind.Integer, 1);

    /// <summary>Passes a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(byte value) => new(value, KernelArgumentKind.Integer, 1);

    /// <summary>Passes a 16-bit integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(short value) => new((ushort)value, KernelArgumentKind.Integer, 2);

    /// <summary>Passes an unsigned 16-bit integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(ushort value) => new(value, KernelArgumentKind.Integer, 2);

    /// <summary>Passes an <c>int</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(int value) => new((uint)value, KernelArgumentKind.Integer, 4);

    /// <summary>Passes an <c>unsigned int</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(uint value) => new(value, KernelArgumentKind.Integer, 4);

    /// <summary>Passes a <c>long long</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(long value) => new((ulong)value, KernelArgumentKind.Integer, 8);

    /// <summary>Passes an <c>unsigned long long</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(ulong value) => new(value, KernelArgumentKind.Integer, 8);

    /// <summary>Passes a <c>float</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(float value) => new(BitConverter.SingleToUInt32Bits(value), KernelArgumentKind.Floating, 4);

    /// <summary>Passes a <c>double</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(double value) => new(BitConverter.DoubleToUInt64Bits(value), KernelArgumentKind.Floating, 8);

    /// <summary>Passes an IEEE binary16 number, which a kernel takes as a 2-byte struct.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(Half value) => new(BitConverter.HalfToUInt16Bits(value), KernelArgumentKind.Floating, 2);

    /// <summary>Passes a bfloat16 number, which a kernel takes as a 2-byte struct.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(BFloat16 value) => new(Unsafe.BitCast<BFloat16, ushort>(value), KernelArgumentKind.Floating, 2);

    /// <summary>Passes an E4M3 number, which a kernel takes as a 1-byte struct.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(Float8E4M3 value) => new(Float8E4M3.ToBits(value), KernelArgumentKind.Floating, 1);

    /// <summary>Passes an E5M2 number, which a kernel takes as a 1-byte struct.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(Float8E5M2 value) => new(Float8E5M2.ToBits(value), KernelArgumentKind.Floating, 1);

    /// <summary>Passes a raw device address, whose memory the caller keeps alive and in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(CUdeviceptr address) => new(address.Value, KernelArgumentKind.Pointer, 8);

    /// <summary>Passes a struct of any size by value: a copy of it as it is now.</summary>
    /// <remarks>
    /// A struct of more than 8 bytes is copied to memory of its own, which lives as long as the argument: one that is launched with again and again is made
    /// once, or given by its address, which copies nothing.
    /// </remarks>
    /// <param name="value">The struct, laid out as the kernel expects it.</param>
    /// <typeparam name="T">The struct.</typeparam>
    public static unsafe KernelArgument Struct<T>(in T value) where T : unmanaged
    {
        if (sizeof(T) <= sizeof(ulong))
        {
            var bits = 0UL;
            Unsafe.WriteUnaligned(ref Unsafe.As<ulong, byte>(ref bits), value);
            return new(bits, KernelArgumentKind.Struct, sizeof(T));
        }

        var block = new StructBlock((nuint)sizeof(T));
        *(T*)block.Address = value;
        return new(block);
    }

    /// <summary>Passes a struct of any size by value, where it stands, without a copy.</summary>
    /// <param name="value">The caller's copy, such as the address of a local: it is read during the launch call only, and laid out as the kernel expects it.</param>
    /// <typeparam name="T">The struct.</typeparam>
    public static unsafe KernelArgument Struct<T>(T* value) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(value);
        return new((ulong)value, sizeof(T));
    }

    /// <summary>Passes the address of a block's byte, and what lies there where a launch is to compare it with the kernel's parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static KernelArgument Memory(MemoryBlock block, nuint byteOffset, bool writes, PointedElement pointed = PointedElement.None) =>
        new(block, block.Address + byteOffset, writes, pointed);

    /// <summary>The same memory, which the kernel does not write.</summary>
    internal KernelArgument AsReadOnly() => Block is { } block && Kind == KernelArgumentKind.Pointer ? new(block, _bits, writes: false, Pointed) : this;

    /// <summary>Passes the struct that describes a tensor's memory by value.</summary>
    internal static KernelArgument ByDescriptor(DescriptorBlock block, bool writes) => new(block, writes);

    /// <summary>Where the driver finds the value, given the address of this argument's bits.</summary>
    internal unsafe void* Value(ulong* bits) => (_shape & (1UL << ByAddressShift)) != 0 ? (void*)_bits : bits;

    /// <summary>The bits, to be pinned for the call.</summary>
    internal static ref readonly ulong Bits(ref readonly KernelArgument argument) => ref argument._bits;

    /// <summary>Names the argument in messages.</summary>
    public override string ToString() => Kind switch
    {
        KernelArgumentKind.Pointer when Pointed != PointedElement.None => $"a pointer to {PointedElements.Name(Pointed)}",
        KernelArgumentKind.Pointer => "a pointer",
        KernelArgumentKind.Integer => $"a {Size}-byte integer",
        KernelArgumentKind.Floating => $"a {Size}-byte floating-point number",
        _ => $"a {Size}-byte struct",
    };
}
