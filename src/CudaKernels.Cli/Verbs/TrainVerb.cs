using System.CommandLine;
using CudaKernels.Cli.Training;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>train</c>: trains a network on real data.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "mlp (784-256-128-10 on Fashion-MNIST) or rnn (the next character of a book)." };
        var device = CommonOptions.Device("auto");
        var data = new Option<string?>("--data") { Description = "mlp: a folder with the four Fashion-MNIST files; without it the shipped 10,000 images are split 9,000 to 1,000. rnn: a text; without it the shipped book." };
        var epochs = new Option<int?>("--epochs") { Description = "Times through the data (default 10; rnn 8)." };
        var steps = new Option<int?>("--steps") { Description = "Stop after so many batches." };
        var samples = new Option<int?>("--samples") { Description = "Use only so many training images, or characters." };
        var batchSize = new Option<int>("--batch-size") { Description = "Images, or streams of text, per step.", DefaultValueFactory = _ => 64 };
        var width = new Option<double>("--width") { Description = "Factor of the hidden layers' widths.", DefaultValueFactory = _ => 1.0 };
        var cell = new Option<string>("--cell") { Description = "rnn, gru or lstm: the recurrent layer of rnn.", DefaultValueFactory = _ => "lstm" };
        var precision = new Option<string>("--precision") { Description = "fp32, bf16 or fp16: the type of weights and activations.", DefaultValueFactory = _ => "fp32" };
        var seed = CommonOptions.Seed();
        var output = new Option<string?>("--out") { Description = "Folder for the curves, the sample predictions and, after each epoch, a checkpoint; one of an earlier run is removed unless --resume is given." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint under --out, with the same options as before; the result is that of a run without a break." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Trains a network on real data and reports its accuracy.") { network, device, data, epochs, steps, samples, batchSize, width, cell, precision, seed, resume, output, json };
        command.SetAction(parsed =>
        {
            var isRnn = parsed.GetValue(network) switch
            {
                "mlp" => false,
                "rnn" => true,
                var other => throw new UsageException($"train takes mlp or rnn, got '{other}' (cnn and gan are not available yet)"),
            };
            var cellName = parsed.GetValue(cell) is "rnn" or "gru" or "lstm" ? parsed.GetValue(cell)! : throw new UsageException($"--cell takes rnn, gru or lstm, got '{parsed.GetValue(cell)}'");
            if (parsed.GetValue(resume) && parsed.GetValue(output) is null)
            {
                throw new UsageException("--resume takes --out DIR, where the checkpoint stands");
            }

            var options = new MlpOptions
            {
                Device = parsed.GetValue(device) is "auto" ? DeviceChoice.Default() : parsed.GetValue(device)!,
                Data = parsed.GetValue(data) is { } path ? (isRnn ? InputPath.File(path) : InputPath.Folder(path)) : null,
                Epochs = Positive(parsed.GetValue(epochs), "--epochs"),
                Steps = Positive(parsed.GetValue(steps), "--steps"),
                Samples = Positive(parsed.GetValue(samples), "--samples"),
                BatchSize = Positive(parsed.GetValue(batchSize), "--batch-size")!.Value,
                Width = parsed.GetValue(width) is > 0 and <= 16 and var factor ? factor : throw new UsageException($"--width takes a factor in (0, 16], got {parsed.GetValue(width)}"),
                Seed = parsed.GetValue(seed),
                Output = parsed.GetValue(output),
                Resume = parsed.GetValue(resume),
                Json = parsed.GetValue(json),
            };
            switch (parsed.GetValue(precision))
            {
                case "fp32":
                    Run<float>();
                    break;
                case "bf16":
                    Run<BFloat16>();
                    break;
                case "fp16":
                    Run<Half>();
                    break;
                default:
                    throw new UsageException($"--precision takes fp32, bf16 or fp16, got '{parsed.GetValue(precision)}'");
            }

            return ExitCode.Success;

            void Run<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
            {
                if (isRnn)
                {
                    RnnTraining<T>.Run(options, cellName);
                }
                else
                {
                    MlpTraining<T>.Run(options);
                }
            }
        });
        return command;
    }

    private static int? Positive(int? value, string option) => value is null or >= 1 ? value : throw new UsageException($"{option} takes a number from 1, got {value}");
}
