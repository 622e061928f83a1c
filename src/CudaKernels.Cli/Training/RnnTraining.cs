using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Data;
using CudaKernels.Cli.Output;
using CudaKernels.Cli.Pictures;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>Trains an embedding, a recurrent layer and a dense softmax to predict the next character of a book, and writes some text.</summary>
/// <typeparam name="T">The type of weights and activations.</typeparam>
internal static class RnnTraining<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DefaultEpochs = 8;
    private const int EmbeddingWidth = 64;
    private const int HiddenWidth = 256;
    private const int Steps = 64;
    private const int SampleLength = 2000;
    private const double Temperature = 0.7;
    private const string UsualBeginning = "The ";

    /// <summary>Trains, reports and writes; gives the exit code.</summary>
    public static int Run(TrainingOptions options)
    {
        var (trainText, heldText) = Book.Load(options.Data);
        var vocabulary = new CharacterVocabulary(trainText + heldText);
        trainText = options.Samples is { } samples ? trainText[..Math.Min(samples, trainText.Length)] : trainText;
        heldText = options.Samples is { } few ? heldText[..Math.Min(few, heldText.Length)] : heldText;
        var train = new TextStreams(vocabulary.Encode(trainText), options.BatchSize, Steps);
        var held = new TextStreams(vocabulary.Encode(heldText), options.BatchSize, Steps);
        using var place = new TrainingDevice(options);
        var (device, cell) = (place.Device, options.Cell);
        var random = new Random(options.Seed);
        int embedding = Scaled(EmbeddingWidth, options.Width), hidden = Scaled(HiddenWidth, options.Width);
        using var model = new CharacterModel<T>(device, vocabulary.Count, Layer(device, cell, embedding, hidden, random), random);
        var optimizer = new AdamOptions { LearningRate = 2e-3 };
        using var trainer = new CharacterTrainer<T>(device, model, optimizer);
        var clock = Stopwatch.StartNew();
        var history = new TrainingHistory();
        var checkpoint = new RunCheckpoint(options.Output, $"rnn-{cell}", () => history.Epochs.Count, history, trainer, options);
        checkpoint.Begin(options.Resume);
        if (!options.Json)
        {
            Console.WriteLine($"{cell} {embedding}-{hidden}-{vocabulary.Count}, {model.ParameterCount:N0} parameters, {trainText.Length:N0} characters to learn, {heldText.Length:N0} held out, on {device.Id} ({device.Name})");
        }

        var epochs = options.Epochs ?? (options.Steps is null ? DefaultEpochs : int.MaxValue);
        var schedule = new CosineSchedule(optimizer.LearningRate, options.Steps ?? (long)epochs * train.Pieces);
        for (var epoch = history.Epochs.Count + 1; epoch <= epochs && !(history.Steps.Count >= options.Steps); epoch++)
        {
            history.RunEpoch(options, train.Pieces, trainer.TrainEpoch(train), rate => trainer.LearningRate = rate, schedule);
            history.EndEpoch(new Evaluation(trainer.Evaluate(held), double.NaN), clock.Elapsed.TotalSeconds);
            checkpoint.Save();
            if (!options.Json)
            {
                var done = history.Epochs[^1];
                Console.WriteLine($"epoch {epoch}: loss {done.TrainLoss:F4}, held-out loss {done.ValidationLoss:F4} nats per character, {done.Seconds:F1} s");
            }
        }

        var beginning = UsualBeginning.All(trainText.Contains) ? UsualBeginning : trainText[..1];
        var text = beginning + trainer.Generate(vocabulary, beginning, Math.Min(SampleLength, trainText.Length), new Random(options.Seed), Temperature);
        var words = new WordShare(trainText + heldText).Of(text);
        string[] files = options.Output is null ? [] : [.. Write(options.Output, history, text), .. checkpoint.Files];
        Finish(options, cell, device, model.ParameterCount, history, trainer.SkippedSteps, (text, words), files, place.Reports, clock.Elapsed.TotalSeconds);
        return place.Reports.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static RecurrentLayer<T> Layer(ComputeDevice device, string cell, int inputs, int width, Random random) => cell switch
    {
        "rnn" => new Rnn<T>(device, inputs, width, random),
        "gru" => new Gru<T>(device, inputs, width, random),
        _ => new Lstm<T>(device, inputs, width, random),
    };

    private static int Scaled(int width, double factor) => Math.Max((int)Math.Round(width * factor), 1);

    private static string[] Write(string folder, TrainingHistory history, string text)
    {
        Directory.CreateDirectory(folder);
        var curves = Path.Combine(folder, "rnn-curves.svg");
        TrainingCurves.Save(
            curves,
            [.. history.Steps.Select(step => step.Loss)],
            [.. history.Epochs.Select(epoch => new EpochFigures(epoch.TrainLoss, double.NaN, epoch.ValidationLoss, double.NaN))]);
        var sample = Path.Combine(folder, "rnn-sample.txt");
        File.WriteAllText(sample, text);
        return [curves, sample];
    }

    private static void Finish(
        TrainingOptions options, string cell, ComputeDevice device, long parameters, TrainingHistory history, long skippedSteps, (string Text, double Words) sample, string[] files, IReadOnlyList<EmulationReport> reports, double seconds)
    {
        if (!options.Json)
        {
            Console.WriteLine($"held-out loss {history.Epochs[^1].ValidationLoss:F4} nats per character after {seconds:F1} s{Report.Skipped(skippedSteps)}; {sample.Words:P0} of the sample's words of three or more letters are in the book:");
            Console.WriteLine();
            Console.WriteLine(sample.Text);
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
            ["network"] = "rnn",
            ["cell"] = cell,
            ["device"] = device.Id,
            ["parameters"] = parameters,
            ["steps"] = Report.Array(history.Steps.Select(step => new JsonObject { ["step"] = step.Step, ["loss"] = Report.Number(step.Loss) })),
            ["epochs"] = Report.Array(history.Epochs.Select(epoch => new JsonObject
            {
                ["epoch"] = epoch.Number,
                ["trainLoss"] = Report.Number(epoch.TrainLoss),
                ["validationLoss"] = Report.Number(epoch.ValidationLoss),
                ["seconds"] = epoch.Seconds,
            })),
            ["validationLoss"] = Report.Number(history.Epochs[^1].ValidationLoss),
            ["skippedSteps"] = skippedSteps,
            ["sample"] = sample.Text,
            ["knownWords"] = Report.Number(sample.Words),
            ["seconds"] = seconds,
            ["files"] = Report.Array(files.Select(file => (JsonNode)file)),
            ["reports"] = Report.Array(reports.Select(ReportJson.Of)),
        });
    }
}
