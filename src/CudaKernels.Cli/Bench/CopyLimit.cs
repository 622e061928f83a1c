namespace CudaKernels.Cli.Bench;

/// <summary>A copy that moves as many bytes as an operation, half of them read and half written: the limit of whatever streams its operands.</summary>
internal sealed unsafe class CopyLimit : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly List<(DeviceTensor<byte> From, DeviceTensor<byte> To)> _pairs = [];
    private int _next;

    /// <param name="device">On the managed device one thread copies; a GPU copies within its memory.</param>
    /// <param name="bytes">Read and written together.</param>
    /// <param name="turns">How many copies take turns on a GPU, as the operation's operands do.</param>
    public CopyLimit(ComputeDevice device, nint bytes, CacheTurns turns)
    {
        var half = Math.Max(bytes / 2, 1);
        if (device is CpuDevice)
        {
            var (from, to) = (Own(new HostArray<byte>(half)), Own(new HostArray<byte>(half)));
            Contestant = new Contestant("copy", () => Buffer.MemoryCopy(from.Pointer, to.Pointer, half, half), () => { });
        }
        else
        {
            // Random bytes: memory of one value costs a GPU less power, and so less time.
            var random = new byte[half];
            new Random(1).NextBytes(random);
            for (var sets = turns.Sets(bytes); _pairs.Count < sets;)
            {
                _pairs.Add((Own(device.CreateTensor<byte>(random, [half])), Own(device.CreateUninitializedTensor<byte>([half]))));
            }

            Contestant = new Contestant("copy", CopyNext, device.Synchronize) { Clock = SampleClock.Of(device) };
        }
    }

    public Contestant Contestant { get; }

    /// <summary>The copies that take turns.</summary>
    public int Sets => Math.Max(_pairs.Count, 1);

    public void Dispose() => _owned.ForEach(resource => resource.Dispose());

    private void CopyNext()
    {
        var (from, to) = _pairs[_next];
        from.CopyTo(to);
        _next = _next + 1 < _pairs.Count ? _next + 1 : 0;
    }

    private TResource Own<TResource>(TResource resource) where TResource : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
