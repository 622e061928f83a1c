using System.Numerics;
using System.Runtime.InteropServices;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Checkpoints;

/// <summary>A small classifier on points of the plane, and everything that its training changes, as bytes.</summary>
internal sealed class SmallTraining<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Steps = 3 * 8;
    private readonly CpuDevice _own = new();
    private readonly CosineSchedule _schedule = new(0.05, Steps);

    public SmallTraining(int width = 7, int seed = 5, LossScaleOptions? lossScale = null, ComputeDevice? device = null)
    {
        var (place, random) = (device ?? _own, new Random(seed));
        Network = new Sequential<T>(new Dense<T>(place, 2, width, random, "first"), new Relu<T>(), new Dense<T>(place, width, 3, random, "second"));
        Trainer = new ClassifierTrainer<T>(place, Network, new AdamOptions { LearningRate = _schedule.Peak, Epsilon = 1e-4, WeightDecay = 0.01 }, seed, lossScale);
    }

    public Sequential<T> Network { get; }

    public ClassifierTrainer<T> Trainer { get; }

    public List<double> Losses { get; } = [];

    /// <summary>The bits of all parameters.</summary>
    public byte[] Weights => [.. Network.Parameters.SelectMany(parameter => MemoryMarshal.AsBytes<T>(parameter.Value.ToArray()).ToArray())];

    /// <summary>8 batches of 5, and 2 points that are left over, which differ from epoch to epoch.</summary>
    public void TrainEpoch()
    {
        var data = Points();
        foreach (var step in Trainer.TrainEpoch(data, batchSize: 5))
        {
            Losses.Add(step.Loss);
            Trainer.LearningRate = _schedule.At(step.Step);
        }
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Network.Dispose();
        _own.Dispose();
    }

    private static LabelledData Points()
    {
        var random = new Random(9);
        var (features, labels) = (new float[2 * 42], new long[42]);
        for (var i = 0; i < labels.Length; i++)
        {
            features[2 * i] = (float)((2 * random.NextDouble()) - 1);
            features[(2 * i) + 1] = (float)((2 * random.NextDouble()) - 1);
            labels[i] = features[2 * i] > 0 ? 0 : features[(2 * i) + 1] > 0 ? 1 : 2;
        }

        return new LabelledData(features, labels);
    }
}
