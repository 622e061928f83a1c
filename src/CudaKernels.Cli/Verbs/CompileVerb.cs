using System.CommandLine;
using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Kernels;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>compile</c>: NVRTC to cubin or PTX with the log; <c>--host</c> compiles for the software device.</summary>
internal static class CompileVerb
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "CUDA C++ sources.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every kernel file of the library." };
        var architecture = new Option<string?>("--arch") { Description = "Such as sm_90a (a cubin) or compute_90 (PTX)." };
        var include = CommonOptions.Include();
        var define = CommonOptions.Define();
        var output = new Option<string?>("--out") { Description = "Folder for the images." };
        var host = new Option<bool>("--host") { Description = "Compile for the software device." };
        var json = CommonOptions.Json();
        var command = new Command("compile", "Compiles CUDA C++ with NVRTC, or with --host for the software device.") { files, all, architecture, include, define, output, host, json };
        command.SetAction(parsed =>
        {
            var target = Target(parsed.GetValue(architecture));
            var options = CommonOptions.Compilation(parsed.GetValue(include)!, parsed.GetValue(define)!) with { Architecture = target };
            var sources = Sources(parsed.GetValue(files) ?? [], parsed.GetValue(all)).ToArray();
            using var compiler = KernelCompiler.Open(parsed.GetValue(host));
            var rows = new List<JsonObject>();
            foreach (var (name, source, kernels) in sources)
            {
                rows.Add(Compile(compiler, name, source, options with { Kernels = [.. kernels] }, parsed.GetValue(output), parsed.GetValue(json)));
            }

            if (parsed.GetValue(json))
            {
                Report.Json(new JsonObject { ["files"] = Report.Array(rows) });
            }

            return rows.All(row => (bool)row["succeeded"]!) ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static IEnumerable<(string Name, KernelSource Source, string[] Kernels)> Sources(string[] files, bool all)
    {
        if (all == files.Length > 0)
        {
            throw new UsageException("compile takes files, or --all for the library's own kernels");
        }

        return all
            ? KernelSource.ResourcePaths.Where(name => name.EndsWith(".cu", StringComparison.Ordinal)).Select(name => (name, KernelSource.FromResource(name), OpKernels.Expressions(name).ToArray()))
            : files.Select(file => (file, KernelSource.FromFile(InputPath.File(file)).WithoutHostCode(), Array.Empty<string>()));
    }

    private static CompileTarget? Target(string? text)
    {
        try
        {
            return text is null ? null : (CompileTarget)text;
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--arch takes such as sm_90a or compute_90, got '{text}': {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static JsonObject Compile(KernelCompiler compiler, string name, KernelSource source, CompileOptions options, string? output, bool json)
    {
        var row = new JsonObject { ["file"] = name };
        try
        {
            var image = compiler.Compile(source, options);
            row["succeeded"] = true;
            row["log"] = image.Log;
            row["bytes"] = image.Image.Length;
            row["format"] = image.Format.ToString().ToLowerInvariant();
            if (output is not null)
            {
                Directory.CreateDirectory(output);
                var path = Path.Combine(output, Path.GetFileNameWithoutExtension(name) + (image.IsCubin ? ".cubin" : ".ptx"));
                File.WriteAllBytes(path, image.Image);
                row["path"] = path;
            }
        }
        catch (NvrtcCompilationException exception)
        {
            row["succeeded"] = false;
            row["log"] = exception.Log;
        }

        if (!json)
        {
            Console.WriteLine((bool)row["succeeded"]! ? $"{name}: {row["bytes"]} bytes {row["format"]}" : $"{name}: failed");
            if ((string?)row["log"] is { Length: > 0 } log)
            {
                Console.WriteLine(log);
            }
        }

        return row;
    }
}
