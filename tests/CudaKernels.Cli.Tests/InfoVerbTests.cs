using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary><c>info</c> on whatever machine the tests run.</summary>
public sealed class InfoVerbTests
{
    [Fact]
    public void EveryLibraryAndDeviceIsDescribed()
    {
        var run = ToolRun.Of("info", "--json");
        Assert.Equal(0, run.ExitCode);
        var document = run.Document();
        var libraries = document["libraries"]!.AsArray();
        Assert.Equal(Enum.GetValues<NativeLibraryKind>().Length, libraries.Count);
        Assert.All(libraries, library =>
        {
            Assert.Equal(["name", "found", "path", "version", "tried"], library!.AsObject().Select(pair => pair.Key));
            Assert.Equal((bool)library["found"]!, library["path"] is not null);

            // A library that is missing says where it was looked for, and why each place failed.
            Assert.True((bool)library["found"]! || library["tried"]!.AsArray().Count > 0);
            Assert.All(library["tried"]!.AsArray(), tried => Assert.NotEmpty((string)tried!["path"]!));
        });
        var devices = document["devices"]!.AsArray();
        Assert.All(devices, device => Assert.NotEmpty((string)device!["name"]!));
        Assert.Equal(["cpu", "emulated"], devices.Select(device => (string)device!["kind"]!).Where(kind => kind is "cpu" or "emulated").Order());
        Assert.True((int)devices.Single(device => (string)device!["id"]! == "cpu")!["threads"]! >= 1);
    }

    [Fact]
    public void WithoutJsonItIsText()
    {
        var run = ToolRun.Of("info");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("cpu:", run.Output);
    }
}
