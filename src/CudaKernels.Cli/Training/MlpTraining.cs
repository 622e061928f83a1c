using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Data;
using CudaKernels.Cli.Output;
using CudaKernels.Cli.Pictures;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>Trains the network 784-256-128-10 with ReLU, cross entropy and Adam on Fashion-MNIST.</summary>
/// <typeparam name="T">The type of weights and activations.</typeparam>
internal static class MlpTraining<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DefaultEpochs = 10;
    private const int Pixels = 784;
    private const int Classes = 10;
    private const int PicturedImages = 40;

    public static void Run(MlpOptions options)
    {
        var (train, test) = FashionMnist.Load(options.Data, options.Seed);
        train = options.Samples is { } samples ? train.Take(samples) : train;
        using var device = DeviceChoice.Open(options.Device);
        var random = new Random(options.Seed);
        int first = Scaled(256, options.Width), second = Scaled(128, options.Width);
        using var network = new Sequential<T>(
            new Dense<T>(device, Pixels, first, random, "dense1"),
            new Relu<T>(),
            new Dense<T>(device, first, second, random, "dense2"),
            new Relu<T>(),
            new Dense<T>(device, second, Classes, random, "dense3"));

        // 16-bit weights lose small steps; a larger epsilon keeps the first ones, whose second moments are tiny, from blowing up.
        var optimizer = new AdamOptions { Epsilon = typeof(T) == typeof(float) ? 1e-8 : 1e-4, WeightDecay = 0.05 };
        using var trainer = new ClassifierTrainer<T>(device, network, optimizer, options.Seed);
        var clock = Stopwatch.StartNew();
        var history = new TrainingHistory();
        var checkpoint = new RunCheckpoint(options.Output, "mlp", history, trainer, options);
        checkpoint.Begin(options.Resume);
        if (!options.Json)
        {
            Console.WriteLine($"mlp {Pixels}-{first}-{second}-{Classes}, {network.ParameterCount:N0} parameters, {train.Count:N0} images to learn, {test.Count:N0} held out, on {device.Id} ({device.Name})");
        }

        var epochs = options.Epochs ?? (options.Steps is null ? DefaultEpochs : int.MaxValue);
        var stepsPerEpoch = Math.Max(train.Count / Math.Min(options.BatchSize, train.Count), 1);
        var schedule = new CosineSchedule(optimizer.LearningRate, options.Steps ?? (long)epochs * stepsPerEpoch);
        for (var epoch = history.Epochs.Count + 1; epoch <= epochs && !(history.Steps.Count >= options.Steps); epoch++)
        {
            TrainEpoch(options, trainer, train, history, schedule, epoch);
            history.EndEpoch(trainer.Evaluate(test), clock.Elapsed.TotalSeconds);
            checkpoint.Save();
            if (!options.Json)
            {
                var done = history.Epochs[^1];
                Console.WriteLine($"epoch {epoch}: loss {done.TrainLoss:F4}, held-out loss {done.ValidationLoss:F4}, accuracy {done.Accuracy:P2}, {done.Seconds:F1} s");
            }
        }

        string[] files = options.Output is null ? [] : [.. Draw(options.Output, trainer, test, history), .. checkpoint.Files];
        Finish(options, device, network, history, files, clock.Elapsed.TotalSeconds);
    }

    private static void TrainEpoch(MlpOptions options, ClassifierTrainer<T> trainer, LabelledData train, TrainingHistory history, CosineSchedule schedule, int epoch)
    {
        var steps = Math.Max(train.Count / Math.Min(options.BatchSize, train.Count), 1);
        Report.WithProgress(options.Json, $"epoch {epoch}", steps, tick =>
        {
            foreach (var step in trainer.TrainEpoch(train, options.BatchSize))
            {
                history.Add(step);
                trainer.LearningRate = schedule.At(step.Step);
                tick($"epoch {epoch}, loss {step.Loss:F3}");
                if (history.Steps.Count >= options.Steps)
                {
                    break;
                }
            }
        });
    }

    private static int Scaled(int width, double factor) => Math.Max((int)Math.Round(width * factor), 1);

    private static string[] Draw(string folder, ClassifierTrainer<T> trainer, LabelledData test, TrainingHistory history)
    {
        Directory.CreateDirectory(folder);
        var curves = Path.Combine(folder, "mlp-curves.svg");
        TrainingCurves.Save(
            curves,
            [.. history.Steps.Select(step => step.Loss)],
            [.. history.Epochs.Select(epoch => new EpochFigures(epoch.TrainLoss, double.NaN, epoch.ValidationLoss, epoch.Accuracy))]);
        var sample = test.Take(PicturedImages);
        var sheet = Path.Combine(folder, "mlp-predictions.png");
        var predicted = trainer.Predict(sample);
        PredictionSheet.Save(sheet, [.. predicted.Select((answer, i) => new Prediction(
            sample.Features.AsMemory(i * Pixels, Pixels), FashionMnist.ClassNames[(int)sample.Labels[i]], FashionMnist.ClassNames[(int)answer]))]);
        return [curves, sheet];
    }

    private static void Finish(MlpOptions options, ComputeDevice device, Sequential<T> network, TrainingHistory history, string[] files, double seconds)
    {
        var accuracy = history.Epochs[^1].Accuracy;
        if (!options.Json)
        {
            Console.WriteLine($"accuracy on the held-out images: {accuracy:P2} after {seconds:F1} s");
            foreach (var file in files)
            {
                Console.WriteLine($"wrote {file}");
            }

            return;
        }

        Report.Json(new JsonObject
        {
            ["network"] = "mlp",
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
            ["seconds"] = seconds,
            ["files"] = Report.Array(files.Select(file => (JsonNode)file)),
        });
    }
}
