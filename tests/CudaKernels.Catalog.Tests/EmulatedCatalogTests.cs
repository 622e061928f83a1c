namespace CudaKernels.Tests;

/// <summary>Every operation of the catalog on the software CUDA device: the kernels themselves, against the float64 reference.</summary>
public sealed class EmulatedCatalogTests(EmulatedCatalogTests.Fixture fixture) : IClassFixture<EmulatedCatalogTests.Fixture>
{
    [Theory]
    [MemberData(nameof(CatalogRows.All), MemberType = typeof(CatalogRows))]
    public void MatchesTheReference(string operation, ElementKind kind, string variant) => CatalogRows.Check(fixture.Device, operation, kind, variant);

    public sealed class Fixture : IDisposable
    {
        private EmulatedDevice? _device;

        public CudaDevice Device
        {
            get
            {
                var found = EmulatedDevice.IsSupported(out var reason);
                Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
                Assert.SkipUnless(found, reason);
                return (_device ??= EmulatedDevice.Open()).Device;
            }
        }

        public void Dispose() => _device?.Dispose();
    }
}
