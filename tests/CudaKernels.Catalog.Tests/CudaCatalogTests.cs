namespace CudaKernels.Tests;

/// <summary>Every operation of the catalog on the first GPU, against the float64 reference; one counted skip where there is none.</summary>
public sealed class CudaCatalogTests(CudaCatalogTests.Fixture fixture) : IClassFixture<CudaCatalogTests.Fixture>
{
    /// <summary>The catalog's rows on a machine with a GPU, else a single row that says what is missing.</summary>
    public static IEnumerable<TheoryDataRow<string, ElementKind, string>> Rows() => Fixture.Missing is { } reason
        ? [new TheoryDataRow<string, ElementKind, string>("", default, "") { Skip = $"no GPU: {reason}" }]
        : CatalogRows.All();

    [Theory]
    [MemberData(nameof(Rows))]
    public void MatchesTheReference(string operation, ElementKind kind, string variant) => CatalogRows.Check(fixture.Device, operation, kind, variant);

    public sealed class Fixture : IDisposable
    {
        private static readonly Lazy<string?> s_missing = new(() =>
        {
            if (!CudaDevice.TryOpen(0, out var device, out var reason))
            {
                return reason;
            }

            device.Dispose();
            return null;
        });

        private CudaDevice? _device;

        /// <summary>Why the GPU cannot be used; null where it can.</summary>
        public static string? Missing => s_missing.Value;

        public CudaDevice Device => _device ??= CudaDevice.Open();

        public void Dispose() => _device?.Dispose();
    }
}
