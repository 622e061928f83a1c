using System.Numerics;

namespace CudaKernels;

/// <summary>A parameter tensor and what an optimizer's step needs beside it, all of its shape.</summary>
/// <typeparam name="T">The element type of the parameter.</typeparam>
/// <typeparam name="TState">float, or double for double parameters.</typeparam>
/// <param name="Parameter">w, changed by a step.</param>
/// <param name="Gradient">g, only read.</param>
public sealed record OptimizerTensors<T, TState>(DeviceTensor<T> Parameter, DeviceTensor<T> Gradient)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TState : unmanaged, IFloatingPointIeee754<TState>
{
    /// <summary>Adam's first moment, the velocity of gradient descent, the mean of squares of RMSprop: zeros before the first step.</summary>
    public DeviceTensor<TState>? First { get; init; }

    /// <summary>Adam's second moment, the velocity of RMSprop: zeros before the first step.</summary>
    public DeviceTensor<TState>? Second { get; init; }

    /// <summary>
    /// The master weights of a 16-bit parameter: its value before it was rounded. A step starts from the master weight and writes both. Where the
    /// master weight does not round to the parameter, as before the first step or after someone has changed the parameter, the step starts from the parameter.
    /// </summary>
    public DeviceTensor<TState>? Master { get; init; }
}

/// <summary>
/// The parameters of a network for optimizers: a step on the table works on all of them, whatever their lengths, in one launch, and allocates
/// nothing. Each parameter gets the same bits as from the step on it alone. Made once; the tensors stay where they are.
/// </summary>
/// <remarks>
/// <para>The table is kept in device memory, an entry for every 4096 elements, and keeps the tensors' memory alive. It is ordered between streams and may be
/// captured into graphs as the tensors themselves; its launches run on the stream of the first parameter.</para>
/// <para>Mixed precision (Micikevicius et al. 2018): a parameter of <see cref="Half"/> or <see cref="BFloat16"/> loses steps smaller than half the distance
/// to its neighbour; with master weights they add up.</para>
/// </remarks>
/// <example>
/// <code>
/// using var table = new OptimizerTable&lt;float, float&gt;([new(w, dw) { First = m, Second = v }, new(b, db) { First = mb, Second = vb }]);
/// for (var step = 1; step &lt;= 1000; step++)
///     table.AdamStep(step, new AdamOptions());
/// </code>
/// </example>
/// <typeparam name="T">The element type of the parameters.</typeparam>
/// <typeparam name="TState">float, or double for double parameters.</typeparam>
public sealed class OptimizerTable<T, TState> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly TableBlock _block;
    private readonly int _states;
    private int _disposed;

    /// <summary>Makes a table of parameters.</summary>
    /// <param name="tensors">The parameters, at least one; all have the same states.</param>
    /// <exception cref="ArgumentException">
    /// There is no parameter, shapes, devices or types do not fit, a tensor is not dense, two overlap, the states are not those of the first parameter, or
    /// a parameter that is not 16-bit has master weights.
    /// </exception>
    public OptimizerTable(IReadOnlyList<OptimizerTensors<T, TState>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
        {
            throw new ArgumentException("a table has a parameter at least", nameof(tensors));
        }

        ArgumentNullException.ThrowIfNull(tensors[0]?.Parameter, nameof(tensors));
        (Device, Stream) = (tensors[0].Parameter.Device, tensors[0].Parameter.Stream);
        _states = StateCount(tensors[0], 0);
        var operands = new TableTensors(Device);
        var chunks = new List<ParameterChunk>();
        for (var i = 0; i < tensors.Count; i++)
        {
            var whole = Add(operands, tensors[i], i);
            for (long start = 0; start < whole.Count; start += TensorChunk.MaxCount)
            {
                chunks.Add(whole.Slice<T, TState>(start, Math.Min(TensorChunk.MaxCount, whole.Count - start)));
            }
        }

        operands.RequireApart();
        (Count, ChunkCount) = (tensors.Count, chunks.Count);
        using var table = operands.Upload(chunks, Stream);
        _block = operands.Bind(table);
    }

    /// <summary>The device of all tensors.</summary>
    public ComputeDevice Device { get; }

    /// <summary>How many parameters there are.</summary>
    public int Count { get; }

    /// <summary>The stream of the first parameter; null on <see cref="CpuDevice"/>.</summary>
    internal CudaStream? Stream { get; }

    /// <summary>The entries of the table.</summary>
    internal int ChunkCount { get; }

    /// <summary>A block of 256 threads an entry.</summary>
    internal LaunchConfig OneBlockAChunk => new(new Dim3((uint)ChunkCount), new Dim3(256));

    /// <summary>The table, for a kernel or the managed form.</summary>
    internal TableBlock Block
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            return _block;
        }
    }

    /// <summary>The table as a kernel takes it.</summary>
    internal KernelArgument Argument => KernelArgument.Memory(Block, 0, writes: false);

    /// <summary>Frees the table and lets the tensors go.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _block.Release();
        }
    }

    /// <exception cref="ArgumentException">The parameters have fewer states than an optimizer with this momentum needs.</exception>
    internal void RequireStates(int count, string optimizer, double momentum = 0)
    {
        if (_states < count)
        {
            throw new ArgumentException(
                $"{optimizer}{(momentum == 0 ? "" : $" with a momentum of {momentum}")} needs {count} of the states that OptimizerTensors has, got a table of parameters with {_states}");
        }
    }

    private ParameterChunk Add(TableTensors operands, OptimizerTensors<T, TState> tensors, int i)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(tensors.Parameter, nameof(tensors));
        if (StateCount(tensors, i) != _states)
        {
            throw new ArgumentException($"parameter {i} has {StateCount(tensors, i)} states, the first parameter of the table {_states}", nameof(tensors));
        }

        if (tensors.Master is not null && typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
        {
            throw new ArgumentException($"master weights are for 16-bit parameters, got some for parameter {i} of {typeof(T).Name}, which is not rounded", nameof(tensors));
        }

        TensorOperations.RequireOptimizerOperands<T, TState>(tensors.Parameter, tensors.Gradient, [.. ((DeviceTensor<TState>?[])[tensors.Master, tensors.First, tensors.Second]).OfType<DeviceTensor<TState>>()]);
        return new ParameterChunk(
            operands.Add(tensors.Parameter, writes: true, $"parameter {i}"),
            operands.Add(tensors.Gradient, writes: false, $"gradient {i}"),
            operands.Add(tensors.Master, writes: true, $"the master weights of parameter {i}"),
            operands.Add(tensors.First, writes: true, $"the first state of parameter {i}"),
            operands.Add(tensors.Second, writes: true, $"the second state of parameter {i}"),
            tensors.Parameter.FlattenedLength);
    }

    private static int StateCount(OptimizerTensors<T, TState> tensors, int i)
    {
        if (tensors.First is null && tensors.Second is not null)
        {
            throw new ArgumentException($"parameter {i} has a second state and no first", nameof(tensors));
        }

        return tensors.Second is not null ? 2 : tensors.First is not null ? 1 : 0;
    }
}
