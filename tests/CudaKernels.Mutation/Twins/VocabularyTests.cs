using System.Diagnostics;

namespace CudaKernels.Mutation;

/// <summary>The tests of the vocabulary, built beside this program, and the kernels that they run.</summary>
internal static class VocabularyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private static readonly string s_program = Path.GetFullPath(Path.Combine(ProjectFolder(), "..", "CudaKernels.Emulation.Tests", "bin", "Release", "net10.0", "CudaKernels.Emulation.Tests.dll"));

    /// <summary>The test classes and their kernel files, the quick ones first.</summary>
    public static IReadOnlyList<(string Class, string File)> All { get; } =
    [
        ("MatrixRowTests", "matrix_rows.cu"), ("ConversionTests", "conversions.cu"), ("SharedLayoutTests", "shared_layouts.cu"), ("RegisterTests", "registers.cu"),
        ("TensorCopyTests", "tensor_copies.cu"), ("TensorWindowTests", "tensor_copies.cu"), ("TensorCopyMistakeTests", "tensor_copies.cu"),
        ("ApproximationTests", "arithmetic.cu"), ("PackedArithmeticTests", "arithmetic.cu"), ("LaneTests", "lanes.cu"), ("WgmmaTypeTests", "wgmma_types.cu"), ("MmaTests", "mma_forms.cu"),
        ("AsynchronousValueTests", "asynchronous_values.cu"), ("WgmmaFragmentTests", "wgmma_facts.cu"),
        ("PlantedSynchronousTests", "planted_synchronous.cu"), ("PlantedTensorCoreTests", "planted_tensor_cores.cu"), ("PlantedAsynchronousTests", "planted_cluster.cu"), ("PlantedAsynchronousTests", "planted_asynchronous.cu"),
        ("CutKernelTests", "copy_groups.cu"), ("CutKernelTests", "bulk_ring.cu"), ("CutKernelTests", "cluster_sum.cu"), ("WgmmaGemmTests", "wgmma_gemm.cu"),
    ];

    /// <summary>The text of a kernel file.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(Path.GetDirectoryName(s_program)!, "Vocabulary", "Kernels", file));

    /// <summary>Runs a class over the kernels of a folder until a test fails.</summary>
    /// <returns>What the program printed; null when all tests passed.</returns>
    public static string? FirstFailure(string testClass, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, "--no-progress", "--no-ansi", "--stop-on-fail", "on", "--parallel", "none", "--filter-class", $"CudaKernels.Tests.Vocabulary.{testClass}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CUDAKERNELS_VOCABULARY"] = folder;
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            return $"{testClass} did not end within {s_patience}";
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
