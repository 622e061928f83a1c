using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A kernel that the engine runs.</summary>
internal sealed unsafe class EngineKernel(SoftwareKernel kernel, bool isAlone) : KernelCode
{
    public override string Name => kernel.Name;

    public override IReadOnlyList<(int Offset, int Size)> Parameters { get; } = [.. kernel.Parameters.Select(parameter => (parameter.Offset, parameter.Size))];

    public override int MaxThreadsPerBlock => kernel.MaxThreadsPerBlock;

    public override int StaticSharedBytes => kernel.StaticSharedBytes;

    public override bool IsStaticSharedExact => isAlone || kernel.StaticSharedBytes == 0;

    public override Dim3 Cluster => kernel.Cluster;

    public override void Run(in KernelLaunch launch)
    {
        // The compiler of a GPU refuses it; the host's has no such limit.
        if (kernel.DeclaredSharedBytes > LaunchLimits.SharedPerBlock)
        {
            throw new KernelFault(CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, new EmulationReport("limit", $"{kernel.Expression} declares {kernel.DeclaredSharedBytes} bytes of static shared memory; a kernel has at most {LaunchLimits.SharedPerBlock}, more only as dynamic shared memory")
            {
                Kernel = kernel.Expression,
            });
        }

        var (device, shape) = (launch.Device, launch.Shape);
        var options = device.Options;
        var result = NativeRuntime.Instance.Launch(new NativeLaunch
        {
            Kernel = kernel,
            Grid = new Dim3(shape.GridX, shape.GridY, shape.GridZ),
            Block = new Dim3(shape.BlockX, shape.BlockY, shape.BlockZ),
            Cluster = shape.HasCluster ? new Dim3(shape.ClusterX, shape.ClusterY, shape.ClusterZ) : new Dim3(1, 1, 1),
            SharedBytes = shape.SharedBytes,
            Arguments = launch.Arguments,
            Seed = (ulong)(uint)options.Seed,
            Reversed = options.Reversed,
            Workers = options.WorkerThreads == 0 ? Environment.ProcessorCount : options.WorkerThreads,
            Cooperative = shape.IsCooperative,
            Stream = launch.Stream,
            Dependent = launch.IsDependent,
            TimeLimitMilliseconds = (int)options.KernelTimeLimit.TotalMilliseconds,
        });
        if (result.Output.Length > 0)
            (options.Output ?? Console.Out).Write(result.Output);
        // The fault's own report goes with the exception.
        var faulted = result.Fault is null ? null : result.Findings.FirstOrDefault(finding => finding.Rule == result.Fault.Rule && finding.Message == result.Fault.Message);
        foreach (var finding in result.Findings)
        {
            if (!ReferenceEquals(finding, faulted))
                device.Reports.Add(finding);
        }

        device.NoteAccesses(result.Accesses);
        if (result.Fault is { } fault)
            throw new KernelFault(ErrorOf(fault.Rule), faulted ?? ReportOf(fault));
    }

    // What a GPU would answer to the same mistake.
    private static CUresult ErrorOf(string rule) => rule switch
    {
        "out-of-bounds" or "use-after-free" or "not-device-memory" => CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "misaligned" => CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
        "assert" => CUresult.CUDA_ERROR_ASSERT,
        "limit" => CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
        "hang" or "deadlock" => CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
        _ => CUresult.CUDA_ERROR_LAUNCH_FAILED,
    };

    private static EmulationReport ReportOf(NativeFault fault)
    {
        var buffer = fault.Address == 0 ? null : AllocationMap.Find((nuint)fault.Address) ?? AllocationMap.FindNear((nuint)fault.Address);
        return new EmulationReport(fault.Rule, fault.Message)
        {
            Kernel = fault.Kernel,
            File = fault.File,
            Line = fault.Line,
            Thread = (fault.Thread.X, fault.Thread.Y, fault.Thread.Z),
            Block = (fault.Block.X, fault.Block.Y, fault.Block.Z),
            Buffer = buffer?.ToString(),
        };
    }
}
