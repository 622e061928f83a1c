namespace CudaKernels.Tests;

/// <summary>Every operation of the catalog on the managed device, against the float64 reference.</summary>
public sealed class CpuCatalogTests(CpuCatalogTests.Fixture fixture) : IClassFixture<CpuCatalogTests.Fixture>
{
    [Theory]
    [MemberData(nameof(CatalogRows.All), MemberType = typeof(CatalogRows))]
    public void MatchesTheReference(string operation, ElementKind kind, string variant) => CatalogRows.Check(fixture.Device, operation, kind, variant);

    public sealed class Fixture : IDisposable
    {
        public CpuDevice Device { get; } = new();

        public void Dispose() => Device.Dispose();
    }
}
