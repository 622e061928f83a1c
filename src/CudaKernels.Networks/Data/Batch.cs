using System.Runtime.ExceptionServices;

namespace CudaKernels.Networks;

/// <summary>Some samples on a device. It belongs to the <see cref="BatchLoader{T}"/>, which fills it again: it is valid until the next batch is asked for.</summary>
/// <typeparam name="T">The element type of the samples.</typeparam>
public sealed class Batch<T> where T : unmanaged
{
    private readonly ISampleSource<T> _source;
    private readonly CudaStream? _copies;
    private readonly CudaEvent? _copied;
    private readonly int _sampleLength;
    private readonly StagingMemory<T> _hostSamples;
    private readonly StagingMemory<long> _hostLabels;
    private readonly StagingMemory<long> _hostIndices;
    private readonly DeviceTensor<T> _samples;
    private readonly DeviceTensor<long> _labels;
    private readonly DeviceTensor<long> _indices;
    private readonly Owner _owner = new();

    internal Batch(ComputeDevice device, ISampleSource<T> source, int size, CudaStream? copies)
    {
        (_source, _copies) = (source, copies);
        nint[] lengths = [size, .. source.Lengths];
        _sampleLength = checked((int)source.Lengths.Aggregate((nint)1, (product, length) => checked(product * length)));
        try
        {
            _copied = _owner.Add(copies?.Device.CreateEvent());
            _hostSamples = _owner.Add(new StagingMemory<T>(device, checked(size * _sampleLength)));
            _hostLabels = _owner.Add(new StagingMemory<long>(device, size));
            _hostIndices = _owner.Add(new StagingMemory<long>(device, size));
            _samples = _owner.Add(device.CreateUninitializedTensor<T>(lengths));
            _labels = _owner.Add(device.CreateUninitializedTensor<long>([size]));
            _indices = _owner.Add(device.CreateUninitializedTensor<long>([size]));
        }
        catch
        {
            _owner.Dispose();
            throw;
        }

        (Samples, Labels, Indices, Count) = (_samples, _labels, _indices, size);
    }

    /// <summary>Which one of its epoch, from 0.</summary>
    public int Number { get; private set; }

    /// <summary>How many samples it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The samples: [<see cref="Count"/>, the lengths of a sample…].</summary>
    public DeviceTensor<T> Samples { get; private set; }

    /// <summary>The class of each sample: [<see cref="Count"/>].</summary>
    public DeviceTensor<long> Labels { get; private set; }

    /// <summary>The number of each sample in the source: [<see cref="Count"/>].</summary>
    public DeviceTensor<long> Indices { get; private set; }

    /// <summary><see cref="Labels"/> on the host.</summary>
    public ReadOnlySpan<long> HostLabels => _hostLabels.Span[..Count];

    /// <summary><see cref="Indices"/> on the host.</summary>
    public ReadOnlySpan<long> HostIndices => _hostIndices.Span[..Count];

    /// <summary>Decodes samples and gives them to the device. The stream that copies may go on with it; what is given to other streams waits for it.</summary>
    internal void Fill(int number, ReadOnlyMemory<int> places, int workers, CancellationToken cancellationToken)
    {
        // The copies of what stood here before must have left the host memory.
        _copied?.Synchronize();
        Number = number;
        Resize(places.Length);
        for (var i = 0; i < places.Length; i++)
        {
            _hostIndices.Span[i] = places.Span[i];
            _hostLabels.Span[i] = _source.Label(places.Span[i]);
        }

        if (workers == 1)
        {
            for (var i = 0; i < places.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Decode(places.Span[i], i);
            }
        }
        else
        {
            DecodeInParallel(places, workers, cancellationToken);
        }

        _hostSamples.CopyTo(Samples, _copies);
        _hostLabels.CopyTo(Labels, _copies);
        _hostIndices.CopyTo(Indices, _copies);
        if (_copied is not null)
        {
            _copies!.Record(_copied);
        }
    }

    internal void Release()
    {
        Resize(checked((int)_labels.Lengths[0]));
        _owner.Dispose();
    }

    private void Decode(int sample, int place) => _source.Decode(sample, _hostSamples.Span.Slice(place * _sampleLength, _sampleLength));

    // Of several failures the one of the first sample is told, whichever came first: everything before a break is still done.
    private void DecodeInParallel(ReadOnlyMemory<int> places, int workers, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        (int Place, ExceptionDispatchInfo Failure)? first = null;
        Parallel.For(0, places.Length, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, (i, loop) =>
        {
            try
            {
                Decode(places.Span[i], i);
            }
            catch (Exception failure)
            {
                lock (gate)
                {
                    if (first is null || i < first.Value.Place)
                    {
                        first = (i, ExceptionDispatchInfo.Capture(failure));
                    }
                }

                loop.Break();
            }
        });
        first?.Failure.Throw();
    }

    // A batch that is not full is a view of the first rows.
    private void Resize(int count)
    {
        if (count == Count)
        {
            return;
        }

        if (!ReferenceEquals(Samples, _samples))
        {
            Samples.Dispose();
            Labels.Dispose();
            Indices.Dispose();
        }

        var isFull = count == _labels.Lengths[0];
        (Samples, Labels, Indices, Count) = isFull ? (_samples, _labels, _indices, count) : (_samples.Slice(..count), _labels.Slice(..count), _indices.Slice(..count), count);
    }

    /// <summary>What the batch was made of.</summary>
    private sealed class Owner : IDisposable
    {
        private readonly Stack<IDisposable> _owned = [];

        public TResource Add<TResource>(TResource resource) where TResource : IDisposable?
        {
            if (resource is not null)
            {
                _owned.Push(resource);
            }

            return resource;
        }

        public void Dispose()
        {
            while (_owned.TryPop(out var resource))
            {
                resource.Dispose();
            }
        }
    }
}
