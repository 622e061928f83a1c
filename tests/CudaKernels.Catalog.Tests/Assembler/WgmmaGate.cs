using System.Text.RegularExpressions;
using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>ptxas, which NVRTC has inside, and a device's driver as judges of the kernels by wgmma: one that spills, or whose wgmma is serialized, is right and slow.</summary>
internal static partial class WgmmaGate
{
    private const int RegistersOfBlock = 65_536;
    private const string Target = "sm_90a";

    // A warpgroup gives registers to others by setmaxnreg: each thread starts with an equal part of all.
    private static readonly int[] s_blocks = [384, 512];

    /// <summary>The kernels by wgmma that the operations take, each with its file.</summary>
    public static IReadOnlyList<(string File, string Expression)> Kernels { get; } =
        [.. KernelSource.ResourcePaths.SelectMany(file => OpKernels.Expressions(file).Where(IsWgmma).Select(expression => (file, expression)).Distinct())];

    /// <summary>The kernels by wgmma that a source defines, with the text of their launch bounds.</summary>
    public static IReadOnlyList<(string Name, string Bounds)> Defined(string source) =>
        [.. Definition().Matches(source).Where(match => IsWgmma(match.Groups["name"].Value)).Select(match => (match.Groups["name"].Value, match.Groups["bounds"].Value))];

    /// <summary>Compiles kernels to machine code and gives what there is against it.</summary>
    /// <param name="compiler">NVRTC.</param>
    /// <param name="device">A device of compute capability 9.0, which loads the code too; null for none.</param>
    /// <param name="kernels">The kernels.</param>
    public static IReadOnlyList<string> Objections(NvrtcCompiler compiler, CudaDevice? device, IReadOnlyList<(KernelSource Source, string Expression)> kernels)
    {
        var objections = new IReadOnlyList<string>[kernels.Count];
        Parallel.For(0, kernels.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => objections[i] = Objections(compiler, device, kernels[i].Source, kernels[i].Expression));
        return [.. objections.SelectMany(some => some)];
    }

    /// <summary>What there is against a kernel by the log of its compilation.</summary>
    public static IReadOnlyList<string> Objections(PtxasLog log, string symbol)
    {
        var objections = log.Remarks.Concat(log.Functions.Where(function => !function.IsInRegisters).Select(function => $"{function.Name} uses local memory: {function.StackBytes} bytes of stack, {function.SpillStoreBytes} of spill stores, {function.SpillLoadBytes} of spill loads")).ToList();
        var registers = log.Functions.FirstOrDefault(function => function.Name == symbol)?.Registers;
        if (registers is null)
        {
            objections.Add($"ptxas did not say how many registers {symbol} uses");
        }
        else if (!s_blocks.Select(RegistersOf).Contains(registers.Value))
        {
            objections.Add($"{registers} registers: setmaxnreg needs {string.Join(" or ", s_blocks.Select(threads => $"{RegistersOf(threads)} in blocks of {threads} threads"))}");
        }

        return objections;
    }

    /// <summary>What there is against a kernel by its attributes on a device.</summary>
    /// <param name="threads">The most threads of a block.</param>
    /// <param name="registers">Registers of a thread.</param>
    /// <param name="localBytes">Local memory of a thread.</param>
    public static IReadOnlyList<string> Objections(int threads, int registers, int localBytes)
    {
        var objections = new List<string>();
        if (localBytes != 0)
        {
            objections.Add($"the device gives a thread {localBytes} bytes of local memory");
        }

        if (!s_blocks.Contains(threads) || registers != RegistersOf(threads))
        {
            objections.Add($"the device gives a thread {registers} registers in blocks of at most {threads} threads");
        }

        return objections;
    }

    private static IReadOnlyList<string> Objections(NvrtcCompiler compiler, CudaDevice? device, KernelSource source, string expression)
    {
        var objections = new List<string>();
        try
        {
            // What NVRTC finds in the cache that it has had since 12.9, ptxas says nothing of.
            IReadOnlyList<string> additional = compiler.Version >= new Version(12, 9) ? ["--no-cache"] : [];
            var image = compiler.Compile(source, new CompileOptions { Kernels = [expression], PtxasOptions = PtxasLog.Options, Additional = additional }, Target);
            objections.AddRange(Objections(PtxasLog.Read(image.Log), image.LoweredNames[expression]));
            if (device is not null)
            {
                using var module = device.LoadModule(image, source.Name);
                var kernel = module.GetKernel(expression);
                objections.AddRange(Objections(kernel.MaxThreadsPerBlock, kernel.Registers, kernel.LocalBytes));
            }
        }
        catch (CudaException exception)
        {
            objections.Add(exception.Message);
        }

        return [.. objections.Select(objection => $"{source.Name}, {expression}: {objection}")];
    }

    /// <summary>The registers of a thread when a block has all of a multiprocessor's: a multiple of 8.</summary>
    private static int RegistersOf(int threads) => RegistersOfBlock / threads / 8 * 8;

    private static bool IsWgmma(string expression) => expression.Split('<')[0].Contains("wgmma", StringComparison.Ordinal);

    [GeneratedRegex(@"__global__\s+void\s+(?:__launch_bounds__\((?<bounds>(?:[^()]|\([^()]*\))*)\)\s*)?(?<name>\w+)\s*\(", RegexOptions.CultureInvariant)]
    private static partial Regex Definition();
}
