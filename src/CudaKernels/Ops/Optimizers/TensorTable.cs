using System.Numerics;

namespace CudaKernels;

/// <summary>
/// Many tensors of any lengths as one operand: an operation on the table works on all of their elements in one launch, and allocates
/// nothing. Made once for tensors that stay where they are, such as the gradients of a network.
/// </summary>
/// <remarks>
/// The table is kept in device memory, an entry for every 4096 elements, and keeps the tensors' memory alive. It is ordered between streams and may be
/// captured into graphs as the tensors themselves; its launches run on the stream of the first tensor. One thread at a time may use it.
/// </remarks>
/// <typeparam name="T">float, double, <see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
public sealed class TensorTable<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TableBlock _reading;
    private readonly TableBlock _writing;
    private readonly MemoryBlock _scratch;
    private int _disposed;

    /// <summary>Makes a table of tensors.</summary>
    /// <param name="tensors">The tensors, at least one.</param>
    /// <exception cref="ArgumentException">There is no tensor, one is not dense or on another device than the first, or two overlap.</exception>
    public TensorTable(IReadOnlyList<DeviceTensor<T>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
        {
            throw new ArgumentException("a table has a tensor at least", nameof(tensors));
        }

        ArgumentNullException.ThrowIfNull(tensors[0], nameof(tensors));
        (Device, Stream) = (tensors[0].Device, tensors[0].Stream);
        var operands = new TableTensors(Device);
        var chunks = new List<TensorChunk>();
        for (var i = 0; i < tensors.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(tensors[i], nameof(tensors));
            var data = operands.Add(tensors[i], writes: true, $"tensor {i}");
            for (long start = 0; start < tensors[i].FlattenedLength; start += TensorChunk.MaxCount)
            {
                chunks.Add(new TensorChunk(data + ((nuint)start * (nuint)ElementType<T>.Size), Math.Min(TensorChunk.MaxCount, tensors[i].FlattenedLength - start)));
            }
        }

        operands.RequireApart();
        (Count, ChunkCount) = (tensors.Count, chunks.Count);
        using var table = operands.Upload(chunks, Stream);
        _reading = operands.Bind(table, readsOnly: true);
        _writing = operands.Bind(table);
        _scratch = Device.Allocate((nuint)(ChunkCount + 1) * sizeof(double), Stream);
    }

    /// <summary>The device of all tensors.</summary>
    public ComputeDevice Device { get; }

    /// <summary>How many tensors there are.</summary>
    public int Count { get; }

    /// <summary>The stream of the first tensor; null on <see cref="CpuDevice"/>.</summary>
    internal CudaStream? Stream { get; }

    /// <summary>The entries of the table.</summary>
    internal int ChunkCount { get; }

    /// <summary>A block of 256 threads an entry.</summary>
    internal LaunchConfig OneBlockAChunk => new(new Dim3((uint)ChunkCount), new Dim3(256));

    /// <summary>The table for kernels that read the tensors.</summary>
    internal TableBlock Reading => Alive(_reading);

    /// <summary>The table for kernels that write the tensors.</summary>
    internal TableBlock Writing => Alive(_writing);

    /// <summary>Doubles between two launches of one operation: one, then one for every chunk.</summary>
    internal MemoryBlock Scratch => Alive(_scratch);

    /// <summary>Frees the table and lets the tensors go.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _reading.Release();
            _writing.Release();
            _scratch.Release();
        }
    }

    /// <exception cref="ArgumentException">A result lives on another device.</exception>
    internal void RequireDevice<TResult>(DeviceTensor<TResult> result, string parameter) where TResult : unmanaged
    {
        if (result.Device != Device)
        {
            throw new ArgumentException($"the tensors of the table live on {Device.Id}, {parameter} on {result.Device.Id}", parameter);
        }
    }

    private TBlock Alive<TBlock>(TBlock block)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return block;
    }
}
