using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the SGD step: computes in the type of the velocity and rounds the parameter once.</summary>
internal static unsafe class ManagedSgd
{
    private const int Chunk = 32 * 1024;

    public static void Run<T>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, SgdOptions options) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>(parameter, gradient, null, options);
        }
        else
        {
            Run<T, float>(parameter, gradient, null, options);
        }
    }

    public static void Run<T, TVelocity>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, DeviceTensor<TVelocity>? velocity, SgdOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVelocity : unmanaged, IFloatingPointIeee754<TVelocity>
    {
        var count = parameter.FlattenedLength;
        var work = new Work<T, TVelocity>(ManagedSpan.Pointer(parameter), ManagedSpan.Pointer(gradient), velocity is null ? null : ManagedSpan.Pointer(velocity), count, options);
        ManagedParallel.For((count + Chunk - 1) / Chunk, ((CpuDevice)parameter.Device).Options.Threads, work);
    }

    private readonly struct Work<T, TVelocity>(T* parameter, T* gradient, TVelocity* velocity, nint count, SgdOptions options) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVelocity : unmanaged, IFloatingPointIeee754<TVelocity>
    {
        private readonly TVelocity _rate = TVelocity.CreateTruncating(options.LearningRate);
        private readonly TVelocity _decay = TVelocity.CreateTruncating(options.WeightDecay);
        private readonly TVelocity _momentum = TVelocity.CreateTruncating(options.Momentum);
        private readonly TVelocity _fresh = TVelocity.One - TVelocity.CreateTruncating(options.Dampening);
        private readonly bool _nesterov = options.Nesterov;

        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end; i++)
            {
                var weight = TVelocity.CreateTruncating(parameter[i]);
                var step = TVelocity.CreateTruncating(gradient[i]) + (_decay * weight);
                if (velocity != null)
                {
                    var v = velocity[i] = (_momentum * velocity[i]) + (_fresh * step);
                    step = _nesterov ? step + (_momentum * v) : v;
                }

                parameter[i] = T.CreateTruncating(weight - (_rate * step));
            }
        }
    }
}
