using System.Reflection;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class EntryTableTests
{
    private static IEnumerable<MethodInfo> Natives => typeof(EmulatedDevice).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Entries", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
        .Where(method => method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>() is not null);

    private static string LongestPrefix(string name) => ((string[])["cublasLt", "cublas", "nvrtc", "cu"]).First(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    [Theory]
    [InlineData(typeof(DriverApi), "cu", 150)]
    [InlineData(typeof(NvrtcApi), "nvrtc", 15)]
    [InlineData(typeof(CublasApi), "cublas", 20)]
    [InlineData(typeof(CublasLtApi), "cublasLt", 20)]
    public void EveryEntryHasTheSignatureOfItsTable(Type table, string prefix, int atLeast)
    {
        var entries = Natives.Where(method => LongestPrefix(method.Name) == prefix).ToArray();
        Assert.True(entries.Length >= atLeast, $"{entries.Length} entries");
        foreach (var entry in entries)
        {
            var method = table.GetMethod(entry.Name);
            Assert.True(method is not null, $"{table.Name} has no {entry.Name}");
            Assert.Equal(method.ReturnType, entry.ReturnType);
            Assert.Equal(method.GetParameters().Select(parameter => parameter.ParameterType), entry.GetParameters().Select(parameter => parameter.ParameterType));
        }
    }

    [Fact]
    public void EveryEntryIsFound()
    {
        var light = new CublasLtApi(new SoftwareCublasLtSource());
        foreach (var entry in Natives.Where(method => LongestPrefix(method.Name) == "cublasLt"))
            Assert.True(light.IsAvailable(entry.Name), entry.Name);
        Assert.Equal("the software CUDA device does not provide cublasLtMatrixTransform", light.Find(nameof(CublasLtApi.cublasLtMatrixTransform)).Reason);
        var driver = new DriverApi(new SoftwareDriverSource());
        foreach (var entry in Natives.Where(method => DriverApi.Functions.IndexOf(method.Name) >= 0))
            Assert.True(driver.IsAvailable(entry.Name), entry.Name);
    }

    [Fact]
    public void AMissingFunctionNamesTheSoftwareDevice()
    {
        var driver = new DriverApi(new SoftwareDriverSource());
        Assert.False(driver.IsAvailable(nameof(DriverApi.cuIpcGetMemHandle)));
        Assert.Equal("the software CUDA device does not provide cuIpcGetMemHandle", driver.Find(nameof(DriverApi.cuIpcGetMemHandle)).Reason);
    }

    [Fact]
    public unsafe void ProcAddressFollowsTheVersion()
    {
        using var session = new DriverSession();
        fixed (byte* known = "cuMemAlloc\0"u8, unknown = "cuNoSuchThing\0"u8, recent = "cuEventElapsedTime\0"u8)
        {
            void* address;
            CUdriverProcAddressQueryResult status;
            DriverSession.Check(session.Api.cuGetProcAddress(known, &address, 12000, 0, &status));
            Assert.Equal(session.Api.Find("cuMemAlloc").Address, (nint)address);
            Assert.Equal(CUdriverProcAddressQueryResult.CU_GET_PROC_ADDRESS_SUCCESS, status);

            DriverSession.Check(session.Api.cuGetProcAddress(unknown, &address, 12000, 0, &status));
            Assert.True(address is null);
            Assert.Equal(CUdriverProcAddressQueryResult.CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND, status);

            DriverSession.Check(session.Api.cuGetProcAddress(recent, &address, 12000, 0, &status));
            Assert.Equal(session.Api.Find("cuEventElapsedTime_v1").Address, (nint)address);

            Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, session.Api.cuGetProcAddress(known, &address, 99000, 0, &status));
        }
    }
}
