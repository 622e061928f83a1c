using System.Numerics;
using CudaKernels.Cli.Data;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>Three padded convolutions of 3x3 with 32, 64 and 64 filters, the first two pooled by 2x2, and dense layers of 64 and 10; ReLU between them.</summary>
internal sealed class CnnClassifier : IClassifier
{
    private const int Side = FashionMnist.Side;

    // Pooled twice; the padded convolutions keep the size, for clothes reach to the edges.
    private const int LastSide = Side / 4;

    private static readonly Conv2dOptions s_keeping = new() { Padding = (1, 1) };

    public string Name => "cnn";

    public int DefaultEpochs => 8;

    public string Describe(double width)
    {
        var (first, second, third, dense) = Widths(width);
        return $"{Side}x{Side}-{first}c3-pool-{second}c3-pool-{third}c3-{dense}-{FashionMnist.ClassNames.Count}";
    }

    public Sequential<T> Create<T>(ComputeDevice device, Random random, double width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (first, second, third, dense) = Widths(width);

        // The maximum of ReLUs is the ReLU of the maximum: behind the pooling it has a quarter of the elements.
        return new Sequential<T>(
            new Reshape<T>(1, Side, Side),
            new Conv2d<T>(device, 1, first, (3, 3), random, s_keeping, "conv1"),
            new MaxPool2d<T>(new Pool2dOptions(2)),
            new Relu<T>(),
            new Conv2d<T>(device, first, second, (3, 3), random, s_keeping, "conv2"),
            new MaxPool2d<T>(new Pool2dOptions(2)),
            new Relu<T>(),
            new Conv2d<T>(device, second, third, (3, 3), random, s_keeping, "conv3"),
            new Relu<T>(),
            new Flatten<T>(),
            new Dense<T>(device, third * LastSide * LastSide, dense, random, "dense1"),
            new Relu<T>(),
            new Dense<T>(device, dense, FashionMnist.ClassNames.Count, random, "dense2"));
    }

    private static (int First, int Second, int Third, int Dense) Widths(double factor) =>
        (IClassifier.Scaled(32, factor), IClassifier.Scaled(64, factor), IClassifier.Scaled(64, factor), IClassifier.Scaled(64, factor));
}
