using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Data;
using CudaKernels.Cli.Output;
using CudaKernels.Cli.Pictures;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The training of a classifier on Fashion-MNIST: cross entropy and Adam under a falling rate, curves, sample predictions.</summary>
/// <typeparam name="T">The type of weights and activations.</typeparam>
internal static class ClassifierTraining<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Pixels = FashionMnist.Side * FashionMnist.Side;
    private const int PicturedImages = 40;

    /// <summary>Clothes are as good two pixels away, and from the other side.</summary>
    private static readonly ImageAugmentation s_augmented = FashionMnist.Normal with { Padding = 2, RandomCrop = true, FlipProbability = 0.5 };

    /// <summary>Held-out images where every access to memory is watched: many would take longer than the steps.</summary>
    private const int WatchedImages = 50;

    /// <summary>Images that the scales of quantised activations come from.</summary>
    private const int CalibrationImages = 512;

    private const int CalibrationBatch = 64;

    /// <summary>The settings of the optimizer at the first step.</summary>
    public static AdamOptions Optimizer { get; } = new() { WeightDecay = 0.05 };

    /// <summary>Trains, reports and draws; gives the exit code.</summary>
    public static int Run(IClassifier classifier, TrainingOptions options)
    {
        var (train, held) = FashionMnist.Load(options.Data, options.Seed);
        train = options.Samples is { } samples ? train.Take(samples) : train;
        var test = FashionMnist.Features(options.Sanitize ? held.Take(WatchedImages) : held);
        using var place = new TrainingDevice(options);
        var device = place.Device;
        using var network = classifier.Create<T>(device, new Random(options.Seed), options.Width);
        var optimizer = Optimizer;
        using var trainer = new ClassifierTrainer<T>(device, network, optimizer, options.Seed) { UsesGraph = options.UsesGraph };
        using var loader = new BatchLoader<byte>(device, train, new BatchLoaderOptions { BatchSize = options.BatchSize, Seed = options.Seed, DropLast = true });
        var clock = Stopwatch.StartNew();
        var history = new TrainingHistory();
        var checkpoint = new RunCheckpoint(options.Output, classifier.Name, () => history.Epochs.Count, history, trainer, options);
        checkpoint.Begin(options.Resume);
        if (!options.Json)
        {
            Console.WriteLine($"{classifier.Name} {classifier.Describe(options.Width)}, {network.ParameterCount:N0} parameters, {train.Count:N0} images to learn, {test.Count:N0} held out, on {device.Id} ({device.Name})");
        }

        var epochs = options.Epochs ?? (options.Steps is null ? classifier.DefaultEpochs : int.MaxValue);
        var schedule = new CosineSchedule(optimizer.LearningRate, options.Steps ?? (long)epochs * loader.BatchCount);
        for (var epoch = history.Epochs.Count + 1; epoch <= epochs && !(history.Steps.Count >= options.Steps); epoch++)
        {
            history.RunEpoch(options, loader.BatchCount, trainer.TrainEpoch(loader, Prepare), rate => trainer.LearningRate = rate, schedule);
            history.EndEpoch(trainer.Evaluate(test), clock.Elapsed.TotalSeconds);
            checkpoint.Save();
            if (!options.Json)
            {
                var done = history.Epochs[^1];
                Console.WriteLine($"epoch {epoch}: loss {done.TrainLoss:F4}, held-out loss {done.ValidationLoss:F4}, accuracy {done.Accuracy:P2}, {done.Seconds:F1} s");
            }
        }

        double? quantized = options.Quantize ? QuantizedAccuracy(device, network, trainer, train.Take(options.Sanitize ? WatchedImages : CalibrationImages), test) : null;
        string[] files = options.Output is null ? [] : [.. Draw(options.Output, classifier.Name, trainer, test, history), .. checkpoint.Files];
        Finish(options, classifier.Name, device, network, history, quantized, trainer.SkippedSteps, files, place.Reports, clock.Elapsed.TotalSeconds);
        return place.Reports.Count == 0 ? ExitCode.Success : ExitCode.Failed;

        DeviceTensor<T> Prepare(Batch<byte> batch, int epoch)
        {
            var random = new PhiloxState((ulong)options.Seed, Subsequence: (ulong)epoch);
            using var images = batch.Samples.AugmentImages<T>(batch.Indices, (FashionMnist.Side, FashionMnist.Side), options.Augment ? s_augmented : FashionMnist.Normal, random);
            return images.Reshape([batch.Count, Pixels]);
        }
    }

    private static double QuantizedAccuracy(ComputeDevice device, Sequential<T> network, ClassifierTrainer<T> trainer, ArraySource<byte> images, LabelledData test)
    {
        using var quantized = Quantizer.Quantize(network, CalibrationBatches(device, FashionMnist.Features(images)));
        return trainer.Evaluate(quantized, test).Accuracy;
    }

    private static IEnumerable<DeviceTensor<T>> CalibrationBatches(ComputeDevice device, LabelledData data)
    {
        for (var start = 0; start < data.Count; start += CalibrationBatch)
        {
            var count = Math.Min(CalibrationBatch, data.Count - start);
            using var features = device.CreateTensor(data.Features.AsSpan(start * Pixels, count * Pixels), [count, Pixels]);
            using var batch = features.Cast<T>();
            yield return batch;
        }
    }

    private static string[] Draw(string folder, string name, ClassifierTrainer<T> trainer, LabelledData test, TrainingHistory history)
    {
        Directory.CreateDirectory(folder);
        var curves = Path.Combine(folder, $"{name}-curves.svg");
        TrainingCurves.Save(
            curves,
            [.. history.Steps.Select(step => step.Loss)],
            [.. history.Epochs.Select(epoch => new EpochFigures(epoch.TrainLoss, double.NaN, epoch.ValidationLoss, epoch.Accuracy))]);
        var sample = test.Take(PicturedImages);
        var sheet = Path.Combine(folder, $"{name}-predictions.png");
        var predicted = trainer.Predict(sample);
        PredictionSheet.Save(sheet, [.. predicted.Select((answer, i) => new Prediction(
            sample.Features.AsMemory(i * Pixels, Pixels), FashionMnist.ClassNames[(int)sample.Labels[i]], FashionMnist.ClassNames[(int)answer]))]);
        return [curves, sheet];
    }

    private static void Finish(
        TrainingOptions options, string name, ComputeDevice device, Sequential<T> network, TrainingHistory history, double? quantizedAccuracy, long skippedSteps, string[] files, IReadOnlyList<EmulationReport> reports, double seconds)
    {
        var accuracy = history.Epochs[^1].Accuracy;
        if (!options.Json)
        {
            Console.WriteLine($"accuracy on the held-out images: {accuracy:P2} after {seconds:F1} s{Report.Skipped(skippedSteps)}");
            if (quantizedAccuracy is { } integers)
            {
                Console.WriteLine($"with weights and activations of 8 bits: {integers:P2}, {(integers - accuracy) * 100:+0.00;-0.00;0.00} percentage points");
            }

            foreach (var file in files)
            {
                Console.WriteLine($"wrote {file}");
            }

            foreach (var report in reports)
            {
                Console.WriteLine(report);
            }

            return;
        }

        Report.Json(new JsonObject
        {
            ["network"] = name,
            ["device"] = device.Id,
            ["parameters"] = network.ParameterCount,
            ["steps"] = Report.Array(history.Steps.Select(step => new JsonObject { ["step"] = step.Step, ["loss"] = Report.Number(step.Loss) })),
            ["epochs"] = Report.Array(history.Epochs.Select(epoch => new JsonObject
            {
                ["epoch"] = epoch.Number,
                ["trainLoss"] = Report.Number(epoch.TrainLoss),
                ["validationLoss"] = Report.Number(epoch.ValidationLoss),
                ["accuracy"] = Report.Number(epoch.Accuracy),
                ["seconds"] = epoch.Seconds,
            })),
            ["testAccuracy"] = Report.Number(accuracy),
            ["quantizedAccuracy"] = quantizedAccuracy,
            ["skippedSteps"] = skippedSteps,
            ["seconds"] = seconds,
            ["files"] = Report.Array(files.Select(file => (JsonNode)file)),
            ["reports"] = Report.Array(reports.Select(ReportJson.Of)),
        });
    }
}
