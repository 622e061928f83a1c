using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Data;
using CudaKernels.Cli.Output;
using CudaKernels.Cli.Pictures;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The training of a generator of clothes against a discriminator: a sheet of generated images an epoch, and the curves.</summary>
/// <typeparam name="T">The type of weights and activations.</typeparam>
internal sealed class GanTraining<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DefaultEpochs = 10;
    private const int PicturedImages = 32;

    private readonly TrainingOptions _options;
    private readonly TrainingDevice _place;
    private readonly Sequential<T> _generator;
    private readonly Sequential<T> _discriminator;
    private readonly DeviceTensor<T> _pictureNoise;
    private readonly AdversarialHistory _history = new();
    private readonly List<string> _files = [];
    private GeneratedJudgement? _judgement;

    private GanTraining(TrainingOptions options)
    {
        _options = options;
        _place = new TrainingDevice(options);
        _generator = GanNetworks.CreateGenerator<T>(_place.Device, options.Seed, options.Width);
        _discriminator = GanNetworks.CreateDiscriminator<T>(_place.Device, options.Seed, options.Width);
        _pictureNoise = _place.Device.CreateUninitializedTensor<T>([PicturedImages, GanNetworks.Noise]);
        _pictureNoise.FillNormal(new PhiloxState((ulong)options.Seed, Subsequence: 3));
    }

    /// <summary>Trains, reports and draws; gives the exit code.</summary>
    public static int Run(TrainingOptions options)
    {
        using var training = new GanTraining<T>(options);
        return training.Run();
    }

    public void Dispose()
    {
        _pictureNoise.Dispose();
        _generator.Dispose();
        _discriminator.Dispose();
        _place.Dispose();
    }

    private int Run()
    {
        var data = FashionMnist.LoadSigned(_options.Data, _options.Seed);
        data = _options.Samples is { } samples ? data.Take(samples) : data;

        // The rate and the short memory of DCGAN. A rate that falls to 0 along a cosine teaches too little in as many steps.
        var optimizer = new AdamOptions { LearningRate = 2e-4, Beta1 = 0.5 };
        using var trainer = new AdversarialTrainer<T>(_place.Device, _generator, _discriminator, GanNetworks.Noise, optimizer, _options.Seed);
        var clock = Stopwatch.StartNew();
        var checkpoint = new RunCheckpoint(_options.Output, "gan", () => _history.Epochs.Count, _history, trainer, _options);
        checkpoint.Begin(_options.Resume);
        _files.AddRange(Enumerable.Range(1, _history.Epochs.Count).Select(SheetPath).Where(File.Exists));
        Say($"gan, {ParameterCount:N0} parameters, {data.Count:N0} images to learn, on {_place.Device.Id} ({_place.Device.Name})");
        var steps = Math.Max(data.Count / Math.Min(_options.BatchSize, data.Count), 1);
        var epochs = _options.Epochs ?? (_options.Steps is null ? DefaultEpochs : int.MaxValue);
        for (var epoch = _history.Epochs.Count + 1; epoch <= epochs && !IsDone; epoch++)
        {
            TrainEpoch(trainer, data, epoch, steps);
            var done = _history.EndEpoch(clock.Elapsed.TotalSeconds);
            Say($"epoch {epoch}: generator loss {done.GeneratorLoss:F4}, discriminator loss {done.DiscriminatorLoss:F4}, discriminator accuracy {done.DiscriminatorAccuracy:P2}, {done.Seconds:F1} s");
            Draw(epoch);
            checkpoint.Save();
        }

        DrawCurves();
        _files.AddRange(checkpoint.Files);
        if (_options.Judge)
        {
            _judgement = GeneratedJudgement.Of(_place.Device, _generator, _options);
            Say($"{_judgement}");
        }

        Finish(trainer.SkippedSteps, clock.Elapsed.TotalSeconds);
        return _place.Reports.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private long ParameterCount => _generator.ParameterCount + _discriminator.ParameterCount;

    private bool IsDone => _history.Steps.Count >= _options.Steps;

    private void TrainEpoch(AdversarialTrainer<T> trainer, LabelledData data, int epoch, int steps) =>
        Report.WithProgress(_options.Json, $"epoch {epoch}", steps, tick =>
        {
            foreach (var step in trainer.TrainEpoch(data, _options.BatchSize))
            {
                _history.Steps.Add(step);
                tick($"epoch {epoch}, generator {step.GeneratorLoss:F3}, discriminator {step.DiscriminatorLoss:F3}");
                if (IsDone)
                {
                    break;
                }
            }
        });

    // The same noise every time: the sheets show how its images change.
    private void Draw(int epoch)
    {
        if (_options.Output is null)
        {
            return;
        }

        using var images = _generator.Infer(_pictureNoise).Cast<float>();
        Directory.CreateDirectory(_options.Output);
        var path = SheetPath(epoch);
        ImageSheet.Save(path, images.ToArray(), low: -1, high: 1);
        _files.Add(path);
    }

    private string SheetPath(int epoch) => Path.Combine(_options.Output!, string.Create(CultureInfo.InvariantCulture, $"gan-epoch-{epoch:000}.png"));

    private void DrawCurves()
    {
        if (_options.Output is { } folder)
        {
            var path = Path.Combine(folder, "gan-curves.svg");
            AdversarialCurves.Save(path, _history.Steps, [.. _history.Epochs.Select(epoch => epoch.DiscriminatorAccuracy)]);
            _files.Add(path);
        }
    }

    private void Say(string text)
    {
        if (!_options.Json)
        {
            Console.WriteLine(text);
        }
    }

    private void Finish(long skippedSteps, double seconds)
    {
        Say($"{_history.Steps.Count} steps after {seconds:F1} s{Report.Skipped(skippedSteps)}");
        foreach (var file in _files)
        {
            Say($"wrote {file}");
        }

        foreach (var report in _place.Reports)
        {
            Say($"{report}");
        }

        if (!_options.Json)
        {
            return;
        }

        var last = _history.Epochs[^1];
        Report.Json(new JsonObject
        {
            ["network"] = "gan",
            ["device"] = _place.Device.Id,
            ["parameters"] = ParameterCount,
            ["steps"] = Report.Array(_history.Steps.Select(step => WithFigures(
                new JsonObject { ["step"] = step.Step, ["loss"] = Report.Number(step.GeneratorLoss) }, step.GeneratorLoss, step.DiscriminatorLoss, step.DiscriminatorAccuracy))),
            ["epochs"] = Report.Array(_history.Epochs.Select(epoch => WithFigures(
                new JsonObject { ["epoch"] = epoch.Number, ["trainLoss"] = Report.Number(epoch.GeneratorLoss), ["validationLoss"] = null, ["accuracy"] = null, ["seconds"] = epoch.Seconds },
                epoch.GeneratorLoss,
                epoch.DiscriminatorLoss,
                epoch.DiscriminatorAccuracy))),
            ["testAccuracy"] = null,
            ["generatorLoss"] = Report.Number(last.GeneratorLoss),
            ["discriminatorLoss"] = Report.Number(last.DiscriminatorLoss),
            ["discriminatorAccuracy"] = Report.Number(last.DiscriminatorAccuracy),
            ["judgement"] = _judgement?.ToJson(),
            ["skippedSteps"] = skippedSteps,
            ["seconds"] = seconds,
            ["files"] = Report.Array(_files.Select(file => (JsonNode)file)),
            ["reports"] = Report.Array(_place.Reports.Select(ReportJson.Of)),
        });
    }

    private static JsonObject WithFigures(JsonObject node, double generatorLoss, double discriminatorLoss, double discriminatorAccuracy)
    {
        node["generatorLoss"] = Report.Number(generatorLoss);
        node["discriminatorLoss"] = Report.Number(discriminatorLoss);
        node["discriminatorAccuracy"] = Report.Number(discriminatorAccuracy);
        return node;
    }
}
