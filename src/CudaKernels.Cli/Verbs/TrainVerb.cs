using System.CommandLine;
using CudaKernels.Cli.Training;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>train</c>: trains a network on real data.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "mlp (784-256-128-10 on Fashion-MNIST)." };
        var device = CommonOptions.Device("auto");
        var data = new Option<string?>("--data") { Description = "A folder with the four Fashion-MNIST files; without it the shipped 10,000 images are split 9,000 to 1,000." };
        var epochs = new Option<int?>("--epochs") { Description = "Times through the data (default 10)." };
        var steps = new Option<int?>("--steps") { Description = "Stop after so many batches." };
        var samples = new Option<int?>("--samples") { Description = "Use only so many training images." };
        var batchSize = new Option<int>("--batch-size") { Description = "Images per step.", DefaultValueFactory = _ => 64 };
        var width = new Option<double>("--width") { Description = "Factor of the hidden layers' widths.", DefaultValueFactory = _ => 1.0 };
        var precision = new Option<string>("--precision") { Description = "fp32, bf16 or fp16: the type of weights and activations.", DefaultValueFactory = _ => "fp32" };
        var seed = CommonOptions.Seed();
        var output = new Option<string?>("--out") { Description = "Folder for the curves, the sample predictions and, after each epoch, a checkpoint; one of an earlier run is removed unless --resume is given." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint under --out, with the same options as before; the result is that of a run without a break." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Trains a network on real data and reports its accuracy.") { network, device, data, epochs, steps, samples, batchSize, width, precision, seed, resume, output, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(network) is not "mlp")
            {
                throw new UsageException($"train takes mlp, got '{parsed.GetValue(network)}' (cnn, rnn and gan are not available yet)");
            }

            if (parsed.GetValue(resume) && parsed.GetValue(output) is null)
            {
                throw new UsageException("--resume takes --out DIR, where the checkpoint stands");
            }

            var options = new MlpOptions
            {
                Device = parsed.GetValue(device) is "auto" ? DeviceChoice.Default() : parsed.GetValue(device)!,
                Data = parsed.GetValue(data) is { } folder ? InputPath.Folder(folder) : null,
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
                    MlpTraining<float>.Run(options);
                    break;
                case "bf16":
                    MlpTraining<BFloat16>.Run(options);
                    break;
                case "fp16":
                    MlpTraining<Half>.Run(options);
                    break;
                default:
                    throw new UsageException($"--precision takes fp32, bf16 or fp16, got '{parsed.GetValue(precision)}'");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static int? Positive(int? value, string option) => value is null or >= 1 ? value : throw new UsageException($"{option} takes a number from 1, got {value}");
}
