using System.Diagnostics;

namespace CudaKernels.Cli.Kernels;

/// <summary>A user's kernel on a device, with the buffers of one run.</summary>
internal sealed class KernelRun : IDisposable
{
    // A checked kernel is slower, and ended early when it stops accessing memory.
    private static readonly TimeSpan s_checkedTimeLimit = TimeSpan.FromMinutes(30);

    private readonly IDisposable _owner;
    private readonly EmulatedDevice? _emulated;
    private readonly CudaDevice _device;
    private readonly CudaModule _module;
    private readonly CudaKernel _kernel;
    private readonly Random _random;
    private readonly bool _meetsGrid;
    private readonly SortedDictionary<int, (RunArgument Argument, RunBuffer Buffer)> _buffers = [];
    private readonly List<IDisposable> _maps = [];

    public KernelRun(string deviceName, KernelSource source, string kernel, CompileOptions options, int seed, bool sanitize, TextWriter output)
    {
        if (deviceName == "emulated")
        {
            _emulated = EmulatedDevice.Open(sanitize ? new EmulationOptions { Sanitize = true, Seed = seed, KernelTimeLimit = s_checkedTimeLimit, Output = output } : new EmulationOptions { Seed = seed, Output = output });
            (_owner, _device) = (_emulated, _emulated.Device);
        }
        else if (sanitize)
        {
            throw new UsageException($"--sanitize runs on the software device: --device emulated, got '{deviceName}'");
        }
        else
        {
            _device = DeviceChoice.Open(deviceName) as CudaDevice ?? throw new UsageException("run needs a CUDA device: emulated or cuda:N");
            _owner = _device;
        }

        _random = new Random(seed);
        _meetsGrid = source.Text.Contains("this_grid", StringComparison.Ordinal) || source.Text.Contains("grid_group", StringComparison.Ordinal);
        _module = _device.Compile(source, options with { Kernels = [kernel] });
        _kernel = _module.GetKernel(kernel);
    }

    /// <summary>Launches the kernel; gives the device's refusal or fault, or null.</summary>
    public Exception? Launch(LaunchConfig config, RunArgument[] arguments, int repeats, out double? milliseconds)
    {
        milliseconds = null;
        var stream = _device.DefaultStream!;
        var values = new KernelArgument[arguments.Length];
        // Tensors first: a map may be of a later argument's.
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is { Format: { } format, Scalar: var scalar })
            {
                values[i] = scalar is not null ? format.Pass(scalar) : Buffer(i, arguments[i], format);
            }
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Tile is { } tile)
            {
                values[i] = Map(i, tile, arguments[i].MapOf ?? i);
            }
        }

        // nvcc's host code would launch a kernel that synchronises the grid as a cooperative one.
        config = config with { Cooperative = config.Cooperative || (_meetsGrid && IsResident(config)) };
        try
        {
            stream.Launch(_kernel, config, values);
            stream.Synchronize();
            if (repeats > 1)
            {
                var clock = Stopwatch.StartNew();
                for (var i = 0; i < repeats; i++)
                {
                    stream.Launch(_kernel, config, values);
                }

                stream.Synchronize();
                milliseconds = clock.Elapsed.TotalMilliseconds / repeats;
            }

            return null;
        }
        catch (ArgumentException exception) when (Fits(config))
        {
            throw new UsageException(exception.Message);
        }
        catch (Exception exception) when (exception is CudaException or ArgumentException)
        {
            return exception;
        }
    }

    public IEnumerable<RunOutput> Outputs()
    {
        foreach (var (index, (argument, buffer)) in _buffers.Where(entry => entry.Value.Argument.IsOutput))
        {
            var format = argument.Format!;
            var bytes = new byte[argument.Count * format.Size];
            buffer.CopyTo(bytes);
            yield return new RunOutput(index, format, argument.Lengths, [.. bytes.Chunk(format.Size)]);
        }
    }

    /// <summary>The mistakes that the software device saw; a device's refusal, or a GPU's fault, is a report of its own.</summary>
    public IReadOnlyList<EmulationReport> Reports(Exception? failure)
    {
        var reports = (_emulated?.Reports ?? []).Where(report => report.Rule != EmulationReport.NoteRule).Select(RunReport.Of).ToArray();
        return failure is not null && reports.Length == 0 ? [new EmulationReport(RunReport.RuleOf(failure), failure.Message) { Kernel = _kernel.Name }] : reports;
    }

    /// <summary>What the software device found worth a look.</summary>
    public IReadOnlyList<EmulationReport> Notes() => [.. (_emulated?.Reports ?? []).Where(report => report.Rule == EmulationReport.NoteRule)];

    public void Dispose()
    {
        foreach (var owned in _maps.Concat(_buffers.Values.Select(entry => (IDisposable)entry.Buffer)))
        {
            owned.Dispose();
        }

        _module.Dispose();
        _owner.Dispose();
    }

    // Whether the device could run the shape: then an exception is about the arguments.
    private bool Fits(LaunchConfig config)
    {
        var specification = _device.Specification;
        return Within(config.Grid, specification.MaxGrid) && Within(config.Block, specification.MaxBlock)
            && config.Block.Count <= (ulong)_kernel.MaxThreadsPerBlock && config.SharedBytes >= 0 && config.SharedBytes <= _kernel.MaxDynamicSharedBytes;
    }

    private bool IsResident(LaunchConfig config) =>
        Fits(config) && config.Grid.Count <= (ulong)(_kernel.MaxActiveBlocksPerMultiprocessor((int)config.Block.Count, config.SharedBytes) * _device.Specification.MultiprocessorCount);

    private static bool Within(Dim3 size, Dim3 limit) => size.Count > 0 && size.X <= limit.X && size.Y <= limit.Y && size.Z <= limit.Z;

    private KernelArgument Buffer(int index, RunArgument argument, ElementFormat format)
    {
        var buffer = format.Allocate(_device, argument.Count);
        _buffers.Add(index, (argument, buffer));
        if (argument.Initial(_random) is { } bytes)
        {
            buffer.CopyFrom(bytes);
        }

        return buffer.Argument;
    }

    // By value, or, for a kernel that takes a pointer, in device memory.
    private KernelArgument Map(int index, RunTile tile, int of)
    {
        if (!_buffers.TryGetValue(of, out var tensor))
        {
            throw new UsageException($"argument {index} maps argument {of}, which is no tensor; arguments are counted from 0");
        }

        var map = tile.Map(_device, tensor.Buffer, tensor.Argument.Format!, tensor.Argument.Lengths);
        _maps.Add(map);
        if (_kernel.Signature?.Parameters.ElementAtOrDefault(index)?.Kind is not (ParameterKind.Pointer or ParameterKind.ConstPointer))
        {
            return map;
        }

        var place = _device.CreateBuffer<byte>(map.Bytes.Length);
        _maps.Add(place);
        place.CopyFrom(map.Bytes);
        return place;
    }
}
