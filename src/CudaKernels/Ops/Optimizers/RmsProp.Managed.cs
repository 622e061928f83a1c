using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The formula of RMSprop on vectors; the second state, the velocity, is kept only where there is momentum.</summary>
internal readonly struct ManagedRmsProp<TState>(RmsPropOptions options, bool hasVelocity, double gradientScale) : IManagedStep<TState> where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly TState _gradientScale = TState.CreateTruncating(gradientScale);
    private readonly TState _rate = TState.CreateTruncating(options.LearningRate);
    private readonly TState _kept = TState.CreateTruncating(options.Decay);
    private readonly TState _epsilon = TState.CreateTruncating(options.Epsilon);
    private readonly TState _decay = TState.CreateTruncating(options.WeightDecay);
    private readonly TState _momentum = TState.CreateTruncating(options.Momentum);

    public int States => hasVelocity ? 2 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<TState> Weight, Vector512<TState> First, Vector512<TState> Second) Next(Vector512<TState> weight, Vector512<TState> gradient, Vector512<TState> first, Vector512<TState> second)
    {
        var g = (Vector512.Create(_gradientScale) * gradient) + (Vector512.Create(_decay) * weight);
        first = (Vector512.Create(_kept) * first) + (Vector512.Create(TState.One - _kept) * g * g);
        var step = g / (Vector512.Sqrt(first) + Vector512.Create(_epsilon));
        if (hasVelocity)
        {
            step = second = (Vector512.Create(_momentum) * second) + step;
        }

        return (weight - (Vector512.Create(_rate) * step), first, second);
    }
}
