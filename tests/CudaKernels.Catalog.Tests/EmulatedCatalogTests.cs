namespace CudaKernels.Tests;

/// <summary>Every other operation of the catalog on the software CUDA device: the kernels themselves, against the float64 reference.</summary>
public sealed class EmulatedCatalogTests(EmulatedCatalogFixture fixture) : IClassFixture<EmulatedCatalogFixture>
{
    [Theory]
    [MemberData(nameof(CatalogRows.EvenOperations), MemberType = typeof(CatalogRows))]
    public void MatchesTheReference(string operation, ElementKind kind, string variant) => CatalogRows.Check(fixture.Device, operation, kind, variant);
}

/// <summary>The operations between those: a class of its own, for classes run beside each other and half of the time goes to compilations of one thread each.</summary>
public sealed class EmulatedCatalogOtherHalfTests(EmulatedCatalogFixture fixture) : IClassFixture<EmulatedCatalogFixture>
{
    [Theory]
    [MemberData(nameof(CatalogRows.OddOperations), MemberType = typeof(CatalogRows))]
    public void MatchesTheReference(string operation, ElementKind kind, string variant) => CatalogRows.Check(fixture.Device, operation, kind, variant);
}

/// <summary>The software device of one class.</summary>
public sealed class EmulatedCatalogFixture : IDisposable
{
    private EmulatedDevice? _device;

    /// <summary>The device; opened by the first row that asks.</summary>
    public CudaDevice Device => (_device ??= Open()).Device;

    public void Dispose() => _device?.Dispose();

    private static EmulatedDevice Open()
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        return EmulatedDevice.Open();
    }
}
