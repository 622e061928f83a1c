using System.Numerics;
using CudaKernels.Cli.Data;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The two networks of <c>train gan</c>, after DCGAN (Radford et al. 2016): images of 28x28 with values in [-1, 1], as vectors.</summary>
internal static class GanNetworks
{
    /// <summary>The normal numbers that an image is made from.</summary>
    public const int Noise = 100;

    private const int Side = FashionMnist.Side;
    private const int Quarter = Side / 4;
    private const double Slope = 0.2;
    private const double Dropped = 0.3;

    // Of the initial weights at full width, as DCGAN has it: the first images are grey, and no tanh is saturated.
    private const double Deviation = 0.02;

    // A filter of 5x5 with this padding keeps the size of an image, or halves it with a stride of 2.
    private static readonly Conv2dOptions s_keeping = new() { Padding = (2, 2) };
    private static readonly Conv2dOptions s_halving = new() { Padding = (2, 2), Stride = (2, 2) };

    /// <summary>Noise to an image: a dense layer to 256 planes of 7x7, then transposed convolutions to 128, to 64 planes of 14x14 and to the image, each layer but the last normalised over the batch.</summary>
    public static Sequential<T> CreateGenerator<T>(ComputeDevice device, int seed, double width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int first = IClassifier.Scaled(256, width), second = IClassifier.Scaled(128, width), third = IClassifier.Scaled(64, width);
        var random = new Random(seed);
        var generator = new Sequential<T>(
            new Dense<T>(device, Noise, first * Quarter * Quarter, random, "dense"),
            new Reshape<T>(first, Quarter, Quarter),
            new BatchNorm<T>(device, first, name: "batch_norm1"),
            new LeakyRelu<T>(Slope),
            new ConvTranspose2d<T>(device, first, second, (5, 5), random, s_keeping, name: "conv_transpose1"),
            new BatchNorm<T>(device, second, name: "batch_norm2"),
            new LeakyRelu<T>(Slope),
            new ConvTranspose2d<T>(device, second, third, (5, 5), random, s_halving, (1, 1), "conv_transpose2"),
            new BatchNorm<T>(device, third, name: "batch_norm3"),
            new LeakyRelu<T>(Slope),
            new ConvTranspose2d<T>(device, third, 1, (5, 5), random, s_halving, (1, 1), "conv_transpose3"),
            new Tanh<T>(),
            new Flatten<T>());
        Begin(generator, new PhiloxState((ulong)seed, Subsequence: 4), width);
        return generator;
    }

    /// <summary>An image to a logit: convolutions to 64 planes of 14x14 and 128 of 7x7, then a dense layer.</summary>
    public static Sequential<T> CreateDiscriminator<T>(ComputeDevice device, int seed, double width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int first = IClassifier.Scaled(64, width), second = IClassifier.Scaled(128, width);
        var random = new Random(seed);
        var discriminator = new Sequential<T>(
            new Reshape<T>(1, Side, Side),
            new Conv2d<T>(device, 1, first, (5, 5), random, s_halving, "conv1"),
            new LeakyRelu<T>(Slope),
            new Dropout<T>(Dropped, new PhiloxState((ulong)seed, Subsequence: 1), "dropout1"),
            new Conv2d<T>(device, first, second, (5, 5), random, s_halving, "conv2"),
            new LeakyRelu<T>(Slope),
            new Dropout<T>(Dropped, new PhiloxState((ulong)seed, Subsequence: 2), "dropout2"),
            new Flatten<T>(),
            new Dense<T>(device, second * Quarter * Quarter, 1, random, "dense"));
        Begin(discriminator, new PhiloxState((ulong)seed, Subsequence: 5), width);
        return discriminator;
    }

    /// <summary>Makes the weights normal, larger where a sum has fewer of them; biases stay 0.</summary>
    private static void Begin<T>(Sequential<T> network, PhiloxState position, double width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var weight in network.Parameters.Select(parameter => parameter.Value).Where(value => value.Rank > 1))
        {
            position = weight.FillNormal(position, deviation: Deviation / Math.Sqrt(width));
        }
    }
}
