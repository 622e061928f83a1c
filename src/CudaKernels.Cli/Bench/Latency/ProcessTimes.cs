using System.Diagnostics;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>How long a new process of this program takes, from its start to its end: the runtime, the driver, the kernel, the result.</summary>
internal sealed class ProcessTimes
{
    private const string CacheVariable = "CUDAKERNELS_CACHE";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly string[] _arguments;

    private ProcessTimes(params string[] arguments) => _arguments = arguments;

    /// <summary>Looks at the machine and its devices.</summary>
    public static LatencyContest Info() => new(() => new ProcessTimes("info").Run(null), Turns.OfProcesses);

    /// <summary>A case of softmax in each element type, compared with the reference; what it needs is compiled.</summary>
    public static LatencyContest Check(LatencyLab lab) => Warm(new ProcessTimes("check", "softmax", "--cases", "1", "--device", lab.DeviceName));

    /// <summary>A kernel of the user's own, which is compiled already.</summary>
    public static LatencyContest Kernel(LatencyLab lab) => Warm(OfKernel(lab));

    /// <summary>A kernel of the user's own, which nobody has compiled before.</summary>
    public static LatencyContest NewKernel(LatencyLab lab)
    {
        var times = OfKernel(lab);
        return new LatencyContest(() => times.Run(Path.Combine(lab.Folder, $"{Guid.NewGuid():N}")), Turns.OfProcesses);
    }

    private static LatencyContest Warm(ProcessTimes times)
    {
        times.Run(null);
        return new LatencyContest(() => times.Run(null), Turns.OfProcesses);
    }

    private static ProcessTimes OfKernel(LatencyLab lab)
    {
        var file = Path.Combine(lab.Folder, "latency.cu");
        File.WriteAllText(file, LatencyLab.KernelText);
        return new ProcessTimes("run", file, "count", "--grid", "1", "--block", "32", "--device", lab.DeviceName, "inout:i32[1]=zeros");
    }

    /// <param name="cache">The folder of compiled kernels; null for the usual one.</param>
    private double Run(string? cache)
    {
        var start = OwnProcess.Start(_arguments);
        if (cache is not null)
        {
            start.Environment[CacheVariable] = cache;
        }

        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidDataException($"cudakernels {string.Join(' ', _arguments)} did not end within {s_patience}");
        }

        var time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        if (process.ExitCode != ExitCode.Success)
        {
            throw new InvalidDataException($"cudakernels {string.Join(' ', _arguments)} ended with {process.ExitCode}: {error.Result.Trim()} {output.Result.Trim()}");
        }

        return time;
    }
}
