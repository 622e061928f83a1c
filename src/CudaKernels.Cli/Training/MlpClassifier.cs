using System.Numerics;
using CudaKernels.Cli.Data;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>Dense layers of 256 and 128 with ReLU.</summary>
internal sealed class MlpClassifier : IClassifier
{
    private const int Pixels = FashionMnist.Side * FashionMnist.Side;

    public string Name => "mlp";

    public int DefaultEpochs => 10;

    public string Describe(double width) => $"{Pixels}-{IClassifier.Scaled(256, width)}-{IClassifier.Scaled(128, width)}-{FashionMnist.ClassNames.Count}";

    public Sequential<T> Create<T>(ComputeDevice device, Random random, double width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int first = IClassifier.Scaled(256, width), second = IClassifier.Scaled(128, width);
        return new Sequential<T>(
            new Dense<T>(device, Pixels, first, random, "dense1"),
            new Relu<T>(),
            new Dense<T>(device, first, second, random, "dense2"),
            new Relu<T>(),
            new Dense<T>(device, second, FashionMnist.ClassNames.Count, random, "dense3"));
    }
}
