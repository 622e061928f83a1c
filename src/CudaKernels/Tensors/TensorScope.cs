namespace CudaKernels;

/// <summary>Owns every tensor that its thread makes on its device until it is disposed, except those given to <see cref="Keep"/>.</summary>
/// <remarks>Operators such as <c>a * b + c</c> allocate a tensor for every intermediate result; a scope frees them all at once.
/// Scopes nest; a tensor belongs to the innermost. Open and dispose a scope on one thread.</remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? t_innermost;

    private readonly HashSet<IDisposable> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly ComputeDevice _device;
    private readonly TensorScope? _outer;
    private bool _disposed;

    internal TensorScope(ComputeDevice device)
    {
        _device = device;
        _outer = t_innermost;
        t_innermost = this;
    }

    /// <summary>Takes a tensor out of the scope: it then lives until it is disposed.</summary>
    /// <returns><paramref name="tensor"/>.</returns>
    public DeviceTensor<T> Keep<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _tensors.Remove(tensor);
        return tensor;
    }

    /// <summary>Disposes every tensor that the scope still owns.</summary>
    /// <exception cref="InvalidOperationException">The scope is not the innermost one of this thread.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (t_innermost != this)
        {
            throw new InvalidOperationException("scopes are disposed in reverse order, on the thread that opened them");
        }

        _disposed = true;
        t_innermost = _outer;
        IDisposable[] owned = [.. _tensors];
        _tensors.Clear();
        foreach (var tensor in owned)
        {
            tensor.Dispose();
        }
    }

    internal static void Adopt(ComputeDevice device, IDisposable tensor) => Find(device)?._tensors.Add(tensor);

    internal static void Forget(ComputeDevice device, IDisposable tensor)
    {
        for (var scope = t_innermost; scope is not null; scope = scope._outer)
        {
            if (scope._device == device && scope._tensors.Remove(tensor))
            {
                return;
            }
        }
    }

    private static TensorScope? Find(ComputeDevice device)
    {
        var scope = t_innermost;
        while (scope is not null && scope._device != device)
        {
            scope = scope._outer;
        }

        return scope;
    }
}
