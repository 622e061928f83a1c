namespace CudaKernels.Tests.Runtime;

/// <summary>The tests on the fake driver run while no other test does: one of them measures time, and while others load new methods the JIT leaves what it measures unoptimised.</summary>
[CollectionDefinition(nameof(FakeDriver), DisableParallelization = true)]
public sealed class FakeDriverAlone;

/// <summary>The base of tests on the fake driver, whose books are one per process: they run one after the other.</summary>
[Collection(nameof(FakeDriver))]
public abstract class FakeDriverTests
{
    protected FakeDriverTests() => FakeDriver.Reset();

    /// <summary>The calls that order streams, of those that were noted.</summary>
    internal static string[] Ordering() =>
        [.. FakeDriver.Calls.Where(call => call.StartsWith("cuEventRecord", StringComparison.Ordinal) || call.StartsWith("cuStreamWaitEvent", StringComparison.Ordinal))];

    /// <summary>A device with the kernel <c>saxpy(float*, const float*, float, int)</c>.</summary>
    internal static CudaDevice OpenWithSaxpy(out CudaKernel kernel, CudaDeviceOptions? options = null, FakeDriver? source = null)
    {
        FakeDriver.ParameterSizes = [8, 8, 4, 4];
        var device = FakeDriver.Open(options, source);
        kernel = device.LoadModule("PTX"u8, "saxpy.cu").GetKernel("_Z5saxpyPfPKffi");
        return device;
    }
}
