using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>What a bench asks of a case: its calls can be repeated, and what they write is known and can be poisoned.</summary>
public sealed class TimedCaseTests(CpuCatalogTests.Fixture fixture) : IClassFixture<CpuCatalogTests.Fixture>
{
    private static readonly CaseSample s_sample = new(Elements: 64, Seed: 1);

    [Theory]
    [MemberData(nameof(CatalogRows.All), MemberType = typeof(CatalogRows))]
    public void RepeatedCallsWriteWhatIsExpectedOfThem(string name, ElementKind kind, string variant)
    {
        var operation = Found(name, variant);
        var tolerance = operation.ToleranceOf(kind, variant);
        foreach (var shape in Shapes(operation, variant))
        {
            using var inputs = new CaseInputs(fixture.Device, shape, variant, seed: 1, specials: false);
            var plan = operation.Plan(kind, inputs);
            if (plan.UpdatesInPlace)
            {
                Assert.Throws<InvalidOperationException>(plan.Poison);
                plan.RunAll();
                Check(plan.Verify(kind, tolerance, s_sample));
                continue;
            }

            plan.Poison();
            plan.Run();
            plan.Run();
            Check(plan.VerifyRun(kind, tolerance, s_sample));

            void Check(CaseCheck check)
            {
                Assert.True(check.Error.Failure is null, $"{name} {kind} {variant} {shape}: {check.Error.Failure}");
                Assert.InRange(check.Checked, 1, check.Elements);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CatalogRows.All), MemberType = typeof(CatalogRows))]
    public void ACallThatWritesNothingIsRefused(string name, ElementKind kind, string variant)
    {
        var operation = Found(name, variant);
        var shape = Shapes(operation, variant)[^1];
        using var inputs = new CaseInputs(fixture.Device, shape, variant, seed: 1, specials: false);
        var plan = operation.Plan(kind, inputs);
        Assert.SkipWhen(plan.UpdatesInPlace, "what it updates is there before");
        plan.Poison();
        Assert.NotNull(plan.VerifyRun(kind, operation.ToleranceOf(kind, variant), s_sample).Error.Failure);
    }

    private OpCase Found(string name, string variant)
    {
        var operation = OpCatalog.All.Single(candidate => candidate.Name == name);
        Assert.SkipUnless(operation.Runs(fixture.Device, variant), $"variant '{variant}' does not exist on {fixture.Device.Id}");
        return operation;
    }

    // Dense, as those of a bench are, and small.
    private static CaseShape[] Shapes(OpCase operation, string variant) =>
        [.. operation.ShapesOf(variant).Where(shape => shape.Layout == CaseLayout.Dense && !shape.Lengths.Contains(0) && shape.Count is > 1 and < 50_000).TakeLast(3)];
}
