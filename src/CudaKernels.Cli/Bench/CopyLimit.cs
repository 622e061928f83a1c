namespace CudaKernels.Cli.Bench;

/// <summary>A copy that moves as many bytes as an operation, half of them read and half written: the limit of whatever streams its operands.</summary>
internal sealed unsafe class CopyLimit : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <param name="device">On the managed device one thread copies; a GPU copies within its memory.</param>
    /// <param name="bytes">Read and written together.</param>
    public CopyLimit(ComputeDevice device, nint bytes)
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
            var (from, to) = (Own(device.CreateTensor<byte>(random, [half])), Own(device.CreateUninitializedTensor<byte>([half])));
            Contestant = new Contestant("copy", () => from.CopyTo(to), device.Synchronize) { Clock = SampleClock.Of(device) };
        }
    }

    public Contestant Contestant { get; }

    public void Dispose() => _owned.ForEach(resource => resource.Dispose());

    private TResource Own<TResource>(TResource resource) where TResource : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
