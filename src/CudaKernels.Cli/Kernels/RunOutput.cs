using System.Globalization;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Kernels;

/// <summary>An output buffer after the launch.</summary>
internal sealed record RunOutput(int Index, ElementFormat Format, int[] Lengths, byte[][] Elements)
{
    private const int ShownElements = 8;

    /// <summary>Such as <c>f32[4,8]</c>.</summary>
    public string Type => $"{Format.Name}[{string.Join(',', Lengths)}]";

    /// <summary>Writes an npy file.</summary>
    public void Save(string path) => ArrayFile.Write(path, Format, [.. Elements.SelectMany(bytes => bytes)], Lengths);

    public JsonObject Json() => new()
    {
        ["index"] = Index,
        ["type"] = Format.Name,
        ["shape"] = Report.Array(Lengths.Select(length => (JsonNode?)length)),
        ["first"] = Report.Array(Elements.Take(ShownElements).Select(bytes => Format.Exact is { } exact ? Whole(exact(bytes)) : Report.Number(Format.Decode(bytes)))),
        ["sum"] = Format.Exact is { } all ? Whole(Sum(all)) : Report.Number(Elements.Sum(Format.Decode)),
    };

    public override string ToString()
    {
        var first = Elements.Take(ShownElements).Select(bytes => Format.Exact is { } exact ? Text(exact(bytes)) : Format.Decode(bytes).ToString("G6", CultureInfo.InvariantCulture));
        var sum = Format.Exact is { } all ? Text(Sum(all)) : Elements.Sum(Format.Decode).ToString("G9", CultureInfo.InvariantCulture);
        return $"output {Index} {Type}: {string.Join(' ', first)}{(Elements.Length > ShownElements ? " …" : "")}  sum {sum}";
    }

    private Int128 Sum(Func<byte[], Int128> exact) => Elements.Aggregate((Int128)0, (sum, bytes) => sum + exact(bytes));

    private static string Text(Int128 value) => value.ToString(CultureInfo.InvariantCulture);

    private static JsonNode? Whole(Int128 value) => JsonNode.Parse(Text(value));
}
