using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the RMSprop step: computes in the type of the state and rounds the parameter once.</summary>
internal static unsafe class ManagedRmsProp
{
    private const int Chunk = 32 * 1024;

    public static void Run<T, TState>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, DeviceTensor<TState> meanSquare, DeviceTensor<TState>? velocity, RmsPropOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        var count = parameter.FlattenedLength;
        var work = new Work<T, TState>(
            ManagedSpan.Pointer(parameter), ManagedSpan.Pointer(gradient), ManagedSpan.Pointer(meanSquare), velocity is null ? null : ManagedSpan.Pointer(velocity), count, options);
        ManagedParallel.For((count + Chunk - 1) / Chunk, ((CpuDevice)parameter.Device).Options.Threads, work);
    }

    private readonly struct Work<T, TState>(T* parameter, T* gradient, TState* meanSquare, TState* velocity, nint count, RmsPropOptions options) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        private readonly TState _rate = TState.CreateTruncating(options.LearningRate);
        private readonly TState _kept = TState.CreateTruncating(options.Decay);
        private readonly TState _epsilon = TState.CreateTruncating(options.Epsilon);
        private readonly TState _weightDecay = TState.CreateTruncating(options.WeightDecay);
        private readonly TState _momentum = TState.CreateTruncating(options.Momentum);

        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end; i++)
            {
                var weight = TState.CreateTruncating(parameter[i]);
                var g = TState.CreateTruncating(gradient[i]) + (_weightDecay * weight);
                meanSquare[i] = (_kept * meanSquare[i]) + ((TState.One - _kept) * g * g);
                var step = g / (TState.Sqrt(meanSquare[i]) + _epsilon);
                if (velocity != null)
                {
                    step = velocity[i] = (_momentum * velocity[i]) + step;
                }

                parameter[i] = T.CreateTruncating(weight - (_rate * step));
            }
        }
    }
}
