using System.Threading.Channels;

namespace CudaKernels.Networks;

/// <summary>One way through the samples: a task that fills batches and hands them over in order, and waits while none is free.</summary>
internal sealed class EpochReading<T> where T : unmanaged
{
    private readonly BatchLoader<T> _loader;
    private readonly int[] _order;
    private readonly Channel<Batch<T>> _free;
    private readonly Channel<Batch<T>> _ready;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _stop;
    private readonly Task _filling;
    private readonly Lock _gate = new();
    private Task? _ended;
    private Batch<T>? _current;

    public EpochReading(BatchLoader<T> loader, int[] order, CancellationToken cancellationToken)
    {
        (_loader, _order, _cancelled) = (loader, order, cancellationToken);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _free = Channel.CreateBounded<Batch<T>>(loader.Options.BatchesAhead + 1);
        _ready = Channel.CreateBounded<Batch<T>>(new BoundedChannelOptions(loader.Options.BatchesAhead) { SingleReader = true, SingleWriter = true });
        _filling = Task.Run(Fill);
    }

    /// <summary>Takes the batch of before back and gives the next one, or null at the end.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Batch<T>?> NextAsync()
    {
        _cancelled.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_ended is not null, typeof(BatchLoader<T>));
        if (_current is { } done)
        {
            _current = null;
            _free.Writer.TryWrite(done);
        }

        // What failed in the task is thrown here, after the batches before it.
        while (await _ready.Reader.WaitToReadAsync(_cancelled).ConfigureAwait(false))
        {
            if (_ready.Reader.TryRead(out var batch))
            {
                return _current = batch;
            }
        }

        return null;
    }

    /// <summary>Stops the task and waits for it; a sample that is being decoded is decoded to its end.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            return _ended ??= End();
        }
    }

    private async Task End()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _filling.ConfigureAwait(false);
        _stop.Dispose();
    }

    // Never fails: a failure goes to the consumer.
    private async Task Fill()
    {
        Exception? failure = null;
        try
        {
            foreach (var batch in _loader.Batches())
            {
                _free.Writer.TryWrite(batch);
            }

            var size = _loader.Options.BatchSize;
            for (var number = 0; number < _loader.BatchCount; number++)
            {
                var batch = await _free.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                var start = number * size;
                batch.Fill(number, _order.AsMemory(start, Math.Min(size, _order.Length - start)), _loader.Options.Workers, _stop.Token);
                await _ready.Writer.WriteAsync(batch, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            failure = _cancelled.IsCancellationRequested
                ? new OperationCanceledException(_cancelled)
                : new ObjectDisposedException(nameof(BatchLoader<>), "the loader was disposed while an epoch was read");
        }
        catch (Exception other)
        {
            failure = other;
        }

        _ready.Writer.Complete(failure);
    }
}
