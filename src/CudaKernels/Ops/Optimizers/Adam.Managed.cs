using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Adam's formula on vectors.</summary>
internal readonly struct ManagedAdam<TState>(AdamOptions options, long step, double gradientScale) : IManagedStep<TState> where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly TState _gradientScale = TState.CreateTruncating(gradientScale);
    private readonly TState _rate = TState.CreateTruncating(options.LearningRate);
    private readonly TState _decayedRate = TState.CreateTruncating(options.LearningRate) * TState.CreateTruncating(options.WeightDecay);
    private readonly TState _beta1 = TState.CreateTruncating(options.Beta1);
    private readonly TState _beta2 = TState.CreateTruncating(options.Beta2);
    private readonly TState _epsilon = TState.CreateTruncating(options.Epsilon);
    private readonly TState _decay = TState.CreateTruncating(options.WeightDecay);
    private readonly bool _decoupled = options.DecoupledWeightDecay;
    private readonly TState _correction1 = TState.CreateTruncating(new AdamScalars(options, step).Correction1);
    private readonly TState _correction2 = TState.CreateTruncating(new AdamScalars(options, step).Correction2);

    public int States => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<TState> Weight, Vector512<TState> First, Vector512<TState> Second) Next(Vector512<TState> weight, Vector512<TState> gradient, Vector512<TState> first, Vector512<TState> second)
    {
        var g = Vector512.Create(_gradientScale) * gradient;
        if (_decoupled)
        {
            weight -= Vector512.Create(_decayedRate) * weight;
        }
        else
        {
            g += Vector512.Create(_decay) * weight;
        }

        first = (Vector512.Create(_beta1) * first) + (Vector512.Create(TState.One - _beta1) * g);
        second = (Vector512.Create(_beta2) * second) + (Vector512.Create(TState.One - _beta2) * g * g);
        var root = Vector512.Sqrt(second / Vector512.Create(_correction2)) + Vector512.Create(_epsilon);
        return (weight - (Vector512.Create(_rate) * (first / Vector512.Create(_correction1)) / root), first, second);
    }
}
