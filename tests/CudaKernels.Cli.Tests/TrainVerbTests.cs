using System.Text.Json.Nodes;

namespace CudaKernels.Tests;

/// <summary>Training from the command line, on the images that come with the tool.</summary>
public sealed class TrainVerbTests
{
    [Fact]
    public void TheNetworkLearns()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        try
        {
            var run = ToolRun.Of("train", "mlp", "--device", "cpu", "--epochs", "3", "--out", folder, "--json");
            Assert.Equal(0, run.ExitCode);
            var document = run.Document();
            Assert.Equal("mlp", (string)document["network"]!);
            Assert.Equal("cpu", (string)document["device"]!);
            Assert.Equal((784 * 256) + 256 + (256 * 128) + 128 + (128 * 10) + 10, (long)document["parameters"]!);

            // 9,000 images in batches of 64, the last one left out because it is not full.
            Assert.Equal(Enumerable.Range(1, 3 * 140), document["steps"]!.AsArray().Select(step => (int)step!["step"]!));
            var epochs = document["epochs"]!.AsArray();
            Assert.Equal([1, 2, 3], epochs.Select(epoch => (int)epoch!["epoch"]!));
            Assert.All(epochs, epoch => Assert.Equal(["epoch", "trainLoss", "validationLoss", "accuracy", "seconds"], epoch!.AsObject().Select(pair => pair.Key)));
            Assert.True((double)epochs[2]!["trainLoss"]! < (double)epochs[0]!["trainLoss"]!);

            // One class in ten is guessed right by chance.
            Assert.InRange((double)document["testAccuracy"]!, 0.78, 0.95);
            Assert.Equal((double)epochs[2]!["accuracy"]!, (double)document["testAccuracy"]!);
            var files = document["files"]!.AsArray().Select(file => (string)file!).ToArray();
            Assert.Equal(["mlp-curves.svg", "mlp-predictions.png", "mlp.safetensors"], files.Select(Path.GetFileName));
            Assert.All(files, file => Assert.True(new FileInfo(file).Length > 1000));
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameLosses()
    {
        var (first, again, other) = (Losses("7"), Losses("7"), Losses("8"));
        Assert.Equal(5, first.Length);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static double[] Losses(string seed) =>
            [.. ToolRun.Of("train", "mlp", "--device", "cpu", "--steps", "5", "--samples", "500", "--seed", seed, "--json").Document()["steps"]!.AsArray().Select(step => (double)step!["loss"]!)];
    }

    [Fact]
    public void ImagesAreAugmentedWhereThatIsAskedFor()
    {
        var plain = Losses();
        var augmented = Losses("--augment");
        Assert.Equal(12, augmented.Length);
        Assert.Equal(augmented, Losses("--augment"));
        Assert.NotEqual(plain[0], augmented[0]);
        Assert.All(augmented, loss => Assert.InRange(loss, 0.1, 5));
        var refused = ToolRun.Of("train", "rnn", "--augment");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--augment", refused.Error, StringComparison.Ordinal);

        static double[] Losses(params string[] options) =>
            [.. ToolRun.Of(["train", "cnn", "--device", "cpu", "--epochs", "2", "--samples", "200", "--batch-size", "32", "--width", "0.1", "--json", .. options]).Document()["steps"]!.AsArray().Select(step => (double)step!["loss"]!)];
    }

    [Theory]
    [InlineData("mlp", "fp32")]
    [InlineData("mlp", "bf16")]
    [InlineData("cnn", "fp32")]
    public void TheTrainedNetworkIsTriedWithIntegersWhereThatIsAskedFor(string network, string precision)
    {
        string[] arguments = ["train", network, "--device", "cpu", "--epochs", "2", "--samples", "1000", "--width", "0.25", "--precision", precision, "--json"];
        var (plain, quantized) = (ToolRun.Of(arguments).Document(), ToolRun.Of([.. arguments, "--quantize"]).Document());
        Assert.Null(plain["quantizedAccuracy"]);
        Assert.Equal((double)plain["testAccuracy"]!, (double)quantized["testAccuracy"]!);
        Assert.InRange((double)plain["testAccuracy"]!, 0.3, 0.95);

        // 1,000 images are held out: 20 of them may change sides.
        Assert.Equal((double)quantized["testAccuracy"]!, (double)quantized["quantizedAccuracy"]!, 0.02);
    }

    [Fact]
    public void WhatHasNoAccuracyIsNotQuantized()
    {
        var run = ToolRun.Of("train", "gan", "--quantize");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--quantize", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("fp16")]
    public void SixteenBitWeightsLearnAsFloatDoes(string precision)
    {
        var (actual, expected) = (Train(precision), Train("fp32"));
        Assert.InRange((double)expected["testAccuracy"]!, 0.65, 0.95);
        Assert.Equal((double)expected["testAccuracy"]!, (double)actual["testAccuracy"]!, 0.03);

        // Step after step, as far as the rounded activations allow; the first scale of fp16 is too large, so it begins a step or two later.
        Assert.All(Losses(expected).Zip(Losses(actual)).Skip(10), pair => Assert.Equal(pair.First, pair.Second, 0.15));
        Assert.Equal(0, (long)expected["skippedSteps"]!);
        Assert.InRange((long)actual["skippedSteps"]!, 0, precision == "fp16" ? 5 : 0);

        static JsonNode Train(string precision)
        {
            var run = ToolRun.Of("train", "mlp", "--device", "cpu", "--epochs", "2", "--samples", "2000", "--precision", precision, "--json");
            Assert.Equal(0, run.ExitCode);
            return run.Document();
        }

        static double[] Losses(JsonNode document) => [.. document["steps"]!.AsArray().Select(step => (double)step!["loss"]!)];
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void TheBookIsLearntByEveryCell(string cell)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        try
        {
            var run = ToolRun.Of("train", "rnn", "--cell", cell, "--device", "cpu", "--steps", "120", "--samples", "30000", "--width", "0.25", "--out", folder, "--json");
            Assert.Equal(0, run.ExitCode);
            var document = run.Document();
            Assert.Equal(cell, (string)document["cell"]!);
            var losses = document["steps"]!.AsArray().Select(step => (double)step!["loss"]!).ToArray();
            Assert.Equal(120, losses.Length);

            // ln 83 = 4.4 nats where nothing is known; the letters' frequencies alone give 3.1.
            Assert.InRange(losses[0], 4.2, 4.9);
            Assert.InRange((double)document["validationLoss"]!, 2.0, 3.0);
            Assert.Equal(4 + 2000, ((string)document["sample"]!).Length);
            Assert.Equal(3, document["files"]!.AsArray().Count);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public void ATextOfOnesOwnIsReadAndWhatIsNoneIsRefused()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.txt");
        try
        {
            File.WriteAllText(file, string.Concat(Enumerable.Repeat("one fish, two fish, red fish, blue fish.\n", 200)));
            var run = ToolRun.Of("train", "rnn", "--device", "cpu", "--data", file, "--batch-size", "4", "--steps", "80", "--width", "0.25", "--json");
            Assert.Equal(0, run.ExitCode);
            var words = System.Text.RegularExpressions.Regex.Matches((string)run.Document()["sample"]!, "[a-z]{3,}").Select(word => word.Value).ToArray();
            var known = (double)words.Count(word => word is "one" or "two" or "red" or "blue" or "fish") / words.Length;
            Assert.InRange(known, 0.1, 1);
            Assert.Equal(known, (double)run.Document()["knownWords"]!, 1e-9);
            File.WriteAllBytes(file, [0xFF, 0xFE, 0x80]);
            Assert.Contains("UTF-8", ToolRun.Of("train", "rnn", "--device", "cpu", "--data", file).Error);
            Assert.Contains("--cell", ToolRun.Of("train", "rnn", "--cell", "elman").Error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void TheConvolutionalNetworkLearns()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        try
        {
            var run = ToolRun.Of("train", "cnn", "--device", "cpu", "--epochs", "2", "--samples", "3000", "--batch-size", "32", "--out", folder, "--json");
            Assert.Equal(0, run.ExitCode);
            var document = run.Document();
            Assert.Equal("cnn", (string)document["network"]!);
            Assert.Equal((32 * 9) + 32 + (64 * 32 * 9) + 64 + (64 * 64 * 9) + 64 + (7 * 7 * 64 * 64) + 64 + (64 * 10) + 10, (long)document["parameters"]!);
            Assert.Equal(2 * (3000 / 32), document["steps"]!.AsArray().Count);
            Assert.InRange((double)document["testAccuracy"]!, 0.7, 0.95);
            Assert.Equal(["cnn-curves.svg", "cnn-predictions.png", "cnn.safetensors"], document["files"]!.AsArray().Select(file => Path.GetFileName((string)file!)));
            Assert.All(document["files"]!.AsArray(), file => Assert.True(new FileInfo((string)file!).Length > 1000));
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public void TheGeneratorLearnsAgainstTheDiscriminator()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        try
        {
            var run = ToolRun.Of("train", "gan", "--device", "cpu", "--epochs", "2", "--samples", "640", "--width", "0.125", "--judge", "--out", folder, "--json");
            Assert.True(run.ExitCode == 0, run.Error);
            var document = run.Document();
            Assert.Equal("gan", (string)document["network"]!);
            Assert.Null(document["testAccuracy"]);
            Assert.Equal(Enumerable.Range(1, 40), document["steps"]!.AsArray().Select(step => (int)step!["step"]!));
            var epochs = document["epochs"]!.AsArray();
            Assert.Equal(2, epochs.Count);
            Assert.All(epochs, epoch =>
            {
                Assert.Null(epoch!["accuracy"]);
                Assert.InRange((double)epoch["discriminatorAccuracy"]!, 0.3, 1);
                Assert.InRange((double)epoch["discriminatorLoss"]!, 0.001, 5);
                Assert.InRange((double)epoch["generatorLoss"]!, 0.001, 20);
            });

            // The discriminator begins without knowledge, and clothes are easily told from noise.
            Assert.True((double)epochs[1]!["discriminatorLoss"]! < (double)document["steps"]![0]!["discriminatorLoss"]!);
            Assert.Equal(["gan-epoch-001.png", "gan-epoch-002.png", "gan-curves.svg", "gan.safetensors"], document["files"]!.AsArray().Select(file => Path.GetFileName((string)file!)));
            Assert.All(document["files"]!.AsArray(), file => Assert.True(new FileInfo((string)file!).Length > 1000));

            // 640 images teach the judge little, and two epochs the generator less; but every image gets a class.
            var judgement = document["judgement"]!;
            int[] counts = [.. judgement["counts"]!.AsArray().Select(count => (int)count!)];
            Assert.Equal((10, 1000), (counts.Length, counts.Sum()));
            Assert.Equal(counts.Count(count => count >= 10), (int)judgement["classesFound"]!);
            Assert.InRange((double)judgement["classifierAccuracy"]!, 0.4, 1);
            Assert.InRange((double)judgement["sure"]!, 0, 1);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public void AReplayedStepIsALaunchedOne(string network)
    {
        string[] arguments = ["train", network, "--device", "emulated", "--steps", "6", "--batch-size", "4", "--width", "0.1", "--samples", "40", "--json"];
        var launched = ToolRun.Of(arguments);
        var replayed = ToolRun.Of([.. arguments, "--graph"]);
        Assert.True(replayed.ExitCode == 0, replayed.Error);
        Assert.Equal(launched.Document()["steps"]!.ToJsonString(), replayed.Document()["steps"]!.ToJsonString());
        Assert.Equal((double)launched.Document()["testAccuracy"]!, (double)replayed.Document()["testAccuracy"]!);
    }

    // The same bits of the data and of the first parameters: sums in another order are all that tells the devices apart.
    [Theory]
    [InlineData("mlp", "0.1", "8", new[] { "loss" })]
    [InlineData("cnn", "0.1", "4", new[] { "loss" })]
    [InlineData("gan", "0.03", "2", new[] { "generatorLoss", "discriminatorLoss" })]
    public void TheWatchedSoftwareDeviceFollowsTheProcessor(string network, string width, string batchSize, string[] losses)
    {
        string[] arguments = ["train", network, "--steps", "20", "--batch-size", batchSize, "--width", width, "--seed", "3", "--json"];
        var watched = ToolRun.Of([.. arguments, "--sanitize"]);
        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        Assert.Empty(watched.Document()["reports"]!.AsArray());
        Assert.StartsWith("emulated", (string)watched.Document()["device"]!, StringComparison.Ordinal);
        var steps = ToolRun.Of([.. arguments, "--device", "cpu"]).Document()["steps"]!.AsArray();
        Assert.Equal(20, steps.Count);
        foreach (var loss in losses)
        {
            double[] expected = Figures(steps, loss), actual = Figures(watched.Document()["steps"]!.AsArray(), loss);
            Assert.Equal(20, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
            Assert.True(expected.Max() - expected.Min() > 0.01);
        }

        static double[] Figures(JsonArray steps, string key) => [.. steps.Select(step => (double)step![key]!)];
    }

    [Theory]
    [InlineData("emulated")]
    [InlineData("mlp")]
    public void WhatCannotBeTrainedIsRefused(string network)
    {
        var run = ToolRun.Of("train", network, "--device", "cpu", "--sanitize");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(network == "mlp" ? "--sanitize runs on the software device" : "got 'emulated'", run.Error);
    }

    [Fact]
    public void WithoutJsonItSpeaksToPeople()
    {
        var run = ToolRun.Of("train", "mlp", "--device", "cpu", "--steps", "2", "--samples", "200", "--batch-size", "10", "--width", "0.25", "--quantize");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("784-64-32-10", run.Output);
        Assert.Contains("accuracy on the held-out images", run.Output);
        Assert.Contains("of 8 bits", run.Output);
    }
}
