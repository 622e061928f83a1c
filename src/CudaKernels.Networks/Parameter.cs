using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A trained tensor and its gradient.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Parameter<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Takes ownership of a value and makes a gradient of its shape.</summary>
    /// <param name="name">A name for summaries and checkpoints, such as <c>dense1.weight</c>.</param>
    /// <param name="value">The initial value.</param>
    public Parameter(string name, DeviceTensor<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        Value = Lasting.Keep(value);
        Gradient = Lasting.Keep(value.Device.CreateZeros<T>(value.Lengths));
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The value, which an optimizer changes in place.</summary>
    public DeviceTensor<T> Value { get; }

    /// <summary>The gradient of the loss, which <see cref="Layer{T}.Backward"/> overwrites.</summary>
    public DeviceTensor<T> Gradient { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Value.Dispose();
        Gradient.Dispose();
    }
}
