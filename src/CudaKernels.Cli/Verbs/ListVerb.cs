using System.CommandLine;
using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>list</c>: every operation with its types, kernel file and variants.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var pattern = CommonOptions.Pattern();
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the operations: name, family, element types, kernel file, variants.") { pattern, json };
        command.SetAction(parsed =>
        {
            var operations = OpCatalog.Matching(parsed.GetValue(pattern)).ToArray();
            if (parsed.GetValue(json))
            {
                Report.Json(new JsonObject { ["operations"] = Report.Array(operations.Select(Describe)) });
            }
            else
            {
                Report.Table(
                    ["operation", "family", "types", "kernel", "variants"],
                    operations.Select(operation => (IReadOnlyList<string>)[operation.Name, operation.Family, string.Join(' ', operation.Types.Select(ElementTypes.ShortName)), operation.KernelFile, string.Join(' ', operation.Variants)]));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static JsonObject Describe(OpCase operation) => new()
    {
        ["name"] = operation.Name,
        ["family"] = operation.Family,
        ["types"] = Report.Array(operation.Types.Select(kind => (JsonNode)ElementTypes.ShortName(kind))),
        ["kernel"] = operation.KernelFile,
        ["variants"] = Report.Array(operation.Variants.Where(variant => variant.Length > 0).Select(variant => (JsonNode)variant)),
    };
}
