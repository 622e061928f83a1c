using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The scales and the bias that turn sums of products of quantised operands into numbers, as tensors.</summary>
internal readonly unsafe ref struct ProductScale<T>(DeviceTensor<float> left, DeviceTensor<float> right, DeviceTensor<T>? bias) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most products of 8 bits, -128·-128 each, whose sum fits 32 bits.</summary>
    private const long MostProducts = int.MaxValue / (128 * 128);

    /// <summary>1 where each channel has a scale of its own, else 0.</summary>
    public long Step => right.FlattenedLength > 1 ? 1 : 0;

    public KernelArgument LeftArgument => left.Input;

    public KernelArgument RightArgument => right.Input;

    /// <summary>A bias, or anything in its place where there is none.</summary>
    public KernelArgument BiasArgument => bias?.Input ?? right.Input;

    public bool HasBias => bias is not null;

    /// <summary>A lease of the tensors.</summary>
    public BlockHold Hold() => new(left.Block, right.Block, bias?.Block);

    /// <summary>The same as addresses; the caller holds a lease (<see cref="BlockHold"/>).</summary>
    public ManagedProductScale<T> Managed => new(ManagedSpan.Pointer(left), ManagedSpan.Pointer(right), Step, bias is null ? null : ManagedSpan.Pointer(bias));

    /// <exception cref="ArgumentException">The sums of so many products of integers may not fit 32 bits.</exception>
    public static void RequireExact(long products)
    {
        if (products > MostProducts)
        {
            throw new ArgumentException($"a sum of {products} products of 8-bit integers may not fit 32 bits: {MostProducts} do");
        }
    }

    /// <exception cref="ArgumentException">Shapes or devices do not fit, or a tensor overlaps the destination.</exception>
    public void Require(nint channels, DeviceTensor<T> destination)
    {
        TensorOperations.RequireShape(left, [1], "scale");
        Require(left, destination, "scale");
        ArgumentNullException.ThrowIfNull(right, "channelScale");
        if (!right.Layout.HasLengths([1]))
        {
            TensorOperations.RequireShape(right, [channels], "channelScale");
        }

        Require(right, destination, "channelScale");
        if (bias is not null)
        {
            TensorOperations.RequireShape(bias, [channels], nameof(bias));
            Require(bias, destination, nameof(bias));
        }
    }

    private static void Require<TElement>(DeviceTensor<TElement> tensor, DeviceTensor<T> destination, string parameter) where TElement : unmanaged
    {
        TensorOperations.RequireApart(tensor, destination, parameter);
        tensor.RequireDense();
    }
}

/// <summary>The scales and the bias on the processor.</summary>
internal readonly unsafe struct ManagedProductScale<T>(float* left, float* right, long step, T* bias) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The results of one channel that lie together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Apply(int* sums, nint count, long channel, T* y)
    {
        nint i = 0;
        if (typeof(T) == typeof(float))
        {
            var factor = Vector512.Create(*left * right[channel * step]);
            var addend = Vector512.Create(bias is null ? -0f : ((float*)bias)[channel]);
            for (; i <= count - Vector512<int>.Count; i += Vector512<int>.Count)
            {
                ((Vector512.ConvertToSingle(Vector512.Load(sums + i)) * factor) + addend).Store((float*)y + i);
            }
        }

        for (; i < count; i++)
        {
            y[i] = Apply(sums[i], channel);
        }
    }

    /// <summary>left·right[channel]·sum + bias[channel].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<TSum>(TSum sum, long channel) where TSum : unmanaged, INumber<TSum>
    {
        if (typeof(T) == typeof(double))
        {
            var exact = double.CreateTruncating(sum) * ((double)*left * right[channel * step]);
            return T.CreateTruncating(bias is null ? exact : exact + double.CreateTruncating(bias[channel]));
        }

        var value = float.CreateTruncating(sum) * (*left * right[channel * step]);
        return T.CreateTruncating(bias is null ? value : value + float.CreateTruncating(bias[channel]));
    }
}
