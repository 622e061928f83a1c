using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The functions of gates on vectors of float or double.</summary>
internal static class CellMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid<T>(Vector512<T> x) => typeof(T) == typeof(double) ? VectorMath.Sigmoid(x.AsDouble()).As<double, T>() : VectorMath.Sigmoid(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Tanh<T>(Vector512<T> x) => typeof(T) == typeof(double) ? VectorMath.Tanh(x.AsDouble()).As<double, T>() : VectorMath.Tanh(x.AsSingle()).As<float, T>();
}
