using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>Operations for tests of the bench: y = x, made by a call of the test's own.</summary>
/// <param name="call">Makes y of x; gets the number of the plan, from 0, and of the call.</param>
internal sealed class CopyingCase(Action<DeviceTensor<float>, DeviceTensor<float>, int, int> call) : OpCase
{
    private int _plans;

    /// <summary>Where its plans were called, by their number.</summary>
    public List<int> Calls { get; } = [];

    /// <summary>Whether a plan says that it starts from what its output holds.</summary>
    public bool UpdatesInPlace { get; init; }

    /// <summary>What the variant <c>cublas</c> does; null for no such variant.</summary>
    public Action<DeviceTensor<float>, DeviceTensor<float>>? Cublas { get; init; }

    public override string Name => "copying";

    public override string Family => "tests";

    public override IReadOnlyList<ElementKind> Types => [ElementKind.Float32];

    public override IReadOnlyList<string> Variants => Cublas is null ? [""] : ["", "cublas"];

    public override IReadOnlyList<CaseShape> Shapes => [new(1)];

    public override CasePlan Plan(ElementKind kind, CaseInputs inputs)
    {
        var (plan, count) = (inputs.Variant.Length == 0 ? _plans++ : -1, 0);
        var (x, y) = (inputs.Input<float>(inputs.Lengths), inputs.Output<float>(inputs.Lengths));
        return new CasePlan(Run, 8.0 * x.Data.Length) { UpdatesInPlace = UpdatesInPlace }.Expect(y, () => x.Values);

        void Run()
        {
            if (plan < 0)
            {
                Cublas!(x.Tensor, y);
                return;
            }

            Calls.Add(plan);
            call(x.Tensor, y, plan, count++);
        }
    }
}
