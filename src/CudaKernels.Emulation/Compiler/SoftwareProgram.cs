using System.Text;

namespace CudaKernels.Emulation;

/// <summary>The outcome of a compilation.</summary>
/// <param name="Succeeded">Whether there is an image.</param>
/// <param name="Log">What the compiler said, with the user's file names.</param>
/// <param name="Image">The image, empty when it failed.</param>
/// <param name="LoweredNames">The mangled name of each name expression.</param>
internal sealed record SoftwareCompilation(bool Succeeded, string Log, byte[] Image, IReadOnlyDictionary<string, string> LoweredNames);

/// <summary>A program of the software NVRTC: CUDA C++ compiled by the host's compiler into a shared object.</summary>
/// <param name="source">The text.</param>
/// <param name="name">The file name that messages give.</param>
/// <param name="headers">Name and text of what the source includes.</param>
internal sealed class SoftwareProgram(string source, string name, IReadOnlyList<KeyValuePair<string, string>> headers)
{
    private readonly List<string> _expressions = [];
    private readonly string _name = Path.GetFileName(string.IsNullOrEmpty(name) ? "default_program" : name);

    /// <summary>Asks for a template instance, or for the lowered name of any kernel.</summary>
    public void AddNameExpression(string expression) => _expressions.Add(expression);

    public SoftwareCompilation Compile(IReadOnlyList<string> options)
    {
        var engine = NativeRuntime.Instance.Folder;
        var translated = CompilerOptions.Translate(options);
        if (translated.Error is not null)
        {
            return Failed(translated.Error);
        }

        var folder = Directory.CreateTempSubdirectory("cudakernels-").FullName;
        try
        {
            var scan = Write(folder);
            var entries = Entries(scan);
            WriteUnit(folder, entries, scan.Globals);
            var result = engine.Compiler.Run(
                [
                    .. translated.Arguments, .. EngineFolder.KernelFlags(engine.Compiler, translated.IsChecked), $"-I{engine.Path}", $"-I{Path.Combine(engine.Path, "include")}", "-I.",
                    $"-ffile-prefix-map={folder}=.", "-include", "device/cuda_builtins.h", "-c", "-x", "c++", "ck_unit.cpp", "-o", "module.o",
                ],
                folder);
            var log = Clean(result.Output, folder, entries);
            if (result.ExitCode != 0)
            {
                return Failed(log);
            }

            // A step of its own: with the sanitizers' flags the compiler would link their libraries.
            var linked = engine.Compiler.Run(["-shared", "-Wl,-Bsymbolic", "module.o", "-o", "module.so", $"-L{engine.Path}", "-l:libckrt.so"], folder);
            return linked.ExitCode == 0 ? Succeeded(folder, log, entries.Count, scan.Globals.Count, translated.IsChecked) : Failed(linked.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SoftwareCompilation Failed(string log) => new(false, log, [], new Dictionary<string, string>());

    private SoftwareCompilation Succeeded(string folder, string log, int kernels, int globals, bool isChecked)
    {
        var library = File.ReadAllBytes(Path.Combine(folder, "module.so"));
        var image = new ModuleImage(kernels, globals, ElfFile.ThreadLocalBytes(library), isChecked, library).ToBytes();
        var lowered = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_expressions.Count > 0)
        {
            var loaded = SoftwareModule.Load(image);
            foreach (var expression in _expressions)
            {
                lowered[expression] = loaded.Kernels.First(kernel => kernel.Expression == Bare(expression)).Name;
            }
        }

        return new SoftwareCompilation(true, log, image, lowered);
    }

    /// <summary>Writes source and headers, and reads what they declare.</summary>
    private Declarations Write(string folder)
    {
        var declarations = new Declarations();
        foreach (var (header, text) in headers.Append(new(_name, source)))
        {
            var path = Path.GetFullPath(Path.Combine(folder, header));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ArgumentException($"header name {header} leaves its folder");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, SharedDeclarations.Rewrite(text));
            declarations.Add(KernelScan.Read(text));
        }

        return declarations;
    }

    /// <summary>Every named instance once, and every kernel that needs no template arguments.</summary>
    private List<KernelEntry> Entries(Declarations declared)
    {
        var entries = new List<KernelEntry>();
        foreach (var expression in _expressions.Select(Bare).Concat(declared.Kernels.Where(kernel => !kernel.IsTemplate).Select(kernel => kernel.Name)).Distinct(StringComparer.Ordinal))
        {
            var bare = expression.Split('<')[0].Trim();
            var kernel = declared.Kernels.Find(candidate => candidate.Name == bare || candidate.Name.EndsWith("::" + bare, StringComparison.Ordinal));
            entries.Add(new KernelEntry(expression, kernel?.MaxThreads ?? "0", kernel?.Cluster ?? ""));
        }

        return entries;
    }

    private void WriteUnit(string folder, List<KernelEntry> entries, List<DeclaredVariable> globals)
    {
        var unit = new StringBuilder($"#include \"{_name}\"\n");
        for (var i = 0; i < entries.Count; i++)
        {
            unit.Append($"#line 1 \"name expression {i}\"\nCK_ENTRY({i}, ({entries[i].Expression}), ({entries[i].MaxThreads}), ({entries[i].Cluster}))\n");
        }

        for (var i = 0; i < globals.Count; i++)
        {
            unit.Append($"CK_GLOBAL({i}, {globals[i].Name}, {(globals[i].IsConstant ? 1 : 0)})\n");
        }

        File.WriteAllText(Path.Combine(folder, "ck_unit.cpp"), unit.ToString());
    }

    private static string Bare(string expression) => expression.Trim().TrimStart('&').Trim();

    private static string Clean(string log, string folder, List<KernelEntry> entries)
    {
        log = log.Replace(folder + "/", "", StringComparison.Ordinal);
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            log = log.Replace($"name expression {i}:1", $"name expression '{entries[i].Expression}'", StringComparison.Ordinal);
        }

        return log.Trim();
    }

    /// <summary>A kernel of the unit, and the arguments of its __launch_bounds__ and __cluster_dims__.</summary>
    private sealed record KernelEntry(string Expression, string MaxThreads, string Cluster);

    /// <summary>What all files of a program declare.</summary>
    private sealed class Declarations
    {
        public List<DeclaredKernel> Kernels { get; } = [];

        public List<DeclaredVariable> Globals { get; } = [];

        public void Add(KernelScan scan)
        {
            Kernels.AddRange(scan.Kernels.Where(kernel => Kernels.All(known => known.Name != kernel.Name)));
            Globals.AddRange(scan.Globals.Except(Globals));
        }
    }
}
