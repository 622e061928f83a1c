using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench;

/// <summary>What <c>bench --tune</c> measured of the matrix product before it timed anything.</summary>
/// <param name="Kind">The element type.</param>
/// <param name="Shape">Rows, columns and the length of the sums.</param>
/// <param name="Timings">Every implementation, the fastest first.</param>
internal sealed record BenchTuning(ElementKind Kind, CaseShape Shape, IReadOnlyList<MatMulTiming> Timings)
{
    /// <summary>Measures the shapes that are about to be timed.</summary>
    public static BenchTuning[] Of(CudaDevice device, IEnumerable<(OpCase Operation, ElementKind Kind, CaseShape Shape)> work) =>
    [
        .. from item in work.Distinct()
           where item.Operation.Name == "matmul" && ElementTypes.Floating.Contains(item.Kind)
           select new BenchTuning(item.Kind, item.Shape, Tune(device, item.Kind, item.Shape.Lengths)),
    ];

    /// <summary>Writes a line for each.</summary>
    public static void Show(IReadOnlyList<BenchTuning> all) => Report.Table(
        ["matmul", "type", "fastest", "ms of each"],
        all.Select(one => (IReadOnlyList<string>)
            [$"{one.Shape}", ElementTypes.ShortName(one.Kind), $"{one.Timings[0].Algorithm}", string.Join(", ", one.Timings.Select(timing => $"{timing.Algorithm} {timing.Milliseconds:G4}"))]));

    public JsonObject ToJson() => new()
    {
        ["operation"] = "matmul",
        ["type"] = ElementTypes.ShortName(Kind),
        ["shape"] = Report.Array(Shape.Lengths.Select(length => (JsonNode)(long)length)),
        ["fastest"] = $"{Timings[0].Algorithm}",
        ["milliseconds"] = new JsonObject(Timings.Select(timing => KeyValuePair.Create($"{timing.Algorithm}", Report.Number(timing.Milliseconds)))),
    };

    private static IReadOnlyList<MatMulTiming> Tune(CudaDevice device, ElementKind kind, nint[] lengths) => kind switch
    {
        ElementKind.Float32 => MatMulTuner.Tune<float>(device, lengths[0], lengths[1], lengths[2]),
        ElementKind.Float64 => MatMulTuner.Tune<double>(device, lengths[0], lengths[1], lengths[2]),
        ElementKind.Float16 => MatMulTuner.Tune<Half>(device, lengths[0], lengths[1], lengths[2]),
        _ => MatMulTuner.Tune<BFloat16>(device, lengths[0], lengths[1], lengths[2]),
    };
}
