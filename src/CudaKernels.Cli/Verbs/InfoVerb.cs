using System.CommandLine;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Output;
using CudaKernels.Interop;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>info</c>: the native libraries with every path tried, and the devices.</summary>
internal static class InfoVerb
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("info", "Shows the native libraries (found, version, every path tried) and the devices.") { json };
        command.SetAction(parsed =>
        {
            var libraries = Enum.GetValues<NativeLibraryKind>().Select(NativeLibraries.Find).ToArray();
            var devices = Devices().ToArray();
            if (parsed.GetValue(json))
            {
                Report.Json(new JsonObject { ["libraries"] = Report.Array(libraries.Select(Describe)), ["devices"] = Report.Array(devices) });
                return ExitCode.Success;
            }

            foreach (var library in libraries)
            {
                Console.WriteLine(library.Found ? $"{library.Name}: {library.Path} (version {library.Version})" : $"{library.Name}: not found");
                foreach (var tried in library.Tried.Where(_ => !library.Found))
                {
                    Console.WriteLine($"    {tried.Path}: {tried.Reason}");
                }
            }

            foreach (var device in devices)
            {
                Console.WriteLine($"{device["id"]}: {device["name"]}");
                foreach (var (key, value) in device.Where(pair => pair.Key is not ("id" or "name")))
                {
                    Console.WriteLine($"    {key}: {value}");
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static JsonObject Describe(NativeLibraryResult library) => new()
    {
        ["name"] = library.Name,
        ["found"] = library.Found,
        ["path"] = library.Path,
        ["version"] = library.Version?.ToString(),
        ["tried"] = Report.Array(library.Tried.Select(tried => new JsonObject { ["path"] = tried.Path, ["reason"] = tried.Reason })),
    };

    private static IEnumerable<JsonObject> Devices()
    {
        for (var ordinal = 0; CudaDevice.TryOpen(ordinal, out var device, out _); ordinal++)
        {
            using (device)
            {
                yield return Describe(device);
            }
        }

        if (EmulatedDevice.IsSupported(out var compiler))
        {
            using var device = EmulatedDevice.Open();
            var description = Describe(device);
            description["compiler"] = compiler;
            yield return description;
        }
        else
        {
            yield return new JsonObject { ["id"] = "emulated", ["name"] = "software CUDA device (not available)", ["kind"] = "emulated", ["reason"] = compiler };
        }

        using var cpu = new CpuDevice();
        yield return new JsonObject { ["id"] = cpu.Id, ["name"] = cpu.Name, ["kind"] = "cpu", ["threads"] = cpu.Options.Threads };
    }

    private static JsonObject Describe(CudaDevice device)
    {
        var specification = device.Specification;
        return new JsonObject
        {
            ["id"] = device.Id,
            ["name"] = device.Name,
            ["kind"] = device.Kind.ToString().ToLowerInvariant(),
            ["computeCapability"] = specification.ComputeCapability.ToString(),
            ["multiprocessors"] = specification.MultiprocessorCount,
            ["memoryBytes"] = (long)specification.TotalMemory,
        };
    }
}
