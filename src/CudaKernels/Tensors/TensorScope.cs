namespace CudaKernels;

/// <summary>Owns every tensor that its thread makes on its device until it is disposed, or those that are given to it, except those that <see cref="Keep"/> or <see cref="MoveToOuter"/> takes out.</summary>
/// <remarks>
/// Operators such as <c>a * b + c</c> allocate a tensor for every intermediate result; a scope frees them all at once. Scopes nest: a new tensor, views
/// included, belongs to the innermost one of its thread and device. What makes tensors in one place and frees them in another, such as a tape of automatic
/// differentiation, has a scope of its own outside the nesting (<see cref="ComputeDevice.CreateScope"/>) and moves into it what it needs, by
/// <see cref="Own"/>. Scopes may be disposed in any order, and on any thread.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? t_innermost;

    private readonly HashSet<IScopedTensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _gate = new();
    private readonly ComputeDevice _device;
    private TensorScope? _outer;
    private volatile bool _isDisposed;

    internal TensorScope(ComputeDevice device, bool isNested)
    {
        _device = device;
        if (isNested)
        {
            _outer = Innermost();
            t_innermost = this;
        }
    }

    /// <summary>Takes a tensor out of the scope that owns it, this one or another: it then lives until it is disposed.</summary>
    /// <returns><paramref name="tensor"/>.</returns>
    public DeviceTensor<T> Keep<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Forget(tensor);
        return tensor;
    }

    /// <summary>Moves a tensor into this scope, out of the one that owns it, if any.</summary>
    /// <returns><paramref name="tensor"/>.</returns>
    /// <exception cref="ArgumentException">The tensor lives on another device.</exception>
    /// <exception cref="ObjectDisposedException">The scope is disposed; the tensor stays where it was.</exception>
    public DeviceTensor<T> Own<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Device != _device)
        {
            throw new ArgumentException(ComputeDevice.DescribeDifference("the tensor", tensor.Device, "the scope", _device), nameof(tensor));
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Move(tensor, this);
        return tensor;
    }

    /// <summary>
    /// Moves a tensor out of the scope that owns it into the one around this, or to nobody where there is none: what a method that opens a scope does with its result.
    /// </summary>
    /// <returns><paramref name="tensor"/>.</returns>
    public DeviceTensor<T> MoveToOuter<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Move(tensor, Find(_outer, tensor.Device));
        return tensor;
    }

    /// <summary>Disposes every tensor that the scope still owns.</summary>
    public void Dispose()
    {
        IScopedTensor[] owned;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            owned = [.. _tensors];
            _tensors.Clear();
        }

        Unlink();
        foreach (var tensor in owned)
        {
            tensor.Dispose();
        }
    }

    internal static void Adopt(ComputeDevice device, IScopedTensor tensor)
    {
        if (Innermost() is { } innermost)
        {
            Find(innermost, device)?.Add(tensor);
        }
    }

    internal static void Forget(IScopedTensor tensor) => tensor.Scope?.Remove(tensor);

    private static void Move(IScopedTensor tensor, TensorScope? scope)
    {
        if (tensor.Scope != scope)
        {
            Forget(tensor);
            scope?.Add(tensor);
        }
    }

    private static TensorScope? Find(TensorScope? scope, ComputeDevice device)
    {
        while (scope is not null && (scope._device != device || scope._isDisposed))
        {
            scope = scope._outer;
        }

        return scope;
    }

    /// <summary>The innermost scope of the thread; those that another thread has disposed are gone.</summary>
    private static TensorScope? Innermost()
    {
        while (t_innermost is { _isDisposed: true } gone)
        {
            t_innermost = gone._outer;
        }

        return t_innermost;
    }

    private void Add(IScopedTensor tensor)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _tensors.Add(tensor);
                tensor.Scope = this;
            }
        }
    }

    private void Remove(IScopedTensor tensor)
    {
        lock (_gate)
        {
            if (_tensors.Remove(tensor))
            {
                tensor.Scope = null;
            }
        }
    }

    // A scope that is not the innermost one of this thread leaves its place among them; one of another thread is passed over there.
    private void Unlink()
    {
        for (var inner = Innermost(); inner is not null; inner = inner._outer)
        {
            if (inner._outer == this)
            {
                inner._outer = _outer;
            }
        }
    }
}
