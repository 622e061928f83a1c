using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CudaKernels.Cli.Kernels;

/// <summary>An output buffer after the launch.</summary>
internal sealed record RunOutput(int Index, ElementFormat Format, double[] Values, byte[] Bytes)
{
    /// <exception cref="UsageException">The npy writer has no such type.</exception>
    public void Save(string path)
    {
        switch (Format.Name)
        {
            case "f64": Write<double>(path); break;
            case "f32": Write<float>(path); break;
            case "f16": Write<Half>(path); break;
            case "bf16": Write<BFloat16>(path); break;
            case "i64": Write<long>(path); break;
            case "i32": Write<int>(path); break;
            case "u8": Write<byte>(path); break;
            case "i8": Write<sbyte>(path); break;
            default: throw new UsageException($"--save cannot write {Format.Name}");
        }
    }

    private void Write<T>(string path) where T : unmanaged => NpyFile.Write(path, MemoryMarshal.Cast<byte, T>(Bytes), [Values.Length]);
}

/// <summary>A user's kernel on a device, with the buffers of one run.</summary>
internal sealed class KernelRun : IDisposable
{
    private readonly IDisposable _owner;
    private readonly EmulatedDevice? _emulated;
    private readonly CudaDevice _device;
    private readonly CudaModule _module;
    private readonly CudaKernel _kernel;
    private readonly Random _random;
    private readonly List<(int Index, RunArgument Argument, DeviceBuffer<byte> Buffer)> _buffers = [];

    public KernelRun(string deviceName, KernelSource source, string kernel, CompileOptions options, int seed, bool sanitize = false)
    {
        if (deviceName == "emulated")
        {
            _emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = sanitize, Seed = seed });
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
        _module = _device.Compile(source, kernel.Contains('<', StringComparison.Ordinal) ? options with { Kernels = [kernel] } : options);
        _kernel = _module.GetKernel(kernel);
    }

    /// <summary>Launches the kernel; gives the device's refusal or fault, or null.</summary>
    public Exception? Launch(LaunchConfig config, RunArgument[] arguments, int repeats, out double? milliseconds)
    {
        milliseconds = null;
        var stream = _device.DefaultStream!;
        var values = new KernelArgument[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Scalar is { } scalar ? Value(arguments[i].Format, scalar) : Buffer(i, arguments[i]);
        }

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
        catch (Exception exception) when (exception is CudaException or ArgumentException)
        {
            return exception;
        }
    }

    public IEnumerable<RunOutput> Outputs()
    {
        foreach (var (index, argument, buffer) in _buffers.Where(entry => entry.Argument.IsOutput))
        {
            var bytes = new byte[argument.Count * argument.Format.Size];
            buffer.CopyTo(bytes);
            yield return new RunOutput(index, argument.Format, [.. bytes.Chunk(argument.Format.Size).Select(argument.Format.Decode)], bytes);
        }
    }

    /// <summary>The mistakes that the software device saw; a device's refusal is a report of its own.</summary>
    public IReadOnlyList<EmulationReport> Reports(Exception? failure)
    {
        var reports = (_emulated?.Reports ?? []).Where(report => report.Rule != EmulationReport.NoteRule).ToArray();
        return failure is not null && reports.Length == 0 ? [new EmulationReport("limit", failure.Message) { Kernel = _kernel.Name }] : reports;
    }

    /// <summary>What the software device found worth a look.</summary>
    public IReadOnlyList<EmulationReport> Notes() => [.. (_emulated?.Reports ?? []).Where(report => report.Rule == EmulationReport.NoteRule)];

    public void Dispose()
    {
        foreach (var (_, _, buffer) in _buffers)
        {
            buffer.Dispose();
        }

        _module.Dispose();
        _owner.Dispose();
    }

    private KernelArgument Buffer(int index, RunArgument argument)
    {
        var buffer = _device.CreateBuffer<byte>(argument.Count * argument.Format.Size);
        _buffers.Add((index, argument, buffer));
        if (argument.Initial(_random) is { } bytes)
        {
            buffer.CopyFrom(bytes);
        }

        return buffer;
    }

    private static KernelArgument Value(ElementFormat format, double value) => format.Name switch
    {
        "f64" => value,
        "f32" => (float)value,
        "f16" => (Half)value,
        "bf16" => (BFloat16)(float)value,
        "i64" => (long)value,
        "i32" => (int)value,
        "u32" => (uint)value,
        "i16" => (short)value,
        "u8" => (byte)value,
        _ => (sbyte)value,
    };
}
