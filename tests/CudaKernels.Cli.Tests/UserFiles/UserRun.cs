using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace CudaKernels.Tests.UserFiles;

/// <summary>One run of a kernel of UserFiles by the tool, in the checking mode, with arrays in and out through npy files.</summary>
internal sealed class UserRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-user-").FullName;
    private int _files;

    public UserRun() => Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), $"the software device needs a C++ compiler: {reason}");

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "UserFiles", file);

    /// <summary>Numbers between -1 and 1, the same for a seed.</summary>
    public static float[] Random(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <param name="values">The elements.</param>
    /// <param name="lengths">Their shape; nothing for one dimension.</param>
    public string In<T>(T[] values, params int[] lengths) where T : unmanaged => Argument("in", values, lengths);

    public string InOut<T>(T[] values, params int[] lengths) where T : unmanaged => Argument("inout", values, lengths);

    /// <summary>Runs a kernel that must be without a mistake.</summary>
    public JsonNode Clean(string file, string kernel, string grid, string block, int shared, int seed, params string[] arguments)
    {
        var run = Start(file, kernel, grid, block, shared, seed, arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var document = run.Document();
        Assert.Empty(document["reports"]!.AsArray());
        return document;
    }

    public ToolRun Start(string file, string kernel, string grid, string block, int shared, int seed, params string[] arguments) => Start(file, kernel, grid, block, shared, seed, sanitize: true, arguments);

    public ToolRun Start(string file, string kernel, string grid, string block, int shared, int seed, bool sanitize, params string[] arguments) =>
        ToolRun.Of(["run", PathOf(file), kernel, "--grid", grid, "--block", block, "--shared", $"{shared}", "--seed", $"{seed}", .. sanitize ? ["--sanitize"] : new[] { "--device", "emulated" }, "--save", _folder, "--json", .. arguments]);

    /// <summary>An output of the last run.</summary>
    public T[] Output<T>(int index) where T : unmanaged => MemoryMarshal.Cast<byte, T>(NpyFile.Read(Path.Combine(_folder, $"output{index}.npy")).Data).ToArray();

    public static void Near(ReadOnlySpan<double> expected, float[] got, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"element {i}: expected {expected[i]}, got {got[i]}");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Argument<T>(string direction, T[] values, int[] lengths) where T : unmanaged
    {
        var path = Path.Combine(_folder, $"in{_files++}.npy");
        NpyFile.Write<T>(path, values, [values.Length]);
        return $"{direction}:{ElementName<T>()}[{(lengths.Length == 0 ? values.Length : string.Join(',', lengths))}]={path}";
    }

    private static string ElementName<T>() =>
        typeof(T) == typeof(float) ? "f32" : typeof(T) == typeof(int) ? "i32" : typeof(T) == typeof(Half) ? "f16" : typeof(T) == typeof(BFloat16) ? "bf16" : typeof(T) == typeof(byte) ? "u8" : typeof(T) == typeof(sbyte) ? "i8" : "i64";
}
