using System.Globalization;

namespace CudaKernels.Tests.Planted;

/// <summary>
/// A file of this folder: a kernel (int* out, int* in, int n) named after its mistake, over n initialised elements in <c>in</c> (all 0)
/// and n uninitialised ones in <c>out</c>. With RIGHT defined it is the correct twin. The line <c>// launch blocks threads bytes n</c>
/// gives the launch and its dynamic shared memory; <c>//! rule</c> ends each line that a report may name.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The kernel.</param>
/// <param name="Blocks">The blocks of the launch.</param>
/// <param name="Threads">The threads of a block.</param>
/// <param name="SharedBytes">The dynamic shared memory.</param>
/// <param name="Length">The elements of each buffer.</param>
/// <param name="Marks">The marked lines and their rules.</param>
internal sealed record PlantedKernel(string Path, string Name, uint Blocks, uint Threads, int SharedBytes, int Length, IReadOnlyList<(string Rule, int Line)> Marks)
{
    /// <summary>The folder of kernels that look like mistakes and are none.</summary>
    private const string SoundFolder = "Sound";

    public static string Folder { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Planted");

    /// <summary>Every file, by name.</summary>
    public static IReadOnlyDictionary<string, PlantedKernel> All { get; } =
        Directory.EnumerateFiles(Folder, "*.cu", SearchOption.AllDirectories).Select(Read).OrderBy(kernel => kernel.Path, StringComparer.Ordinal).ToDictionary(kernel => kernel.Name);

    public bool IsSound => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path)) == SoundFolder;

    public CudaModule Compile(CudaDevice device, bool right) => device.Compile(
        KernelSource.FromFile(Path),
        new CompileOptions { Kernels = [Name], Defines = right ? new Dictionary<string, string?> { ["RIGHT"] = null } : new Dictionary<string, string?>() });

    /// <summary>Runs it in the checking mode on a device of its own; gives what was seen.</summary>
    public IReadOnlyList<EmulationReport> Run(bool right, int seed, bool reversed = false)
    {
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed, Reversed = reversed, KernelTimeLimit = TimeSpan.FromSeconds(4) });
        var device = emulated.Device;
        using var module = Compile(device, right);
        using var target = device.CreateBuffer<int>(Length);
        using var source = device.CreateBuffer<int>(new int[Length]);
        device.DefaultStream.Launch(module.GetKernel(Name), new LaunchConfig(new Dim3(Blocks), new Dim3(Threads), SharedBytes), target, source, Length);
        try
        {
            device.Synchronize();
        }
        catch (CudaException fault)
        {
            // What a GPU would fault at ends the context here too; the report says where.
            Assert.NotEmpty(emulated.Reports);
            Assert.NotEqual(Interop.CUresult.CUDA_SUCCESS, fault.Code);
        }

        return emulated.Reports;
    }

    private static PlantedKernel Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var launch = lines.Single(line => line.StartsWith("// launch ", StringComparison.Ordinal)).Split(' ')[2..].Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var marks = lines.Index().Where(line => line.Item.Contains("  //! ")).SelectMany(line => line.Item.Split("  //! ")[1].Split(' ').Select(rule => (rule, line.Index + 1)));
        return new PlantedKernel(path, System.IO.Path.GetFileNameWithoutExtension(path), (uint)launch[0], (uint)launch[1], launch[2], launch[3], [.. marks]);
    }
}
