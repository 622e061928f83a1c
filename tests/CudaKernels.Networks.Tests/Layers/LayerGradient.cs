using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>Compares what a layer's backward pass says with central differences of its forward pass.</summary>
internal static class LayerGradient
{
    /// <summary>Verifies the gradients to the input and to every parameter, for a weighted sum of the output; gives the output's lengths.</summary>
    public static nint[] Verify(Layer<double> layer, DeviceTensor<double> x, Random random)
    {
        var output = layer.Forward(x);
        var lengths = output.Lengths.ToArray();
        using var weights = CentralDifferences.Random(x.Device, random, lengths);
        var inputGradient = layer.Backward(weights);
        Assert.Equal(x.Lengths.ToArray(), inputGradient.Lengths.ToArray());
        var parameterGradients = layer.Parameters.Select(parameter => parameter.Gradient.ToArray()).ToArray();
        CentralDifferences.Verify(x, inputGradient.ToArray(), Value);
        for (var i = 0; i < parameterGradients.Length; i++)
        {
            CentralDifferences.Verify(layer.Parameters[i].Value, parameterGradients[i], Value);
        }

        return lengths;

        double Value() => CentralDifferences.Dot(layer.Forward(x), weights);
    }
}
