using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class LibrarySymbolSourceTests
{
    private const int OldDriver = 12020;

    [Fact]
    public void The_driver_is_asked_with_the_pinned_version()
    {
        using FakePlatform platform = WithDriver();
        LibrarySymbolSource source = new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver);
        Assert.Equal(103020, source.Find(new NativeFunction("driver", "cuMemAlloc", "cuMemAlloc_v2", "cuMemAlloc", 3020, 3020)).Address);
        Assert.Equal(104000, source.Find(new NativeFunction("driver", "cuLaunchKernel", "cuLaunchKernel", "cuLaunchKernel", 4000, 4000)).Address);
        Assert.Equal("12.2", source.Library.Version);
    }

    [Fact]
    public void A_function_above_the_driver_says_what_it_needs()
    {
        using FakePlatform platform = WithDriver();
        var driver = new DriverApi(new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver));
        Assert.True(driver.IsAvailable("cuLibraryLoadData"));
        Assert.False(driver.IsAvailable("cuKernelGetParamInfo"));
        Assert.Equal("needs CUDA 12.4, the driver is 12.2", driver.Find("cuKernelGetParamInfo").Reason);
    }

    [Fact]
    public void A_null_pointer_from_the_driver_is_missing_and_not_a_success()
    {
        using FakePlatform platform = WithDriver();
        LibrarySymbolSource source = new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver);
        SymbolLookup lookup = source.Find(new NativeFunction("driver", "cuUnknown", "cuUnknown", "cuUnknown", 4000, 4000));
        Assert.False(lookup.IsFound);
        Assert.Equal("the driver 12.2 does not have cuUnknown", lookup.Reason);
    }

    [Fact]
    public void A_function_without_a_pin_is_taken_by_its_export()
    {
        using FakePlatform platform = WithDriver();
        LibrarySymbolSource source = new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver);
        Assert.Equal(4096, source.Find(new NativeFunction("driver", "cuExportedOnly", "cuExportedOnly", null, 0, 0)).Address);
    }

    [Fact]
    public void A_driver_without_cuGetProcAddress_is_asked_by_export()
    {
        using FakePlatform platform = WithDriver();
        platform.HasGetProcAddress = false;
        LibrarySymbolSource source = new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver);
        Assert.Equal(4096, source.Find(new NativeFunction("driver", "cuExportedOnly", "cuExportedOnly", "cuExportedOnly", 4000, 4000)).Address);
        Assert.False(source.Find(new NativeFunction("driver", "cuLaunchKernel", "cuLaunchKernel", "cuLaunchKernel", 4000, 4000)).IsFound);
    }

    [Fact]
    public void The_way_to_ask_the_driver_is_itself_an_export()
    {
        using FakePlatform platform = WithDriver();
        LibrarySymbolSource source = new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Driver);
        NativeFunction function = DriverApi.Functions[DriverApi.Functions.IndexOf("cuGetProcAddress")];
        Assert.Equal(platform.FindExport(1, "cuGetProcAddress_v2"), source.Find(in function).Address);
    }

    [Fact]
    public void Another_library_is_asked_by_export_and_says_its_version()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Installed["libnvrtc.so.12"] = "/usr/lib/libnvrtc.so.12.8.93";
        var nvrtc = new NvrtcApi(new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Nvrtc));
        Assert.True(nvrtc.IsAvailable("nvrtcVersion"));
        Assert.Equal("needs NVRTC of CUDA 13.3, and /usr/lib/libnvrtc.so.12.8.93 is 12.8", nvrtc.Find("nvrtcInstallBundledHeaders").Reason);
        Assert.Equal("/usr/lib/libnvrtc.so.12.8.93 (NVRTC 12.8) does not have nvrtcGetCUBIN", nvrtc.Find("nvrtcGetCUBIN").Reason);
    }

    private static FakePlatform WithDriver()
    {
        var platform = new FakePlatform(isWindows: false) { DriverVersion = OldDriver };
        platform.InstallDriver();
        return platform;
    }
}
