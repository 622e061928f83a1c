using System.CommandLine;
using System.Numerics;
using CudaKernels.Cli.Training;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>train</c>: trains a network on real data.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "On Fashion-MNIST: mlp (784-256-128-10), cnn (three convolutions), or gan (a generator against a discriminator); on a book: rnn (the next character)." };
        var device = CommonOptions.Device("auto");
        var sanitize = new Option<bool>("--sanitize") { Description = "Watch every access to memory, on the software device; slow: a few steps of a narrow network, 50 held-out images." };
        var data = new Option<string?>("--data") { Description = "A folder with the four Fashion-MNIST files, or for rnn a text; without it the shipped 10,000 images, split 9,000 to 1,000, or the shipped book." };
        var epochs = new Option<int?>("--epochs") { Description = "Times through the data (default 10, cnn and rnn 8)." };
        var steps = new Option<int?>("--steps") { Description = "Stop after so many batches." };
        var samples = new Option<int?>("--samples") { Description = "Use only so many training images, or characters." };
        var batchSize = new Option<int?>("--batch-size") { Description = "Images, or streams of text, per step (default 64, gan 32)." };
        var width = new Option<double>("--width") { Description = "Factor of the hidden layers' widths.", DefaultValueFactory = _ => 1.0 };
        var cell = new Option<string>("--cell") { Description = "rnn, gru or lstm: the recurrent layer of rnn.", DefaultValueFactory = _ => "lstm" };
        var precision = new Option<string>("--precision") { Description = "fp32, bf16 or fp16: the type of weights and activations. The 16-bit types train with float master weights, fp16 with a dynamic loss scale too.", DefaultValueFactory = _ => "fp32" };
        var augment = new Option<bool>("--augment") { Description = "Shift the training images by up to two pixels and mirror half of them, chosen anew in each epoch; for mlp and cnn." };
        var graph = new Option<bool>("--graph") { Description = "On a CUDA device, record the forward and backward pass of a step as a graph and replay it; for mlp and cnn." };
        var quantize = new Option<bool>("--quantize") { Description = "Then make a network of 8-bit integers of the trained one and tell its accuracy too; for mlp and cnn." };
        var seed = CommonOptions.Seed();
        var output = new Option<string?>("--out") { Description = "Folder for the curves, what the network makes and, after each epoch, a checkpoint; one of an earlier run is removed unless --resume is given." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint under --out, with the same options as before; the result is that of a run without a break." };
        var judge = new Option<bool>("--judge") { Description = "Then train cnn on the same images and tell which classes it finds among 1,000 generated ones. For gan." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Trains a network on real data and reports its accuracy.") { network, device, sanitize, data, epochs, steps, samples, batchSize, width, cell, precision, augment, quantize, graph, seed, judge, resume, output, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(resume) && parsed.GetValue(output) is null)
            {
                throw new UsageException("--resume takes --out DIR, where the checkpoint stands");
            }

            string[] classifiers = ["mlp", "cnn"];
            RequireNetwork(judge, ["gan"], "looks at generated images: train gan --judge");
            RequireNetwork(augment, classifiers, "is for mlp and cnn, which tell images apart");
            RequireNetwork(quantize, classifiers, "is for mlp and cnn, whose accuracy tells what it costs");
            RequireNetwork(graph, classifiers, "is for mlp and cnn");
            var options = new TrainingOptions
            {
                Device = parsed.GetValue(device) is "auto" ? (parsed.GetValue(sanitize) ? "emulated" : DeviceChoice.Default()) : parsed.GetValue(device)!,
                Sanitize = parsed.GetValue(sanitize),
                Data = parsed.GetValue(data) is { } path ? (parsed.GetValue(network) is "rnn" ? InputPath.File(path) : InputPath.Folder(path)) : null,
                Epochs = Positive(parsed.GetValue(epochs), "--epochs"),
                Steps = Positive(parsed.GetValue(steps), "--steps"),
                Samples = Positive(parsed.GetValue(samples), "--samples"),
                BatchSize = Positive(parsed.GetValue(batchSize), "--batch-size") ?? (parsed.GetValue(network) is "gan" ? 32 : 64),
                Width = parsed.GetValue(width) is > 0 and <= 16 and var factor ? factor : throw new UsageException($"--width takes a factor in (0, 16], got {parsed.GetValue(width)}"),
                Augment = parsed.GetValue(augment),
                Quantize = parsed.GetValue(quantize),
                Seed = parsed.GetValue(seed),
                Cell = parsed.GetValue(cell) is "rnn" or "gru" or "lstm" ? parsed.GetValue(cell)! : throw new UsageException($"--cell takes rnn, gru or lstm, got '{parsed.GetValue(cell)}'"),
                Output = parsed.GetValue(output),
                UsesGraph = parsed.GetValue(graph),
                Judge = parsed.GetValue(judge),
                Resume = parsed.GetValue(resume),
                Json = parsed.GetValue(json),
            };
            return parsed.GetValue(precision) switch
            {
                "fp32" => Run<float>(parsed.GetValue(network), options),
                "bf16" => Run<BFloat16>(parsed.GetValue(network), options),
                "fp16" => Run<Half>(parsed.GetValue(network), options),
                var other => throw new UsageException($"--precision takes fp32, bf16 or fp16, got '{other}'"),
            };

            void RequireNetwork(Option<bool> option, string[] networks, string purpose)
            {
                if (parsed.GetValue(option) && !networks.Contains(parsed.GetValue(network)))
                {
                    throw new UsageException($"{option.Name} {purpose}, got '{parsed.GetValue(network)}'");
                }
            }
        });
        return command;
    }

    private static int Run<T>(string? network, TrainingOptions options) where T : unmanaged, IFloatingPointIeee754<T> => network switch
    {
        "mlp" => ClassifierTraining<T>.Run(new MlpClassifier(), options),
        "cnn" => ClassifierTraining<T>.Run(new CnnClassifier(), options),
        "rnn" => RnnTraining<T>.Run(options),
        "gan" => GanTraining<T>.Run(options),
        _ => throw new UsageException($"train takes mlp, cnn, rnn or gan, got '{network}'"),
    };

    private static int? Positive(int? value, string option) => value is null or >= 1 ? value : throw new UsageException($"{option} takes a number from 1, got {value}");
}
