using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>What lies behind a pointer that a launch passes, as a set: an argument is in one at most, a parameter refuses several.</summary>
[Flags]
internal enum PointedElement : byte
{
    /// <summary>Not told: raw memory, or a struct.</summary>
    None = 0,
    Float32 = 1,
    Float64 = 2,
    Float16 = 4,
    BFloat16 = 8,
    Integer16 = 16,
    Integer32 = 32,
    Integer64 = 64,
    /// <summary>Integers, masks and floats of 8 bits.</summary>
    Bits8 = 128,
}

/// <summary>Compares the elements behind a pointer with those that a kernel takes.</summary>
internal static class PointedElements
{
    private const PointedElement All = (PointedElement)255;
    private const PointedElement Any16 = PointedElement.Float16 | PointedElement.BFloat16 | PointedElement.Integer16 | PointedElement.Bits8;
    private const PointedElement Any32 = PointedElement.Float32 | PointedElement.Integer32 | Any16;
    private const PointedElement Any64 = PointedElement.Float64 | PointedElement.Integer64 | Any16;

    // A pointer to integers takes what has their size, since bits are often worked on as such, and elements of 8 and 16 bits, which come in
    // packs of that size; one to bytes takes everything. 16-bit floats may come as the integers that a program without such a type keeps them in.
    private static readonly FrozenDictionary<string, PointedElement> s_taken = new Dictionary<string, PointedElement>
    {
        ["float"] = PointedElement.Float32,
        ["double"] = PointedElement.Float64,
        ["f16"] = PointedElement.Float16 | PointedElement.Integer16,
        ["half"] = PointedElement.Float16 | PointedElement.Integer16,
        ["__half"] = PointedElement.Float16 | PointedElement.Integer16,
        ["bf16"] = PointedElement.BFloat16 | PointedElement.Integer16,
        ["nv_bfloat16"] = PointedElement.BFloat16 | PointedElement.Integer16,
        ["__nv_bfloat16"] = PointedElement.BFloat16 | PointedElement.Integer16,
        ["short"] = Any16,
        ["unsigned short"] = Any16,
        ["int16_t"] = Any16,
        ["uint16_t"] = Any16,
        ["int"] = Any32,
        ["unsigned"] = Any32,
        ["unsigned int"] = Any32,
        ["int32_t"] = Any32,
        ["uint32_t"] = Any32,
        ["long"] = OperatingSystem.IsWindows() ? Any32 : Any64,
        ["unsigned long"] = OperatingSystem.IsWindows() ? Any32 : Any64,
        ["long long"] = Any64,
        ["unsigned long long"] = Any64,
        ["int64_t"] = Any64,
        ["uint64_t"] = Any64,
        ["size_t"] = Any64,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a buffer or a tensor of <typeparamref name="T"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PointedElement Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? PointedElement.Float32
        : typeof(T) == typeof(double) ? PointedElement.Float64
        : typeof(T) == typeof(Half) ? PointedElement.Float16
        : typeof(T) == typeof(BFloat16) ? PointedElement.BFloat16
        : typeof(T) == typeof(short) || typeof(T) == typeof(ushort) ? PointedElement.Integer16
        : typeof(T) == typeof(int) || typeof(T) == typeof(uint) ? PointedElement.Integer32
        : typeof(T) == typeof(long) || typeof(T) == typeof(ulong) ? PointedElement.Integer64
        : typeof(T) == typeof(byte) || typeof(T) == typeof(sbyte) || typeof(T) == typeof(bool) || typeof(T) == typeof(Float8E4M3) || typeof(T) == typeof(Float8E5M2) ? PointedElement.Bits8
        : PointedElement.None;

    /// <summary>What a parameter that points to <paramref name="pointee"/> does not take: nothing for types that are not arithmetic.</summary>
    /// <param name="pointee">The type in C++, without const; null where it is not known.</param>
    public static PointedElement RefusedBy(string? pointee) => pointee is not null && s_taken.TryGetValue(pointee, out var taken) ? All & ~taken : PointedElement.None;

    /// <summary>Names the elements in messages.</summary>
    public static string Name(PointedElement element) => element switch
    {
        PointedElement.Float32 => "float",
        PointedElement.Float64 => "double",
        PointedElement.Float16 => "Half",
        PointedElement.BFloat16 => "BFloat16",
        PointedElement.Integer16 => "16-bit integers",
        PointedElement.Integer32 => "32-bit integers",
        PointedElement.Integer64 => "64-bit integers",
        _ => "8-bit elements",
    };
}
