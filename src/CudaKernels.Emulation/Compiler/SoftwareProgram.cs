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
    // Calls that the engine takes for itself in kernel code (native/runtime/process_calls.cpp).
    private static readonly string[] s_processCalls =
        ["malloc", "calloc", "free", "_Znwm", "_Znam", "_ZdlPv", "_ZdlPvm", "_ZdaPv", "_ZdaPvm", "exit", "_exit", "abort", "printf", "puts", "putchar"];

    private readonly List<string> _expressions = [];
    private bool _hasPtx;
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
            var unit = new ProgramUnit(_name, scan, _expressions);
            var result = Run(engine, translated, folder, unit);
            // Conditions were not evaluated: what no name expression asks for may not be there.
            if (result.ExitCode != 0 && unit.Drop(result.Output))
            {
                result = Run(engine, translated, folder, unit);
            }

            // A function that is inlined by force cannot be called through a pointer everywhere. Where it is inlined, reports name the caller's line.
            if (result.ExitCode != 0 && result.Output.Contains("inlining failed in call to", StringComparison.Ordinal))
            {
                result = Run(engine, translated, folder, unit, "-DCK_SOFT_INLINE");
            }

            var log = unit.Clean(result.Output.Replace(folder + "/", "", StringComparison.Ordinal));
            if (result.ExitCode != 0)
            {
                var unsupported = UnsupportedConstructs.Find(headers.Prepend(new(_name, source)), log);
                return Failed(unsupported.Length > 0 ? unsupported : log);
            }

            // A step of its own: with the sanitizers' flags the compiler would link their libraries.
            var linked = engine.Compiler.Run(["-shared", "-Wl,-Bsymbolic", "-Wl,--no-undefined", .. s_processCalls.Select(name => $"-Wl,--wrap={name}"), "module.o", "-o", "module.so", $"-L{engine.Path}", "-l:libckrt.so"], folder);
            return linked.ExitCode == 0 ? Succeeded(folder, log, unit.Kernels, unit.Globals, translated.IsChecked) : Failed(unit.Clean(linked.Output.Replace(folder + "/", "", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private CompilerOutput Run(EngineFolder engine, CompilerOptions translated, string folder, ProgramUnit unit, params ReadOnlySpan<string> more)
    {
        File.WriteAllText(Path.Combine(folder, "ck_unit.cpp"), unit.Text());
        return engine.Compiler.Run(
            [
                .. translated.Arguments, .. more, .. EngineFolder.KernelFlags(engine.Compiler, translated.IsChecked), $"-I{engine.Path}", $"-I{Path.Combine(engine.Path, "include")}", "-I.",
                $"-ffile-prefix-map={folder}=.", "-include", EngineFolder.DeviceHeader, .. _hasPtx ? (string[])["-include", InlinePtx.Header] : [], "-c", "-x", "c++", "ck_unit.cpp", "-o", "module.o",
            ],
            folder);
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
                lowered[expression] = loaded.Kernels.First(kernel => kernel.Expression == ProgramUnit.Bare(expression)).Name;
            }
        }

        return new SoftwareCompilation(true, log, image, lowered);
    }

    /// <summary>Writes source and headers, and reads what they declare.</summary>
    private ProgramDeclarations Write(string folder)
    {
        var declarations = new ProgramDeclarations();
        foreach (var (header, text) in headers.Append(new(_name, source)))
        {
            var path = Path.GetFullPath(Path.Combine(folder, header));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ArgumentException($"header name {header} leaves its folder");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, InlinePtx.Rewrite(SharedDeclarations.Rewrite(text), out var hasPtx));
            _hasPtx |= hasPtx;
            declarations.Add(KernelScan.Read(text));
        }

        return declarations;
    }
}
