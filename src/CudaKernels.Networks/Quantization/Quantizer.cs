using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Makes networks of 8-bit integers from trained ones (post-training static quantisation).</summary>
public static class Quantizer
{
    /// <summary>
    /// Runs some batches through a trained network, watches what reaches its dense layers and convolutions, and makes a network that computes
    /// these with 8-bit integers: weights with a scale for each channel, activations with one scale. Networks within it are quantised too; all
    /// other layers, transposed convolutions among them, are shared. The trained network is not changed.
    /// </summary>
    /// <param name="trained">The network; it stays the owner of the layers that are shared, and has to live as long as the result.</param>
    /// <param name="batches">Typical inputs, a few hundred samples in all; each is used before the next is asked for, and none is disposed.</param>
    /// <param name="calibrator">Makes the calibrator of each layer; null for <see cref="AbsMaxCalibrator"/>.</param>
    /// <returns>The quantised network, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">There is no batch, or nothing to quantise.</exception>
    /// <exception cref="InvalidOperationException">Nothing finite reached a layer.</exception>
    /// <typeparam name="T">The element type.</typeparam>
    public static QuantizedNetwork<T> Quantize<T>(Sequential<T> trained, IEnumerable<DeviceTensor<T>> batches, Func<Calibrator>? calibrator = null) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(batches);
        var calibrators = new Dictionary<Layer<T>, Calibrator>();
        AddCalibrators(trained, calibrators, calibrator ?? (() => new AbsMaxCalibrator()));
        if (calibrators.Count == 0)
        {
            throw new ArgumentException($"the network has no dense layer and no convolution to quantise, only {string.Join(", ", trained.Layers.Select(layer => layer.GetType().Name))}", nameof(trained));
        }

        var count = 0;
        foreach (var batch in batches)
        {
            Observe(trained, batch, calibrators);
            count++;
        }

        return count > 0
            ? Quantized(trained, calibrators)
            : throw new ArgumentException("no batch was given: the scales of the activations come from typical inputs", nameof(batches));
    }

    private static void AddCalibrators<T>(Sequential<T> network, Dictionary<Layer<T>, Calibrator> calibrators, Func<Calibrator> create) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var layer in network.Layers)
        {
            if (layer is Sequential<T> inner)
            {
                AddCalibrators(inner, calibrators, create);
            }
            else if (layer is Dense<T> or Conv2d<T>)
            {
                calibrators.TryAdd(layer, create());
            }
        }
    }

    private static DeviceTensor<T> Observe<T>(Sequential<T> network, DeviceTensor<T> input, Dictionary<Layer<T>, Calibrator> calibrators) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var layer in network.Layers)
        {
            if (calibrators.TryGetValue(layer, out var calibrator))
            {
                calibrator.Observe(input);
            }

            input = layer is Sequential<T> inner ? Observe(inner, input, calibrators) : layer.Infer(input);
        }

        return input;
    }

    private static QuantizedNetwork<T> Quantized<T>(Sequential<T> network, Dictionary<Layer<T>, Calibrator> calibrators) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var owned = new List<Layer<T>>();
        try
        {
            var layers = network.Layers.Select(layer =>
            {
                Layer<T>? made = layer switch
                {
                    Dense<T> dense => new QuantizedDense<T>(dense, calibrators[dense].Scale),
                    Conv2d<T> convolution => new QuantizedConv2d<T>(convolution, calibrators[convolution].Scale),
                    Sequential<T> inner => Quantized(inner, calibrators),
                    _ => null,
                };
                if (made is not null)
                {
                    owned.Add(made);
                }

                return made ?? layer;
            }).ToArray();
            return new QuantizedNetwork<T>(layers, [.. owned]);
        }
        catch
        {
            owned.ForEach(layer => layer.Dispose());
            throw;
        }
    }
}
