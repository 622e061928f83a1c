using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace CudaKernels.Networks;

/// <summary>The layers of a network with the shapes, the trained values and the memory of each, for batches of one shape.</summary>
/// <param name="Layers">The layers in order.</param>
public sealed record NetworkSummary(IReadOnlyList<LayerSummary> Layers)
{
    /// <summary>How many trained values there are.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>The memory of these and of their gradients.</summary>
    public long ParameterBytes => Layers.Sum(layer => layer.ParameterBytes);

    /// <summary>The memory of all outputs; a training needs as much again for their gradients.</summary>
    public long OutputBytes => Layers.Sum(layer => layer.OutputBytes);

    /// <summary>Runs a batch through a network outside of training and looks at each layer.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="input">A batch; its values have no meaning here.</param>
    public static NetworkSummary Of<T>(Sequential<T> network, DeviceTensor<T> input) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        var rows = new List<LayerSummary>();
        foreach (var layer in network.Layers)
        {
            var output = layer.Infer(input);
            var values = layer.Parameters.Sum(parameter => (long)parameter.Value.FlattenedLength);
            var isView = ReferenceEquals(output, input) || layer is Flatten<T> or Reshape<T>;
            rows.Add(new LayerSummary(Name(layer), output.Lengths.ToArray(), values, 2 * values * Unsafe.SizeOf<T>(), isView ? 0 : output.FlattenedLength * Unsafe.SizeOf<T>()));
            input = output;
        }

        return new NetworkSummary(rows);
    }

    /// <summary>A table of the layers and a line of totals.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"layer",-20} {"output",-24} {"parameters",12} {"outputs",12}");
        foreach (var layer in Layers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{layer.Layer,-20} {$"[{string.Join(", ", layer.OutputLengths)}]",-24} {layer.Parameters,12:N0} {Kibibytes(layer.OutputBytes),12}");
        }

        text.Append(CultureInfo.InvariantCulture, $"{Parameters:N0} parameters, {Kibibytes(ParameterBytes)} with their gradients; outputs {Kibibytes(OutputBytes)}");
        return text.ToString();
    }

    private static string Name(object layer)
    {
        var name = layer.GetType().Name;
        return name.IndexOf('`', StringComparison.Ordinal) is >= 0 and var end ? name[..end] : name;
    }

    private static string Kibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:N1} KiB");
}
