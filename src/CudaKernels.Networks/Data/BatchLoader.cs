using System.Runtime.CompilerServices;

namespace CudaKernels.Networks;

/// <summary>
/// Reads the samples of a source in batches, in an order that follows from a seed and the number of the epoch, and brings them to a device
/// while the consumer computes: <c>await foreach (var batch in loader.ReadEpoch(epoch))</c>.
/// </summary>
/// <remarks>
/// <para>
/// A task decodes samples into pinned host memory (ordinary memory on <see cref="CpuDevice"/>) and copies each batch on a stream of its own; work that
/// the consumer gives to any stream is ordered behind the copy. It stays <see cref="BatchLoaderOptions.BatchesAhead"/> batches ahead at most, then waits.
/// The buffers are made once and filled again: a batch is valid until the next one is asked for.
/// </para>
/// <para>
/// Batches and their order are the same for every number of workers. What fails in the source is thrown to the consumer, after the
/// batches before it; of a batch with several failures the first sample's. Leaving an epoch early, cancelling it or disposing the loader
/// ends the task before it returns.
/// </para>
/// </remarks>
/// <typeparam name="T">The element type of the samples.</typeparam>
public sealed class BatchLoader<T> : IAsyncDisposable, IDisposable where T : unmanaged
{
    private readonly ComputeDevice _device;
    private readonly ISampleSource<T> _source;
    private readonly Lock _gate = new();
    private readonly List<Batch<T>> _batches = [];
    private CudaStream? _copies;
    private EpochReading<T>? _reading;
    private Task? _disposed;

    /// <param name="device">Where the batches go.</param>
    /// <param name="source">The samples; not disposed by the loader.</param>
    /// <param name="options">Size and number of the batches, order and workers; null for the defaults.</param>
    /// <exception cref="ArgumentException">The source has no sample.</exception>
    public BatchLoader(ComputeDevice device, ISampleSource<T> source, BatchLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count < 1)
        {
            throw new ArgumentException($"a source has at least one sample, this one {source.Count}", nameof(source));
        }

        (_device, _source) = (device, source);
        options ??= new BatchLoaderOptions();
        Options = options with { BatchSize = Math.Min(options.BatchSize, source.Count) };
    }

    /// <summary>The options; the size of a batch is at most that of the source.</summary>
    public BatchLoaderOptions Options { get; }

    /// <summary>Batches of an epoch.</summary>
    public int BatchCount => (_source.Count / Options.BatchSize) + (_source.Count % Options.BatchSize == 0 || Options.DropLast ? 0 : 1);

    /// <summary>Goes once through the samples.</summary>
    /// <param name="epoch">The number of the epoch, which its order follows from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The batches, each valid until the next one is asked for. Reading begins when the first is.</returns>
    /// <exception cref="ObjectDisposedException">While it is read: the loader is disposed.</exception>
    /// <exception cref="InvalidOperationException">While it is read: another epoch is being read.</exception>
    /// <exception cref="OperationCanceledException">While it is read: the token was cancelled.</exception>
    public async IAsyncEnumerable<Batch<T>> ReadEpoch(int epoch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = Begin(epoch, cancellationToken);
        try
        {
            while (await reading.NextAsync().ConfigureAwait(false) is { } batch)
            {
                yield return batch;
            }
        }
        finally
        {
            await reading.EndAsync().ConfigureAwait(false);
            End(reading);
        }
    }

    /// <summary>Ends an epoch that is being read and gives up the buffers; waits for both.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends an epoch that is being read and gives up the buffers.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposed ??= Release(_reading));
        }
    }

    /// <summary>The buffers, made on the thread of the first epoch, which no scope of the consumer's owns.</summary>
    internal IReadOnlyList<Batch<T>> Batches()
    {
        _copies ??= (_device as CudaDevice)?.CreateStream();
        while (_batches.Count <= Options.BatchesAhead)
        {
            _batches.Add(new Batch<T>(_device, _source, Options.BatchSize, _copies));
        }

        return _batches;
    }

    private EpochReading<T> Begin(int epoch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed is not null, this);
            return _reading is null
                ? _reading = new EpochReading<T>(this, Order(epoch), cancellationToken)
                : throw new InvalidOperationException("another epoch is being read: a loader reads one at a time");
        }
    }

    private void End(EpochReading<T> reading)
    {
        lock (_gate)
        {
            _reading = _reading == reading ? null : _reading;
        }
    }

    private int[] Order(int epoch) => Options.Shuffle ? EpochOrder.Create(_source.Count, Options.Seed, epoch) : [.. Enumerable.Range(0, _source.Count)];

    private async Task Release(EpochReading<T>? reading)
    {
        if (reading is not null)
        {
            await reading.EndAsync().ConfigureAwait(false);
        }

        foreach (var batch in _batches)
        {
            batch.Release();
        }

        _batches.Clear();
        _copies?.Dispose();
    }
}
