namespace CudaKernels.Tests;

/// <summary>A user's own kernels: compile and run, on the software device.</summary>
public sealed class KernelVerbTests : IDisposable
{
    private const string Source = """
        template <typename T>
        __global__ void saxpy(T* y, const T* x, T a, int n)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < n)
            {
                y[i] = a * x[i] + y[i];
            }
        }

        extern "C" __global__ void offset(int* out, const int* in, int n)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < n)
            {
                out[i] = in[i] + OFFSET;
            }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-cli-").FullName;

    public KernelVerbTests()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), $"the software device needs a C++ compiler: {reason}");
        File.WriteAllText(Kernel, Source);
    }

    private string Kernel => Path.Combine(_folder, "kernel.cu");

    [Fact]
    public void ATemplateRuns()
    {
        var run = ToolRun.Of("run", Kernel, "saxpy<float>", "--grid", "4", "--block", "256", "--define", "OFFSET=0", "--device", "emulated", "--json", "inout:f32[1000]=ones", "in:f32[1000]=iota", "f32:2.5", "i32:1000");
        Assert.True(run.ExitCode == 0, run.Error);
        var document = run.Document();
        var output = Assert.Single(document["outputs"]!.AsArray())!;
        Assert.Equal(["index", "type", "shape", "first", "sum"], output.AsObject().Select(pair => pair.Key));
        Assert.Equal(0, (int)output["index"]!);
        Assert.Equal("f32", (string)output["type"]!);
        Assert.Equal(1000, (int)Assert.Single(output["shape"]!.AsArray())!);
        Assert.Equal([1, 3.5, 6, 8.5], output["first"]!.AsArray().Take(4).Select(value => (double)value!));
        Assert.Equal(1000 + (2.5 * 999 * 1000 / 2), (double)output["sum"]!);
        Assert.Empty(document["reports"]!.AsArray());
        Assert.True((double)document["milliseconds"]! > 0);
    }

    [Fact]
    public void ABufferOfOtherElementsThanTheKernelTakesIsRefused()
    {
        var run = ToolRun.Of("run", Kernel, "saxpy<float>", "--grid", "4", "--block", "256", "--define", "OFFSET=0", "--device", "emulated", "inout:f64[1000]=ones", "in:f32[1000]=iota", "f32:2.5", "i32:1000");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("argument 0 is a pointer to double; the kernel takes float*", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DefinesReachTheKernelAndOutputsAreSaved()
    {
        var run = ToolRun.Of("run", Kernel, "offset", "--grid", "1,1", "--block", "32,1,1", "--define", "OFFSET=40", "--device", "emulated", "--save", _folder, "--json", "out:i32[20]", "in:i32[20]=iota", "i32:20");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((20 * 40) + (19 * 20 / 2), (double)run.Document()["outputs"]![0]!["sum"]!);
        var saved = NpyFile.Read(Path.Combine(_folder, "output0.npy"));
        Assert.Equal(ElementKind.Int32, saved.Kind);
        Assert.Equal(20 * sizeof(int), saved.Data.Length);
        Assert.Equal(40, BitConverter.ToInt32(saved.Data));

        // What was saved can be read back in.
        var again = ToolRun.Of("run", Kernel, "offset", "--grid", "1", "--block", "32", "--define", "OFFSET=1", "--device", "emulated", "--json", "out:i32[20]", $"in:i32[20]={Path.Combine(_folder, "output0.npy")}", "i32:20");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(41, (double)again.Document()["outputs"]![0]!["first"]![0]!);
    }

    [Fact]
    public void EightBitFloatsArePassedShownAndSaved()
    {
        File.WriteAllText(Kernel, """
            #include "common/float8.cuh"
            extern "C" __global__ void widen(float* y, e4m3* z, const e4m3* x, e5m2 a, int n) {
              for (int i = 0; i < n; ++i) {
                y[i] = to_f32(x[i]) + to_f32(a);
                z[i] = to_e4m3(y[i]);
              }
            }
            """);
        var run = ToolRun.Of("run", Kernel, "widen", "--grid", "1", "--block", "1", "--device", "emulated", "--save", _folder, "--json", "out:f32[20]", "out:f8e4m3[20]", "in:f8e4m3[20]=iota", "f8e5m2:0.5", "i32:20");
        Assert.True(run.ExitCode == 0, run.Error);
        var outputs = run.Document()["outputs"]!.AsArray();

        // From 16 on every other integer is a number; 17 is a tie, and goes to 16.
        Assert.Equal(Enumerable.Range(0, 16).Sum(i => i + 0.5) + 16.5 + 16.5 + 18.5 + 20.5, (double)outputs[0]!["sum"]!);
        Assert.Equal("f8e4m3", (string)outputs[1]!["type"]!);
        Assert.Equal([0.5, 1.5, 2.5, 3.5], outputs[1]!["first"]!.AsArray().Take(4).Select(value => (double)value!));
        var saved = NpyFile.Read(Path.Combine(_folder, "output1.npy"));
        Assert.Equal(ElementKind.Float8E4M3, saved.Kind);
        Assert.Equal((Float8E4M3)0.5f, saved.ToArray<Float8E4M3>()[0]);

        var random = ToolRun.Of("run", Kernel, "widen", "--grid", "1", "--block", "1", "--device", "emulated", "--json", "out:f32[20]", "out:f8e4m3[20]", "in:f8e4m3[20]=rand", "f8e5m2:0", "i32:20");
        Assert.InRange((double)random.Document()["outputs"]![0]!["sum"]!, 1, 20);
    }

    [Theory]
    [InlineData("u64", "unsigned long long", "0x8000000000000003", "9223372036854775811")]
    [InlineData("i64", "long long", "-9007199254740993", "-9007199254740993")]
    [InlineData("u32", "unsigned", "4294967295", "4294967295")]
    [InlineData("i16", "short", "-32768", "-32768")]
    [InlineData("u16", "unsigned short", "65535", "65535")]
    public void IntegersKeepAllDigitsAndAreSaved(string type, string cuda, string value, string shown)
    {
        File.WriteAllText(Kernel, $"extern \"C\" __global__ void fill({cuda}* y, {cuda} value, const {cuda}* x) {{ y[threadIdx.x] = value; if (threadIdx.x > 0) y[threadIdx.x] = x[threadIdx.x]; }}");
        string[] run = ["run", Kernel, "fill", "--grid", "1", "--block", "6", "--device", "emulated", "--save", _folder, "--json", $"out:{type}[2,3]", $"{type}:{value}"];
        var first = ToolRun.Of([.. run, $"in:{type}[6]=iota"]);
        Assert.True(first.ExitCode == 0, first.Error);
        var output = first.Document()["outputs"]![0]!;
        Assert.Equal([shown, "1", "2", "3", "4", "5"], output["first"]!.AsArray().Select(number => number!.ToJsonString()));
        Assert.Equal([2, 3], output["shape"]!.AsArray().Select(length => (int)length!));
        Assert.Equal((System.Numerics.BigInteger.Parse(shown) + 15).ToString(), output["sum"]!.ToJsonString());

        // What was saved can be read back in.
        var again = ToolRun.Of([.. run.Select(word => word == _folder ? Path.Combine(_folder, "again") : word), $"in:{type}[6]={Path.Combine(_folder, "output0.npy")}"]);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal([shown, "1", "2", "3", "4", "5"], again.Document()["outputs"]![0]!["first"]!.AsArray().Select(number => number!.ToJsonString()));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "output0.npy")), File.ReadAllBytes(Path.Combine(_folder, "again", "output0.npy")));
    }

    [Theory]
    [InlineData("u8:256")]
    [InlineData("u64:-1")]
    [InlineData("i64:9223372036854775808")]
    [InlineData("i32:1.5")]
    [InlineData("u16:1e9")]
    [InlineData("in:f32[65536,65536]=ones")]
    [InlineData("f32")]
    [InlineData("out:f32[10]=ones")]
    [InlineData("in:f32[10]")]
    [InlineData("in:f33[10]=ones")]
    [InlineData("in:f32[10]=sevens")]
    [InlineData("in:f32[99999999999]=ones")]
    [InlineData("f32:one")]
    public void WrongArgumentsAreRefused(string argument)
    {
        var run = ToolRun.Of("run", Kernel, "offset", "--grid", "1", "--block", "32", "--define", "OFFSET=1", "--device", "emulated", argument);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void CompilingWritesAnImage()
    {
        var run = ToolRun.Of("compile", Kernel, "--host", "--out", _folder, "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("OFFSET", (string)run.Document()["files"]![0]!["log"]!);
        File.WriteAllText(Kernel, "#define OFFSET 3\n" + Source);
        run = ToolRun.Of("compile", Kernel, "--host", "--out", _folder, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        var file = Assert.Single(run.Document()["files"]!.AsArray())!;
        Assert.True((bool)file["succeeded"]!);
        Assert.Equal((long)file["bytes"]!, new FileInfo((string)file["path"]!).Length);
    }

    [Fact]
    public void CompilingTakesFoldersAndMacros()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "include")).FullName;
        File.WriteAllText(Path.Combine(folder, "offset.h"), "#define OFFSET (BASE + EXTRA)\n");
        File.WriteAllText(Kernel, "#include \"offset.h\"\n" + Source);
        var run = ToolRun.Of("compile", Kernel, "--host", "--include", folder, "--define", "BASE=3", "--define", "EXTRA", "--json");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        run = ToolRun.Of("compile", Kernel, "--host", "--define", "BASE=3", "--define", "EXTRA", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("offset.h", run.Output + run.Error);
        run = ToolRun.Of("compile", Kernel, "--host", "--include", Path.Combine(_folder, "nowhere"));
        Assert.Equal(2, run.ExitCode);
        run = ToolRun.Of("compile", Kernel, "--host", "--define", "A=1", "--define", "A=2");
        Assert.Equal(2, run.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
