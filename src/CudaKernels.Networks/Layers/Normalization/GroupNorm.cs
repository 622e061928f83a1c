using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Group normalisation (Wu and He 2018) of [batch, channels, …]: over each group of neighbouring channels of each image.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class GroupNorm<T> : NormalizationLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="device">Where the layer lives.</param>
    /// <param name="groups">How many groups; as many as channels make an instance norm, 1 a layer norm over each image.</param>
    /// <param name="channels">Channels of the input, a multiple of the groups.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    public GroupNorm(ComputeDevice device, int groups, int channels, double epsilon = 1e-5, string name = "group_norm")
        : base(device, Divided(channels, groups), shifts: true, name) => (Groups, Epsilon) = (groups, epsilon);

    /// <summary>How many groups.</summary>
    public int Groups { get; }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    private static int Divided(int channels, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        return channels % groups == 0 ? channels : throw new ArgumentException($"{groups} groups do not divide {channels} channels", nameof(groups));
    }

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.GroupNorm(Groups, Gamma.Value, Beta!.Value, output, Epsilon);

    private protected override void Differentiate(DeviceTensor<T> input, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) =>
        input.GroupNormGradient(outputGradient, Groups, Gamma.Value, inputGradient, Gamma.Gradient, Beta!.Gradient, Epsilon);
}
