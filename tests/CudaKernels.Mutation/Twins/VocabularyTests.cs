using System.Diagnostics;

namespace CudaKernels.Mutation;

/// <summary>The tests of the vocabulary, built beside this program, and the kernels that they run.</summary>
internal static class VocabularyTests
{
    // Of the processor: what loops for ever uses it up, and what waits for ever the engine itself finds. A busy machine changes nothing.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly string s_program = Path.GetFullPath(Path.Combine(ProjectFolder(), "..", "CudaKernels.Emulation.Tests", "bin", "Release", "net10.0", "CudaKernels.Emulation.Tests.dll"));

    /// <summary>The test classes and their kernel files, in the order of their stages: what computes values comes first, since it is quick.</summary>
    public static IReadOnlyList<(string Class, string File, int Stage)> All { get; } =
    [
        ("MatrixRowTests", "matrix_rows.cu", 0), ("ConversionTests", "conversions.cu", 0), ("SharedLayoutTests", "shared_layouts.cu", 0), ("RegisterTests", "registers.cu", 0),
        ("TensorCopyTests", "tensor_copies.cu", 0), ("TensorWindowTests", "tensor_copies.cu", 0), ("TensorCopyMistakeTests", "tensor_copies.cu", 0),
        ("ApproximationTests", "arithmetic.cu", 0), ("PackedArithmeticTests", "arithmetic.cu", 0), ("LaneTests", "lanes.cu", 0), ("WgmmaTypeTests", "wgmma_types.cu", 0), ("MmaTests", "mma_forms.cu", 0),
        ("AsynchronousValueTests", "asynchronous_values.cu", 0), ("WgmmaFragmentTests", "wgmma_facts.cu", 1),
        ("PlantedSynchronousTests", "planted_synchronous.cu", 1), ("PlantedTensorCoreTests", "planted_tensor_cores.cu", 1), ("PlantedAsynchronousTests", "planted_cluster.cu", 1), ("PlantedAsynchronousTests", "planted_orders.cu", 1),
        ("PlantedAsynchronousTests", "planted_mbarrier.cu", 1), ("PlantedAsynchronousTests", "planted_cp_async.cu", 1), ("PlantedAsynchronousTests", "planted_bulk.cu", 1), ("PlantedAsynchronousTests", "planted_named_barrier.cu", 1),
        ("CutKernelTests", "copy_groups.cu", 2), ("CutKernelTests", "bulk_ring.cu", 2), ("CutKernelTests", "cluster_sum.cu", 2), ("WgmmaGemmTests", "wgmma_gemm.cu", 3),
    ];

    /// <summary>Whether the tests were built.</summary>
    public static bool AreThere => File.Exists(s_program);

    /// <summary>The text of a kernel file.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(Path.GetDirectoryName(s_program)!, "Vocabulary", "Kernels", file));

    /// <summary>Runs classes over the kernels of a folder until a test fails.</summary>
    /// <returns>What the program printed; null when all tests passed.</returns>
    public static string? FirstFailure(IEnumerable<string> testClasses, string folder)
    {
        string[] classes = [.. testClasses.Distinct()];
        var start = new ProcessStartInfo("dotnet", [s_program, "--no-progress", "--no-ansi", "--stop-on-fail", "on", "--parallel", "none", "--filter-class", .. classes.Select(name => $"CudaKernels.Tests.Vocabulary.{name}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CUDAKERNELS_VOCABULARY"] = folder;
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (!process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            if (process.TotalProcessorTime > s_patience)
            {
                process.Kill(entireProcessTree: true);
                return $"{string.Join(", ", classes)} did not end within {s_patience.TotalSeconds} s of the processor";
            }
        }

        return process.ExitCode == 0 ? null : string.Join('\n', output.Result);
    }

    private static string ProjectFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "")
    {
        // Beside the build's output where the sources are named by a path of another machine.
        var beside = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "CudaKernels.Mutation"));
        return Directory.Exists(beside) ? beside : Path.GetDirectoryName(Path.GetDirectoryName(path))!;
    }
}
