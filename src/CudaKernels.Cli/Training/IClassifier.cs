using System.Numerics;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>A network that tells the classes of Fashion-MNIST apart: [batch, 784] to [batch, 10].</summary>
internal interface IClassifier
{
    /// <summary>What <c>train</c> calls it.</summary>
    string Name { get; }

    /// <summary>Times through the data where none are asked for.</summary>
    int DefaultEpochs { get; }

    /// <summary>The layers, in one word.</summary>
    /// <param name="width">The factor of the hidden layers' widths.</param>
    string Describe(double width);

    /// <summary>Makes the network with random parameters.</summary>
    /// <typeparam name="T">The type of weights and activations.</typeparam>
    /// <param name="device">Where it lives.</param>
    /// <param name="random">The source of the parameters.</param>
    /// <param name="width">The factor of the hidden layers' widths.</param>
    Sequential<T> Create<T>(ComputeDevice device, Random random, double width) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The width of a hidden layer under a factor.</summary>
    static int Scaled(int width, double factor) => Math.Max((int)Math.Round(width * factor), 1);
}
