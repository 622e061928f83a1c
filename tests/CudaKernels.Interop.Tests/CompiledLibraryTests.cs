using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>The whole way with the real loader and a C compiler's idea of the calling convention: found, loaded, resolved, called.</summary>
public sealed unsafe class CompiledLibraryTests
{
    // Values go to an int array that the test reads, because a C function sees arguments as a C compiler lays them out.
    private const string DriverSource = """
        #include <stddef.h>
        #include <string.h>
        typedef struct { int type; int id; } Location;
        static long long seen[8];
        int cuDriverGetVersion(int *v) { *v = 12020; return 0; }
        static int prefetch(unsigned long long p, size_t n, Location l, unsigned flags, void *stream)
        { seen[0] = p; seen[1] = n; seen[2] = l.type; seen[3] = l.id; seen[4] = flags; seen[5] = (long long)stream; return 0; }
        static int attribute(int *value, int name, int device) { *value = name * 1000 + device; return 0; }
        static int elapsed(float *ms, void *a, void *b) { *ms = 1.5f; return a == (void *)1 && b == (void *)2 ? 0 : 1; }
        int cuGetProcAddress_v2(const char *name, void **f, int version, unsigned long long flags, int *status)
        {
            *f = 0; *status = 0;
            if (version > 12020) return 1;
            if (!strcmp(name, "cuMemPrefetchAsync") && version == 12020) *f = (void *)prefetch;
            else if (!strcmp(name, "cuDeviceGetAttribute")) *f = (void *)attribute;
            else if (!strcmp(name, "cuEventElapsedTime") && version == 2000) *f = (void *)elapsed;
            else *status = 1;
            return 0;
        }
        long long cuSeen(int i) { return seen[i]; }
        """;

    private const string CommunicatorSource = """
        #include <string.h>
        typedef struct { char internal[128]; } UniqueId;
        int ncclGetVersion(int *v) { *v = 22703; return 0; }
        int ncclCommInitRank(void **comm, int count, UniqueId id, int rank)
        { *comm = (void *)(long)(count * 100 + rank); return id.internal[0] == 7 && id.internal[127] == 9 ? 0 : 4; }
        """;

    private static readonly string? s_compiler = FindCompiler();

    [Fact]
    public void Structs_and_handles_reach_a_C_driver_by_value()
    {
        using TemporaryFolder folder = Compile("libcuda.so.1", DriverSource);
        LibrarySymbolSource source = new NativeLibraryFinder(new NativeLibraryOptions { Paths = [folder.Path] }).Open(NativeLibraryKind.Driver);
        Assert.Equal(Path.Combine(folder.Path, "libcuda.so.1"), source.Library.Path);
        Assert.Equal("12.2", source.Library.Version);

        var driver = new DriverApi(source);
        var location = new CUmemLocation { type = CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE, id = 3 };
        Assert.Equal(CUresult.CUDA_SUCCESS, driver.cuMemPrefetchAsync(new CUdeviceptr(0x123456789abc), 77, location, 5, new CUstream(0x42)));
        var seen = (delegate* unmanaged<int, long>)source.Find(new NativeFunction("driver", "cuSeen", "cuSeen", null, 0, 0)).Address;
        long[] expected = [0x123456789abc, 77, (int)CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE, 3, 5, 0x42];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(i => seen(i)).ToArray());

        int value;
        Assert.Equal(CUresult.CUDA_SUCCESS, driver.cuDeviceGetAttribute(&value, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_WARP_SIZE, new CUdevice(2)));
        Assert.Equal((int)CUdevice_attribute.CU_DEVICE_ATTRIBUTE_WARP_SIZE * 1000 + 2, value);
        float milliseconds;
        Assert.Equal(CUresult.CUDA_SUCCESS, driver.cuEventElapsedTime_v1(&milliseconds, new CUevent(1), new CUevent(2)));
        Assert.Equal(1.5f, milliseconds);
        CudaNotSupportedException error = Assert.Throws<CudaNotSupportedException>(() => driver.cuEventElapsedTime(null, default, default));
        Assert.Equal("cuEventElapsedTime is not available: needs CUDA 12.8, the driver is 12.2.", error.Message);
        error = Assert.Throws<CudaNotSupportedException>(() => driver.cuInit(0));
        Assert.Equal("cuInit is not available: the driver 12.2 does not have cuInit.", error.Message);
    }

    [Fact]
    public void A_struct_larger_than_the_registers_reaches_a_C_library_by_value()
    {
        using TemporaryFolder folder = Compile("libnccl.so.2", CommunicatorSource);
        var nccl = new NcclApi(new NativeLibraryFinder(new NativeLibraryOptions { Paths = [folder.Path] }).Open(NativeLibraryKind.Nccl));
        ncclUniqueId id = default;
        id.@internal[0] = 7;
        id.@internal[127] = 9;
        ncclComm_t communicator;
        Assert.Equal(ncclResult_t.ncclSuccess, nccl.ncclCommInitRank(&communicator, 4, id, 3));
        Assert.Equal(403, communicator.Value);
    }

    private static TemporaryFolder Compile(string name, string source)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && s_compiler is not null, "There is no C compiler (cc, gcc or clang) in PATH, or this is not Linux.");
        var folder = new TemporaryFolder();
        string file = folder.Add("library.c", source);
        using Process process = Process.Start(s_compiler!, ["-shared", "-fPIC", "-w", "-o", Path.Combine(folder.Path, name), file]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return folder;
    }

    private static string? FindCompiler() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { "cc", "gcc", "clang" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
