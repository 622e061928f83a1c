using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>A binary function with one operand fixed to a scalar.</summary>
internal readonly struct BoundFunction<T, TFunction>(TFunction function, T scalar, bool scalarIsLeft) : IUnaryFunction<T>
    where T : unmanaged
    where TFunction : struct, IBinaryFunction<T>
{
    private readonly TFunction _function = function;
    private readonly float _single = ToFloat(scalar);

    public static bool HasVectors => TFunction.HasVectors;

    public T Invoke(T x) => scalarIsLeft ? _function.Invoke(scalar, x) : _function.Invoke(x, scalar);

    public Vector512<float> Invoke(Vector512<float> x) => scalarIsLeft ? _function.Invoke(Vector512.Create(_single), x) : _function.Invoke(x, Vector512.Create(_single));

    public Vector512<T> InvokeAll(Vector512<T> x) => scalarIsLeft ? _function.InvokeAll(Vector512.Create(scalar), x) : _function.InvokeAll(x, Vector512.Create(scalar));

    private static float ToFloat(T value) => value switch
    {
        float single => single,
        Half half => (float)half,
        BFloat16 brain => (float)brain,
        _ => 0f,
    };
}

/// <summary>A comparison with one operand fixed to a scalar.</summary>
internal readonly struct BoundComparison<T, TFunction>(TFunction function, T scalar, bool scalarIsLeft) : ITestFunction<T>
    where T : unmanaged
    where TFunction : struct, ICompareFunction<T>
{
    private readonly TFunction _function = function;

    public bool Invoke(T x) => scalarIsLeft ? _function.Invoke(scalar, x) : _function.Invoke(x, scalar);
}
