using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>y = f(x) for one element, and for sixteen floats at once (which float, Half and BFloat16 tensors use).</summary>
internal interface IUnaryFunction<T>
{
    /// <summary>Whether vectors of the other types have the function too: where the scalar form would branch on the elements.</summary>
    static virtual bool HasVectors => false;

    T Invoke(T x);

    Vector512<float> Invoke(Vector512<float> x);

    /// <summary>The function of a vector; called where there are such.</summary>
    Vector512<T> InvokeAll(Vector512<T> x) => x;
}

/// <summary>y = f(a, b) for one element, and for sixteen floats at once (which float, Half and BFloat16 tensors use).</summary>
internal interface IBinaryFunction<T>
{
    /// <inheritdoc cref="IUnaryFunction{T}.HasVectors"/>
    static virtual bool HasVectors => false;

    T Invoke(T a, T b);

    Vector512<float> Invoke(Vector512<float> a, Vector512<float> b);

    /// <inheritdoc cref="IUnaryFunction{T}.InvokeAll"/>
    Vector512<T> InvokeAll(Vector512<T> a, Vector512<T> b) => a;
}

/// <summary>A comparison of two elements.</summary>
internal interface ICompareFunction<T>
{
    bool Invoke(T a, T b);
}

/// <summary>Whether something holds of an element.</summary>
internal interface ITestFunction<T>
{
    bool Invoke(T x);
}

/// <summary>Runs a unary function over consecutive elements.</summary>
internal readonly unsafe struct UnaryBody<T, TFunction>(TFunction function) : IElementwiseBody
    where T : unmanaged
    where TFunction : struct, IUnaryFunction<T>
{
    private readonly TFunction _function = function;

    public static bool CanStream => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        if (FloatLanes.Serves<T>())
        {
            FloatLanes.Run<T, Lanes>(new Lanes(_function), y, a, null, count, isStreamed);
            return;
        }

        var to = (T*)y;
        var from = (T*)a;
        nint i = 0;
        for (; TFunction.HasVectors && i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            _function.InvokeAll(Vector512.Load(from + i)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = _function.Invoke(from[i]);
        }
    }

    private readonly struct Lanes(TFunction function) : FloatLanes.IBody
    {
        private readonly TFunction _function = function;

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => _function.Invoke(a);
    }
}

/// <summary>Runs a binary function over consecutive elements.</summary>
internal readonly unsafe struct BinaryBody<T, TFunction>(TFunction function) : IElementwiseBody
    where T : unmanaged
    where TFunction : struct, IBinaryFunction<T>
{
    private readonly TFunction _function = function;

    public static bool CanStream => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        if (FloatLanes.Serves<T>())
        {
            FloatLanes.Run<T, Lanes>(new Lanes(_function), y, a, b, count, isStreamed);
            return;
        }

        var to = (T*)y;
        var left = (T*)a;
        var right = (T*)b;
        nint i = 0;
        for (; TFunction.HasVectors && i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            _function.InvokeAll(Vector512.Load(left + i), Vector512.Load(right + i)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = _function.Invoke(left[i], right[i]);
        }
    }

    private readonly struct Lanes(TFunction function) : FloatLanes.IBody
    {
        private readonly TFunction _function = function;

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => _function.Invoke(a, b);
    }
}

/// <summary>Compares consecutive elements into a mask.</summary>
internal readonly unsafe struct CompareBody<T, TFunction>(TFunction function) : IElementwiseBody
    where T : unmanaged
    where TFunction : struct, ICompareFunction<T>
{
    private readonly TFunction _function = function;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        var to = (bool*)y;
        var left = (T*)a;
        var right = (T*)b;
        for (nint i = 0; i < count; i++)
        {
            to[i] = _function.Invoke(left[i], right[i]);
        }
    }
}

/// <summary>Tests consecutive elements into a mask.</summary>
internal readonly unsafe struct TestBody<T, TFunction>(TFunction function) : IElementwiseBody
    where T : unmanaged
    where TFunction : struct, ITestFunction<T>
{
    private readonly TFunction _function = function;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
    {
        var to = (bool*)y;
        var from = (T*)a;
        for (nint i = 0; i < count; i++)
        {
            to[i] = _function.Invoke(from[i]);
        }
    }
}
