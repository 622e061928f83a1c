using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>One step of a training.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Loss">The mean loss of its batch before the step.</param>
public readonly record struct TrainingStep(long Step, double Loss);

/// <summary>The mean loss and the share of right answers over the vectors of a data set that have a class; both are 0 where none has.</summary>
/// <param name="Loss">The mean loss in nats.</param>
/// <param name="Accuracy">Right answers / all.</param>
public readonly record struct Evaluation(double Loss, double Accuracy);

/// <summary>Trains a classifier: forward, cross entropy, backward, Adam, batch by batch in an order that follows from the seed and the number of the epoch.</summary>
/// <typeparam name="T">The element type in which the network computes.</typeparam>
public sealed class ClassifierTrainer<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ComputeDevice _device;
    private readonly Layer<T> _network;
    private readonly TrainerSteps<T> _steps;
    private readonly SoftmaxCrossEntropy<T> _loss = new();
    private CapturedClassifierPass<T>? _captured;
    private int _seed;

    /// <param name="device">The device of the network.</param>
    /// <param name="network">The network, from features to logits; not disposed by the trainer.</param>
    /// <param name="options">The settings of the optimizer.</param>
    /// <param name="seed">The seed of the shuffling.</param>
    /// <param name="lossScale">How the loss is scaled; null takes the defaults for <see cref="Half"/>, and scales no other type.</param>
    public ClassifierTrainer(ComputeDevice device, Layer<T> network, AdamOptions? options = null, int seed = 0, LossScaleOptions? lossScale = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(network);
        _device = device;
        _network = network;
        _steps = new TrainerSteps<T>(network.Parameters, options, lossScale);
        _seed = seed;
    }

    /// <summary>The learning rate of the next steps, for a schedule.</summary>
    public double LearningRate
    {
        get => _steps.LearningRate;
        set => _steps.LearningRate = value;
    }

    /// <summary>How many steps were made, those included that were left out because a gradient of a scaled loss had overflowed.</summary>
    public long StepCount => _steps.Count;

    /// <summary>How many steps were left out.</summary>
    public long SkippedSteps => _steps.SkippedCount;

    /// <summary>What the loss of the next step is multiplied by; 1 where it is not scaled.</summary>
    public double LossScale => _steps.LossScale;

    /// <summary>
    /// Whether a CUDA device records the forward and backward pass of the next steps as a graph and replays it, which saves the processor's time for
    /// each launch; results are the same. The network must not have a <see cref="Dropout{T}"/>. Default: false.
    /// </summary>
    public bool UsesGraph { get; set; }

    /// <summary>How many times a way through the data was begun.</summary>
    public int EpochCount { get; private set; }

    /// <summary>Goes once through the data in a new random order; a last batch that is not full is left out unless it is the only one.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="batchSize">Vectors per step.</param>
    /// <returns>The steps, made one by one as they are read.</returns>
    public IEnumerable<TrainingStep> TrainEpoch(LabelledData data, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Steps(data, batchSize);
    }

    /// <summary>Goes once through the batches of a loader, which reads the next ones while the network computes, in the loader's order of this epoch.</summary>
    /// <param name="loader">The loader, of the network's device.</param>
    /// <param name="prepare">Makes the network's input of a batch and the number of the epoch, such as by <c>AugmentImages</c>; what it gives is disposed after the step.</param>
    /// <returns>The steps, made one by one as they are read.</returns>
    /// <typeparam name="TSample">The element type of the samples.</typeparam>
    public IEnumerable<TrainingStep> TrainEpoch<TSample>(BatchLoader<TSample> loader, Func<Batch<TSample>, int, DeviceTensor<T>> prepare) where TSample : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(prepare);
        return Steps(loader, prepare);
    }

    /// <summary>
    /// Names the state of the network and of the optimizer, the seed and the number of epochs. What is saved between two epochs goes on as
    /// if there had been no break; what is saved within one goes on with the next.
    /// </summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _network.Describe(state);
        _steps.Describe(state);
        state.AddNumber("trainer.seed", () => _seed, seed => _seed = seed);
        state.AddNumber("trainer.epochs", () => EpochCount, count => EpochCount = count);
    }

    /// <summary>The mean loss and accuracy of the network over a data set.</summary>
    public Evaluation Evaluate(LabelledData data, int batchSize = 500) => Evaluate(_network, data, batchSize);

    /// <summary>The mean loss and accuracy of another network over a data set, such as of one that was quantised.</summary>
    /// <param name="network">The network, from features to logits, on the trainer's device.</param>
    /// <param name="data">The data set.</param>
    /// <param name="batchSize">Vectors at a time.</param>
    public Evaluation Evaluate(Layer<T> network, LabelledData data, int batchSize = 500)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var (loss, right, all) = (0.0, 0, 0);
        for (var start = 0; start < data.Count; start += batchSize)
        {
            var places = Enumerable.Range(start, Math.Min(batchSize, data.Count - start)).ToArray();
            using var batch = new LabelledBatch<T>(_device, data, places);
            var logits = network.Infer(batch.Features);
            var counted = places.Count(place => data.Labels[place] >= 0);
            loss += _loss.Evaluate(logits, batch.Labels).Loss * counted;
            right += CountRight(logits, data, places);
            all += counted;
        }

        return new Evaluation(loss / Math.Max(all, 1), (double)right / Math.Max(all, 1));
    }

    /// <summary>The most likely class of each vector.</summary>
    public long[] Predict(LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var batch = new LabelledBatch<T>(_device, data, Enumerable.Range(0, data.Count).ToArray());
        return MostLikely(_network.Infer(batch.Features));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _captured?.Dispose();
        _steps.Dispose();
        _loss.Dispose();
    }

    private IEnumerable<TrainingStep> Steps(LabelledData data, int batchSize)
    {
        using var loader = new BatchLoader<float>(_device, data, new BatchLoaderOptions { BatchSize = batchSize, Seed = _seed, DropLast = true });
        foreach (var step in Steps(loader, (batch, _) => batch.Samples.Cast<T>()))
        {
            yield return step;
        }
    }

    private IEnumerable<TrainingStep> Steps<TSample>(BatchLoader<TSample> loader, Func<Batch<TSample>, int, DeviceTensor<T>> prepare) where TSample : unmanaged
    {
        var epoch = EpochCount++;
        foreach (var batch in loader.ReadEpoch(epoch).ToBlockingEnumerable())
        {
            using var input = prepare(batch, epoch);
            var loss = UsesGraph && input.Device is CudaDevice cuda ? Replay(cuda, input, batch.Labels) : Pass(input, batch.Labels);
            _steps.Step();
            yield return new TrainingStep(StepCount, loss);
        }
    }

    private double Pass(DeviceTensor<T> input, DeviceTensor<long> labels)
    {
        var (loss, gradient) = _loss.Evaluate(_network.Forward(input), labels, _steps.LossScale);
        _network.Backward(gradient);
        return loss;
    }

    private double Replay(CudaDevice device, DeviceTensor<T> input, DeviceTensor<long> labels)
    {
        if (_captured?.Fits(input, _steps.LossScale) != true)
        {
            _captured?.Dispose();
            _captured = new CapturedClassifierPass<T>(device, _network, input.Lengths, labels.Lengths, _steps.LossScale);
        }

        return _captured.Run(input, labels);
    }

    private static int CountRight(DeviceTensor<T> logits, LabelledData data, int[] places)
    {
        var classes = MostLikely(logits);
        return places.Where((place, i) => classes[i] == data.Labels[place]).Count();
    }

    private static long[] MostLikely(DeviceTensor<T> logits)
    {
        var values = logits.ToArray();
        var classes = (int)logits.Lengths[1];
        var best = new long[logits.Lengths[0]];
        for (var row = 0; row < best.Length; row++)
        {
            for (var c = 1; c < classes; c++)
            {
                if (values[(row * classes) + c] > values[(row * classes) + (int)best[row]])
                {
                    best[row] = c;
                }
            }
        }

        return best;
    }
}
