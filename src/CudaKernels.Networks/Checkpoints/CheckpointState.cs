namespace CudaKernels.Networks;

/// <summary>The pieces of a state, each under a name of its own: tensors, numbers, and settings that must be the same when the state is restored.</summary>
public sealed class CheckpointState
{
    private readonly Dictionary<string, CheckpointPiece> _pieces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private string _scope = "";

    internal CheckpointState(ReadOnlySpan<ICheckpointed> parts)
    {
        foreach (var part in parts)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            part.Describe(this);
        }
    }

    /// <summary>Adds a part whose pieces and settings all get a name before theirs, so that two networks or optimizers can stand in one state.</summary>
    /// <param name="name">The name: a piece <c>dense.weight</c> of the part <c>generator</c> becomes <c>generator.dense.weight</c>.</param>
    /// <param name="part">The part.</param>
    public void AddPart(string name, ICheckpointed part)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(part);
        var outer = _scope;
        _scope = $"{outer}{name}.";
        try
        {
            part.Describe(this);
        }
        finally
        {
            _scope = outer;
        }
    }

    /// <summary>Adds a tensor, whose elements are written and, when the state is restored, overwritten.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddTensor<T>(string name, DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Add(new CheckpointPiece.OfTensor<T>(Scoped(name), tensor));
    }

    /// <summary>Adds a number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="get">Gives the number when the state is saved.</param>
    /// <param name="set">Takes it when the state is restored, after all tensors.</param>
    /// <typeparam name="T">An element type.</typeparam>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddNumber<T>(string name, Func<T> get, Action<T> set) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(get);
        ArgumentNullException.ThrowIfNull(set);
        Add(new CheckpointPiece.OfNumbers<T>(Scoped(name), isScalar: true, () => [get()], numbers => set(numbers[0])));
    }

    /// <summary>Adds a position in a sequence of random bits: its seed, offset and subsequence, as signed numbers of the same bits.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="get">Gives the position when the state is saved.</param>
    /// <param name="set">Takes it when the state is restored, after all tensors.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddPosition(string name, Func<PhiloxState> get, Action<PhiloxState> set)
    {
        ArgumentNullException.ThrowIfNull(get);
        ArgumentNullException.ThrowIfNull(set);
        AddNumber($"{name}.seed", () => (long)get().Seed, seed => set(get() with { Seed = (ulong)seed }));
        AddNumber($"{name}.offset", () => (long)get().Offset, offset => set(get() with { Offset = (ulong)offset }));
        AddNumber($"{name}.subsequence", () => (long)get().Subsequence, part => set(get() with { Subsequence = (ulong)part }));
    }

    /// <summary>Adds a list of numbers, of any length.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="get">Gives the numbers when the state is saved.</param>
    /// <param name="set">Takes them when the state is restored, after all tensors.</param>
    /// <typeparam name="T">An element type.</typeparam>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddNumbers<T>(string name, Func<T[]> get, Action<T[]> set) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(get);
        ArgumentNullException.ThrowIfNull(set);
        Add(new CheckpointPiece.OfNumbers<T>(Scoped(name), isScalar: false, get, set));
    }

    /// <summary>Adds a setting: where it is another one when the state is restored, the checkpoint is refused.</summary>
    /// <exception cref="ArgumentException">The name is taken or reserved.</exception>
    public void AddSetting(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        name = Scoped(name);
        if (CheckpointFile.IsReserved(name) || !_settings.TryAdd(name, value))
        {
            throw new ArgumentException($"the setting '{name}' is {(CheckpointFile.IsReserved(name) ? "reserved" : "named twice")}", nameof(name));
        }
    }

    internal SafetensorsWriter Collect()
    {
        var writer = new SafetensorsWriter();
        foreach (var (name, value) in _settings)
        {
            writer.Metadata.Add(name, value);
        }

        foreach (var piece in _pieces.Values)
        {
            piece.Collect(writer);
        }

        return writer;
    }

    /// <exception cref="InvalidDataException">The file's state is not of these pieces and settings; nothing was changed.</exception>
    internal void Restore(SafetensorsFile file)
    {
        foreach (var (name, value) in _settings)
        {
            if (file.Metadata.GetValueOrDefault(name) is var saved && saved != value)
            {
                throw new InvalidDataException($"{file.Path}: '{name}' is {(saved is null ? "not told" : $"'{saved}'")} there and '{value}' here");
            }
        }

        foreach (var piece in _pieces.Values)
        {
            piece.Require(file);
        }

        // Masks are checked only as they are read, and numbers may be used by what sets them: tensors first.
        foreach (var piece in _pieces.Values.OrderBy(piece => piece.IsSetLast))
        {
            piece.Restore(file);
        }
    }

    private string Scoped(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _scope + name;
    }

    private void Add(CheckpointPiece piece)
    {
        if (!_pieces.TryAdd(piece.Name, piece))
        {
            throw new ArgumentException($"two pieces of the state are named '{piece.Name}': give each layer a name of its own");
        }
    }
}
