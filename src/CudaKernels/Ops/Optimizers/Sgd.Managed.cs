using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The formula of gradient descent on vectors, without momentum.</summary>
internal readonly struct ManagedSgd<TState>(SgdOptions options, double gradientScale) : IManagedStep<TState> where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly TState _gradientScale = TState.CreateTruncating(gradientScale);
    private readonly TState _rate = TState.CreateTruncating(options.LearningRate);
    private readonly TState _decay = TState.CreateTruncating(options.WeightDecay);

    public int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<TState> Weight, Vector512<TState> First, Vector512<TState> Second) Next(Vector512<TState> weight, Vector512<TState> gradient, Vector512<TState> first, Vector512<TState> second)
    {
        var g = (Vector512.Create(_gradientScale) * gradient) + (Vector512.Create(_decay) * weight);
        return (weight - (Vector512.Create(_rate) * g), first, second);
    }
}

/// <summary>The formula of gradient descent with momentum on vectors.</summary>
internal readonly struct ManagedSgdMomentum<TState>(SgdOptions options, double gradientScale) : IManagedStep<TState> where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly TState _gradientScale = TState.CreateTruncating(gradientScale);
    private readonly TState _rate = TState.CreateTruncating(options.LearningRate);
    private readonly TState _decay = TState.CreateTruncating(options.WeightDecay);
    private readonly TState _momentum = TState.CreateTruncating(options.Momentum);
    private readonly TState _fresh = TState.One - TState.CreateTruncating(options.Dampening);
    private readonly bool _nesterov = options.Nesterov;

    public int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<TState> Weight, Vector512<TState> First, Vector512<TState> Second) Next(Vector512<TState> weight, Vector512<TState> gradient, Vector512<TState> first, Vector512<TState> second)
    {
        var g = (Vector512.Create(_gradientScale) * gradient) + (Vector512.Create(_decay) * weight);
        first = (Vector512.Create(_momentum) * first) + (Vector512.Create(_fresh) * g);
        return (weight - (Vector512.Create(_rate) * (_nesterov ? g + (Vector512.Create(_momentum) * first) : first)), first, second);
    }
}
