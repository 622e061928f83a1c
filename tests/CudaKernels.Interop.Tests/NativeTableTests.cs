using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed unsafe class NativeTableTests
{
    public static TheoryData<Type> Tables => [typeof(DriverApi), typeof(NvrtcApi), typeof(CublasApi), typeof(CublasLtApi), typeof(NvmlApi), typeof(NcclApi)];

    [Fact]
    public void A_function_is_asked_for_at_its_first_call_and_only_then()
    {
        var source = new RecordingSource(_ => SymbolLookup.Found((nint)(delegate* unmanaged<uint, CUresult>)&AddOneThousand));
        var driver = new DriverApi(source);
        Assert.Empty(source.Asked);
        Assert.Equal((CUresult)1007, driver.cuInit(7));
        Assert.Equal((CUresult)1008, driver.cuInit(8));
        Assert.Equal(["cuInit"], source.Asked);
    }

    [Fact]
    public void A_missing_function_throws_the_reason_of_its_source_and_harms_no_other()
    {
        var source = new RecordingSource(function => function.Name == "cuInit"
            ? SymbolLookup.Found((nint)(delegate* unmanaged<uint, CUresult>)&AddOneThousand)
            : SymbolLookup.Missing("needs CUDA 12.4, the driver is 12.2"));
        var driver = new DriverApi(source);
        CudaNotSupportedException error = Assert.Throws<CudaNotSupportedException>(() => driver.cuKernelGetParamInfo(default, 0, null, null));
        Assert.Equal("cuKernelGetParamInfo is not available: needs CUDA 12.4, the driver is 12.2.", error.Message);
        Assert.Equal("cuKernelGetParamInfo", error.FunctionName);
        Assert.Equal(CUresult.CUDA_ERROR_NOT_SUPPORTED, error.Code);
        Assert.Equal((CUresult)1000, driver.cuInit(0));
    }

    [Fact]
    public void Availability_is_told_without_a_call()
    {
        var source = new RecordingSource(function => function.Pin < 12000 ? SymbolLookup.Found(1) : SymbolLookup.Missing("too new"));
        var driver = new DriverApi(source);
        Assert.True(driver.IsAvailable("cuLaunchKernel"));
        Assert.False(driver.IsAvailable("cuLibraryLoadData"));
        Assert.Equal("too new", driver.Find("cuLibraryLoadData").Reason);
        ArgumentException error = Assert.Throws<ArgumentException>(() => driver.IsAvailable("cuLaunchRocket"));
        Assert.Contains("cuLaunchRocket", error.Message);
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        var driver = new DriverApi(new RecordingSource(_ => SymbolLookup.Found((nint)(delegate* unmanaged<uint, CUresult>)&AddOneThousand)));
        driver.cuInit(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        uint sum = 0;
        for (uint i = 0; i < 1000; i++)
            sum += (uint)driver.cuInit(i) - 1000;
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(499500u, sum);
    }

    [Fact]
    public void Many_threads_may_meet_at_the_first_call()
    {
        for (int round = 0; round < 50; round++)
        {
            var driver = new DriverApi(new RecordingSource(_ => SymbolLookup.Found((nint)(delegate* unmanaged<uint, CUresult>)&AddOneThousand)));
            Parallel.For(0, 16, i => Assert.Equal((CUresult)(1000 + i), driver.cuInit((uint)i)));
        }
    }

    [Fact]
    public void Arguments_arrive_in_their_places()
    {
        var driver = new DriverApi(new RecordingSource(_ => SymbolLookup.Found(
            (nint)(delegate* unmanaged<CUfunction, uint, uint, uint, uint, uint, uint, uint, CUstream, void**, void**, CUresult>)&CheckLaunch)));
        Assert.Equal(
            CUresult.CUDA_SUCCESS,
            driver.cuLaunchKernel(new CUfunction(11), 1, 2, 3, 4, 5, 6, 7, new CUstream(12), (void**)13, (void**)14));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_method_uses_the_slot_of_its_name(Type table)
    {
        var api = (NativeTable)Activator.CreateInstance(table, new RecordingSource(function => SymbolLookup.Missing(function.Name)))!;
        NativeFunctionList functions = FunctionsOf(table);
        MethodInfo[] methods = MethodsOf(table);
        Assert.Equal(functions.Count, methods.Length);
        foreach (MethodInfo method in methods)
        {
            TargetInvocationException error = Assert.Throws<TargetInvocationException>(() => method.Invoke(api, Zeros(method)));
            Assert.Equal(method.Name, Assert.IsType<CudaNotSupportedException>(error.InnerException).FunctionName);
        }
    }

    // The C calling conventions let the caller clean up, so a function without parameters can stand in for any other.
    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_method_calls_its_pointer_and_returns_its_result(Type table)
    {
        var api = (NativeTable)Activator.CreateInstance(table, new RecordingSource(_ => SymbolLookup.Found((nint)(delegate* unmanaged<int>)&Count)))!;
        foreach (MethodInfo method in MethodsOf(table))
        {
            int before = s_calls;
            object? result = method.Invoke(api, Zeros(method));
            Assert.Equal(before + 1, s_calls);
            if (method.ReturnType.IsEnum)
                Assert.Equal(801, Convert.ToInt32(result));
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_facts_of_every_function_are_in_order(Type table)
    {
        NativeFunctionList functions = FunctionsOf(table);
        Assert.Equal(functions.Count, functions.Select(f => f.Name).Distinct().Count());
        Assert.Equal(functions.Count, functions.Select(f => f.ExportedSymbol).Distinct().Count());
        for (int i = 0; i < functions.Count; i++)
        {
            NativeFunction function = functions[i];
            Assert.Equal(i, functions.IndexOf(function.Name));
            Assert.Equal(function.LookupName is null, function.Pin == 0);
            Assert.True(function.Pin is 0 or (>= 2000 and < 14000));
        }

        Assert.Equal(-1, functions.IndexOf("nobody"));
    }

    // A newer version of these has another signature, or the version belongs to per-thread streams.
    [Theory]
    [InlineData("cuInit", "cuInit", 2000)]
    [InlineData("cuCtxSynchronize", "cuCtxSynchronize", 2000)]
    [InlineData("cuCtxGetDevice", "cuCtxGetDevice", 2000)]
    [InlineData("cuMemAlloc", "cuMemAlloc_v2", 3020)]
    [InlineData("cuLaunchKernel", "cuLaunchKernel", 4000)]
    [InlineData("cuLaunchKernelEx", "cuLaunchKernelEx", 11060)]
    [InlineData("cuDevicePrimaryCtxRetain", "cuDevicePrimaryCtxRetain", 7000)]
    [InlineData("cuDevicePrimaryCtxRelease", "cuDevicePrimaryCtxRelease_v2", 11000)]
    [InlineData("cuStreamBeginCapture", "cuStreamBeginCapture_v2", 10010)]
    [InlineData("cuGraphInstantiate", "cuGraphInstantiateWithFlags", 11040)]
    [InlineData("cuEventElapsedTime_v1", "cuEventElapsedTime", 2000)]
    [InlineData("cuEventElapsedTime", "cuEventElapsedTime_v2", 12080)]
    [InlineData("cuKernelGetParamInfo", "cuKernelGetParamInfo", 12040)]
    public void Versions_are_pinned(string name, string symbol, int pin)
    {
        NativeFunction function = DriverApi.Functions[DriverApi.Functions.IndexOf(name)];
        Assert.Equal(symbol, function.ExportedSymbol);
        Assert.Equal(pin, function.Pin);
    }

    [Fact]
    public void A_table_needs_a_source() => Assert.Throws<ArgumentNullException>(() => new DriverApi(null!));

    private static int s_calls;

    [UnmanagedCallersOnly]
    private static CUresult AddOneThousand(uint flags) => (CUresult)(flags + 1000);

    [UnmanagedCallersOnly]
    private static int Count()
    {
        s_calls++;
        return 801;
    }

    [UnmanagedCallersOnly]
    private static CUresult CheckLaunch(CUfunction f, uint gx, uint gy, uint gz, uint bx, uint by, uint bz, uint shared, CUstream stream, void** parameters, void** extra) =>
        f.Value == 11 && (gx, gy, gz, bx, by, bz, shared) == (1u, 2u, 3u, 4u, 5u, 6u, 7u) && stream.Value == 12 && parameters == (void**)13 && extra == (void**)14
            ? CUresult.CUDA_SUCCESS
            : CUresult.CUDA_ERROR_INVALID_VALUE;

    private static NativeFunctionList FunctionsOf(Type table) =>
        (NativeFunctionList)table.GetProperty("Functions", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static MethodInfo[] MethodsOf(Type table) =>
        [.. table.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => !m.IsSpecialName)];

    private static object?[] Zeros(MethodInfo method) =>
        [
            .. method.GetParameters().Select(p =>
                p.ParameterType.IsFunctionPointer ? (object)(nint)0 : p.ParameterType.IsValueType ? RuntimeHelpers.GetUninitializedObject(p.ParameterType) : null),
        ];

    private sealed class RecordingSource(Func<NativeFunction, SymbolLookup> find) : ISymbolSource
    {
        private readonly ConcurrentQueue<string> _asked = new();

        public IReadOnlyCollection<string> Asked => _asked;

        public SymbolLookup Find(in NativeFunction function)
        {
            _asked.Enqueue(function.Name);
            return find(function);
        }
    }
}
