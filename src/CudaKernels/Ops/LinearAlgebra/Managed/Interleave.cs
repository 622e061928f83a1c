using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>The step that transposes are made of: the elements of two vectors, one from each in turn.</summary>
internal static class Interleave
{
    /// <summary>left[0], right[0], left[1], right[1], … of the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Lower<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == 4)
        {
            if (Sse.IsSupported)
                return Sse.UnpackLow(left.AsSingle(), right.AsSingle()).As<float, T>();
            if (AdvSimd.Arm64.IsSupported)
                return AdvSimd.Arm64.ZipLow(left.AsSingle(), right.AsSingle()).As<float, T>();
            return Vector128.Create(left.AsSingle()[0], right.AsSingle()[0], left.AsSingle()[1], right.AsSingle()[1]).As<float, T>();
        }
        if (Sse2.IsSupported)
            return Sse2.UnpackLow(left.AsDouble(), right.AsDouble()).As<double, T>();
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipLow(left.AsDouble(), right.AsDouble()).As<double, T>();
        return Vector128.Create(left.GetLower(), right.GetLower());
    }

    /// <summary>The same of the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Upper<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == 4)
        {
            if (Sse.IsSupported)
                return Sse.UnpackHigh(left.AsSingle(), right.AsSingle()).As<float, T>();
            if (AdvSimd.Arm64.IsSupported)
                return AdvSimd.Arm64.ZipHigh(left.AsSingle(), right.AsSingle()).As<float, T>();
            return Vector128.Create(left.AsSingle()[2], right.AsSingle()[2], left.AsSingle()[3], right.AsSingle()[3]).As<float, T>();
        }
        if (Sse2.IsSupported)
            return Sse2.UnpackHigh(left.AsDouble(), right.AsDouble()).As<double, T>();
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipHigh(left.AsDouble(), right.AsDouble()).As<double, T>();
        return Vector128.Create(left.GetUpper(), right.GetUpper());
    }
}
