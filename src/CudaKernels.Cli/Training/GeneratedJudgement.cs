using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Data;
using CudaKernels.Cli.Output;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>What a classifier that learned the real images says of generated ones.</summary>
/// <param name="ClassifierAccuracy">Its accuracy on held-out real images.</param>
/// <param name="Counts">How many generated images it takes for each class.</param>
/// <param name="Sure">The share of generated images whose likeliest class it gives a probability over <see cref="SureProbability"/>.</param>
internal sealed record GeneratedJudgement(double ClassifierAccuracy, IReadOnlyList<int> Counts, double Sure)
{
    /// <summary>How many images are generated for it.</summary>
    public const int Images = 1000;

    /// <summary>From where on the classifier is called sure.</summary>
    public const double SureProbability = 0.8;

    // A class that a hundredth of the images are taken for is found; a few could be slips of the classifier.
    private const int FoundImages = Images / 100;
    private const int BatchSize = 64;

    /// <summary>The classes that at least a hundredth of the generated images are taken for.</summary>
    public int ClassesFound => Counts.Count(count => count >= FoundImages);

    /// <summary>Trains the network of <c>train cnn</c> on the real images and shows it generated ones.</summary>
    /// <typeparam name="T">The type of weights and activations.</typeparam>
    /// <param name="device">Where the generator lives.</param>
    /// <param name="generator">From noise to images with values in [-1, 1].</param>
    /// <param name="options">The real images and the seed; the classifier has its full width.</param>
    public static GeneratedJudgement Of<T>(ComputeDevice device, Layer<T> generator, TrainingOptions options) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (all, held) = FashionMnist.Load(options.Data, options.Seed);
        var (train, test) = (FashionMnist.Features(options.Samples is { } samples ? all.Take(samples) : all), FashionMnist.Features(held));
        var classifier = new CnnClassifier();
        using var network = classifier.Create<T>(device, new Random(options.Seed), width: 1);
        var optimizer = ClassifierTraining<T>.Optimizer;
        using var trainer = new ClassifierTrainer<T>(device, network, optimizer, options.Seed);
        var steps = Math.Max(train.Count / Math.Min(BatchSize, train.Count), 1) * classifier.DefaultEpochs;
        var schedule = new CosineSchedule(optimizer.LearningRate, steps);
        Report.WithProgress(options.Json, "the judge learns", steps, tick =>
        {
            while (trainer.EpochCount < classifier.DefaultEpochs)
            {
                foreach (var step in trainer.TrainEpoch(train, BatchSize))
                {
                    trainer.LearningRate = schedule.At(step.Step);
                    tick($"the judge learns, loss {step.Loss:F3}");
                }
            }
        });
        return Judge(network, trainer.Evaluate(test).Accuracy, Generate(device, generator, options.Seed), device);
    }

    /// <summary>The judgement in one line.</summary>
    public override string ToString() =>
        $"a classifier that tells {ClassifierAccuracy:P1} of held-out images right finds {ClassesFound} of {Counts.Count} classes among {Images} generated images and is over {SureProbability} sure of {Sure:P1} of them"
        + $" ({string.Join(", ", Counts.Select((count, i) => $"{FashionMnist.ClassNames[i]} {count}"))})";

    /// <summary>The judgement for scripts.</summary>
    public JsonObject ToJson() => new()
    {
        ["images"] = Images,
        ["classifierAccuracy"] = Report.Number(ClassifierAccuracy),
        ["counts"] = Report.Array(Counts.Select(count => (JsonNode)count)),
        ["classesFound"] = ClassesFound,
        ["sure"] = Report.Number(Sure),
    };

    private static float[] Generate<T>(ComputeDevice device, Layer<T> generator, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var noise = device.CreateUninitializedTensor<T>([Images, GanNetworks.Noise]);
        noise.FillNormal(new PhiloxState((ulong)seed, Subsequence: 6));
        using var images = generator.Infer(noise).Cast<float>();
        return FashionMnist.FromSigned(images.ToArray());
    }

    private static GeneratedJudgement Judge<T>(Layer<T> network, double accuracy, float[] images, ComputeDevice device) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var pixels = device.CreateTensor(images, [Images, images.Length / Images]);
        using var features = pixels.Cast<T>();
        using var logits = network.Infer(features).Cast<float>();
        using var softmax = logits.Softmax();
        var probabilities = softmax.ToArray();
        var counts = new int[FashionMnist.ClassNames.Count];
        var sure = 0;
        for (var image = 0; image < Images; image++)
        {
            var row = probabilities.AsSpan(image * counts.Length, counts.Length);
            var best = TensorPrimitives.IndexOfMax<float>(row);
            counts[best]++;
            sure += row[best] > SureProbability ? 1 : 0;
        }

        return new GeneratedJudgement(accuracy, counts, (double)sure / Images);
    }
}
