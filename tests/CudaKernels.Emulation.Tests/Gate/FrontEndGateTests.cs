namespace CudaKernels.Tests;

public sealed class FrontEndGateTests(FrontEndGateTests.Fixture fixture) : IClassFixture<FrontEndGateTests.Fixture>
{
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        KernelSource.ResourcePaths.Where(path => path.EndsWith(".cu", StringComparison.Ordinal)).Select(path => new TheoryDataRow<string>(path));

    [Theory]
    [MemberData(nameof(Files))]
    public void TheKernelNeedsNothingOfTheHost(string file)
    {
        var gate = FrontEndGate.Require();

        // Every instance that an operation takes is asked for, so that the templates' bodies are read with their types.
        var uses = KernelFile.All.Where(known => known.Path == file).SelectMany(known => known.Templates)
            .SelectMany(template => template.Combinations.Select(template.Expression)).Select((expression, i) => $"auto ck_use_{i} = &{expression};");
        var unit = fixture.Kernels.Write(Path.Combine("gate", file), $"#include \"{file}\"\n{string.Join('\n', uses)}\n");
        Assert.NotEmpty(gate.Architectures);
        foreach (var architecture in gate.Architectures)
        {
            Assert.Null(gate.Check(fixture.Kernels.Path, unit, architecture));
        }
    }

    [Theory]
    [InlineData("float f() { return INFINITY; }")]
    [InlineData("int f() { return std::min(1, 2); }")]
    [InlineData("uint32_t f() { return 0; }")]
    [InlineData("half f();")]
    public void WhatLeaksFromTheHostIsFound(string leak)
    {
        var gate = FrontEndGate.Require();
        var unit = fixture.Kernels.Write("gate/leak.cu", "__device__ " + leak);
        Assert.NotNull(gate.Check(fixture.Kernels.Path, unit, gate.Architectures[0]));
    }

    [Fact]
    public void AssemblyStandsInTheCommonHeadersOnly() =>
        Assert.DoesNotContain(KernelSource.ResourcePaths, path => !path.StartsWith("common/", StringComparison.Ordinal) && KernelSource.FromResource(path).Text.Contains("asm(", StringComparison.Ordinal));

    public sealed class Fixture : IDisposable
    {
        internal TemporaryKernels Kernels { get; } = new();

        public void Dispose() => Kernels.Dispose();
    }
}
