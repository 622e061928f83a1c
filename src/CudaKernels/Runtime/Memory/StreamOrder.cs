using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Who last wrote a block of memory and who has read it since: a touch from another stream waits for them.</summary>
/// <remarks>
/// A wait is for everything that the other stream has been given by then, so what that stream does with the block after its
/// write need not be noted. Within one stream a touch costs one comparison. Nothing is allocated.
/// </remarks>
internal sealed class StreamOrder(CudaStream? writer)
{
    private readonly Lock _gate = new();
    private CudaStream? _writer = writer;
    private Readers _readers;
    private volatile int _readerCount;

    /// <summary>The stream of the last write.</summary>
    public CudaStream? Writer => Volatile.Read(ref _writer);

    public void Read(CudaStream stream)
    {
        if (ReferenceEquals(Volatile.Read(ref _writer), stream))
            return;
        lock (_gate)
        {
            if (ReferenceEquals(_writer, stream))
                return;
            for (var i = 0; i < _readerCount; i++)
            {
                if (ReferenceEquals(_readers[i], stream))
                    return;
            }

            if (_writer is { } writer)
                stream.OrderAfter(writer);
            if (_readerCount < Readers.Count)
            {
                _readers[_readerCount] = stream;
                _readerCount++;
                return;
            }

            // All places are taken: this reader follows the first and stands for both from here on.
            stream.OrderAfter(_readers[0]!);
            _readers[0] = stream;
        }
    }

    public void Write(CudaStream stream)
    {
        if (ReferenceEquals(Volatile.Read(ref _writer), stream) && _readerCount == 0)
            return;
        lock (_gate)
        {
            for (var i = 0; i < _readerCount; i++)
            {
                if (!ReferenceEquals(_readers[i], stream))
                    stream.OrderAfter(_readers[i]!);
                _readers[i] = null;
            }

            _readerCount = 0;
            if (_writer is { } writer && !ReferenceEquals(writer, stream))
                stream.OrderAfter(writer);
            Volatile.Write(ref _writer, stream);
        }
    }

    /// <summary>Refuses unfinished work of other streams, which a capture cannot wait for.</summary>
    public void RequireIdle(CudaStream capturing, CaptureSession session)
    {
        lock (_gate)
        {
            Require(_writer);
            for (var i = 0; i < _readerCount; i++)
                Require(_readers[i]);
        }

        void Require(CudaStream? other)
        {
            if (other is null || ReferenceEquals(other, capturing) || ReferenceEquals(other.Session, session) || other.IsIdle)
                return;
            throw new InvalidOperationException(
                $"{capturing} is being captured and touches memory that {other} still works on, outside of the capture: synchronise {other} before the capture begins");
        }
    }

    /// <summary>Waits on the host for every stream that touched the memory; false when one is being captured, which cannot be waited for.</summary>
    public bool TrySynchronize()
    {
        lock (_gate)
        {
            var all = _writer?.TryWaitForRelease() ?? true;
            for (var i = 0; i < _readerCount; i++)
                all &= _readers[i]!.TryWaitForRelease();
            return all;
        }
    }

    [InlineArray(Count)]
    private struct Readers
    {
        public const int Count = 4;
        private CudaStream? _first;
    }
}
