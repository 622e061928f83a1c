using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the Adam step: computes in the type of the moments and rounds the parameter once.</summary>
internal static unsafe class ManagedAdam
{
    private const int Chunk = 32 * 1024;

    public static void Run<T, TMoment>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, DeviceTensor<TMoment> m, DeviceTensor<TMoment> v, AdamOptions options, AdamScalars scalars)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TMoment : unmanaged, IFloatingPointIeee754<TMoment>
    {
        var count = parameter.FlattenedLength;
        var work = new Work<T, TMoment>(ManagedSpan.Pointer(parameter), ManagedSpan.Pointer(gradient), ManagedSpan.Pointer(m), ManagedSpan.Pointer(v), count, options, scalars);
        ManagedParallel.For((count + Chunk - 1) / Chunk, ((CpuDevice)parameter.Device).Options.Threads, work);
    }

    private readonly struct Work<T, TMoment>(T* parameter, T* gradient, TMoment* m, TMoment* v, nint count, AdamOptions options, AdamScalars scalars) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TMoment : unmanaged, IFloatingPointIeee754<TMoment>
    {
        private readonly TMoment _rate = TMoment.CreateTruncating(options.LearningRate);
        private readonly TMoment _beta1 = TMoment.CreateTruncating(options.Beta1);
        private readonly TMoment _beta2 = TMoment.CreateTruncating(options.Beta2);
        private readonly TMoment _epsilon = TMoment.CreateTruncating(options.Epsilon);
        private readonly TMoment _decay = TMoment.CreateTruncating(options.WeightDecay);
        private readonly bool _decoupled = options.DecoupledWeightDecay;
        private readonly TMoment _correction1 = TMoment.CreateTruncating(scalars.Correction1);
        private readonly TMoment _correction2 = TMoment.CreateTruncating(scalars.Correction2);

        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end; i++)
            {
                var weight = TMoment.CreateTruncating(parameter[i]);
                var g = TMoment.CreateTruncating(gradient[i]);
                if (_decoupled)
                {
                    weight -= _rate * _decay * weight;
                }
                else
                {
                    g += _decay * weight;
                }

                m[i] = (_beta1 * m[i]) + ((TMoment.One - _beta1) * g);
                v[i] = (_beta2 * v[i]) + ((TMoment.One - _beta2) * g * g);
                var step = _rate * (m[i] / _correction1) / (TMoment.Sqrt(v[i] / _correction2) + _epsilon);
                parameter[i] = T.CreateTruncating(weight - step);
            }
        }
    }
}
