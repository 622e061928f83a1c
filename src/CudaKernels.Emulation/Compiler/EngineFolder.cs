namespace CudaKernels.Emulation;

/// <summary>The engine's C++ and its compiled form, in a folder of the cache that is named by all that could change them.</summary>
internal sealed class EngineFolder
{
    private const string LibraryName = "libckrt.so";
    private const string UnitPrefix = "unit_";

    /// <summary>What stands before every kernel.</summary>
    public const string DeviceHeader = "device/cuda_builtins.h";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<(HostCompiler? Compiler, string Hash)> s_own = new(() => HostCompiler.TryFind(out var compiler, out _) ? (compiler, Digest(compiler)) : (null, ""));

    /// <summary>
    /// Flags of the engine itself. A signal's handler may meet a thread inside malloc. The usual way to a thread's variable grows a table by malloc
    /// when modules were loaded in between, and would wait there for ever; that of initial-exec does not, for little memory that is there from the thread's start.
    /// </summary>
    public static IReadOnlyList<string> EngineFlags { get; } = ["-std=c++20", "-O2", "-g1", "-fPIC", "-ftls-model=initial-exec", "-fno-strict-aliasing", "-fvisibility=hidden", "-w", "-I."];

    private EngineFolder(string path, string hash, HostCompiler compiler) => (Path, Hash, Compiler) = (path, hash, compiler);

    /// <summary>The folder, which holds runtime/, device/, include/ and the library.</summary>
    public string Path { get; }

    /// <summary>A digest of the engine's sources, the compiler and the flags.</summary>
    public string Hash { get; }

    public HostCompiler Compiler { get; }

    public string Library => System.IO.Path.Combine(Path, LibraryName);

    /// <summary>Where loaded modules lie.</summary>
    public string Modules => Directory.CreateDirectory(System.IO.Path.Combine(Path, "modules")).FullName;

    /// <summary>Flags with which kernels are compiled. Sums are not contracted to fused operations, so that results do not hang on the compiler.</summary>
    /// <param name="compiler">The compiler.</param>
    /// <param name="isChecked">Whether every access to memory, and every undefined operation, shall call the engine.</param>
    public static IReadOnlyList<string> KernelFlags(HostCompiler compiler, bool isChecked) =>
    [
        "-g1", "-gdwarf-4", "-fPIC", "-fno-strict-aliasing", "-ffp-contract=off", "-fstack-clash-protection", "-fno-exceptions", "-fno-rtti", "-w",
        .. isChecked ? CheckFlags(compiler) : ["-O2", "-fwrapv"],
        // Templates over one type in two modules must stay two templates.
        .. compiler.IsClang ? Array.Empty<string>() : ["-fno-gnu-unique", "-fno-semantic-interposition", "-Wno-psabi"],
    ];

    private static IEnumerable<string> HeaderFlags(HostCompiler compiler, bool isChecked) => ["-std=c++20", .. KernelFlags(compiler, isChecked), "-D__CUDA_ARCH__=900", "-x", "c++-header"];

    // The sanitizers of the compiler without their libraries: the engine defines what they call (native/check). `bounds` lets the place behind an
    // array's last element be named, as `&a[n]` may, and a struct that is assigned is named so too: `object-size` sees it leave the variable.
    private static IEnumerable<string> CheckFlags(HostCompiler compiler) =>
    [
        "-O1", "-DCK_CHECK=1", "-fsanitize=thread", "-fsanitize=bounds,object-size,shift,signed-integer-overflow,integer-divide-by-zero,alignment",
        .. compiler.IsClang
            ? (string[])["-mllvm", "-tsan-distinguish-volatile=1", "-mllvm", "-tsan-instrument-func-entry-exit=0"]
            : ["--param", "tsan-distinguish-volatile=1", "--param", "tsan-instrument-func-entry-exit=0"],
    ];

    /// <summary>The digest of this process's engine, which need not be compiled for it; empty where there is no compiler.</summary>
    public static string Build => s_own.Value.Hash;

    /// <summary>Extracts and compiles the engine where that has not been done yet, by this process or another.</summary>
    /// <exception cref="InvalidOperationException">The compiler refuses the engine.</exception>
    public static EngineFolder Prepare(HostCompiler compiler)
    {
        var hash = s_own.Value is var (own, known) && own?.Path == compiler.Path && own.Version == compiler.Version ? known : Digest(compiler);
        var root = KernelCache.DefaultFolder ?? PrivateFolder.Path;
        var folder = new EngineFolder(System.IO.Path.Combine(root, "engine", hash[..16]), hash, compiler);
        if (!File.Exists(folder.Library))
        {
            Directory.CreateDirectory(folder.Path);
            using var turn = FileLock.Wait(System.IO.Path.Combine(folder.Path, ".lock"), s_patience);
            if (!File.Exists(folder.Library))
            {
                folder.Make();
            }
        }

        return folder;
    }

    private void Make()
    {
        EngineSources.Extract(Path);
        var objects = Compile(Compiler, Path, EngineFlags, WriteUnits(EngineSources.Names));
        var fresh = $"{LibraryName}.{Environment.ProcessId}";
        Require(Compiler, Link(Compiler, Path, objects, fresh));
        if (!Compiler.IsClang)
        {
            var header = System.IO.Path.Combine(Path, DeviceHeader);
            Directory.CreateDirectory($"{header}.gch");
            // Read in place of the header by every later compilation with the same flags; without them it only takes longer. Its files
            // are named from the root: by that reports tell the device's lines from the program's.
            Parallel.ForEach([false, true], isChecked => Compiler.Run([.. HeaderFlags(Compiler, isChecked), $"-I{Path}", header, "-o", $"{header}.gch/{(isChecked ? "checked" : "plain")}"], Path));
        }

        File.Move(System.IO.Path.Combine(Path, fresh), Library, overwrite: true);
    }

    /// <summary>Compiles units of the engine, all at once over the processors; gives their objects.</summary>
    /// <param name="compiler">The compiler.</param>
    /// <param name="folder">Where the objects go.</param>
    /// <param name="flags">The engine's flags, and what else the units need.</param>
    /// <param name="units">The units.</param>
    /// <exception cref="InvalidOperationException">The compiler refuses one.</exception>
    public static IReadOnlyList<string> Compile(HostCompiler compiler, string folder, IReadOnlyList<string> flags, IReadOnlyList<string> units)
    {
        var objects = units.Select(unit => $"{System.IO.Path.GetFileNameWithoutExtension(unit)}.o").ToArray();
        var results = new CompilerOutput[units.Count];
        Parallel.For(0, units.Count, i => results[i] = compiler.Run([.. flags, "-c", units[i], "-o", objects[i]], folder));
        foreach (var result in results)
        {
            Require(compiler, result);
        }

        return objects;
    }

    /// <summary>Links the engine's objects.</summary>
    public static CompilerOutput Link(HostCompiler compiler, string folder, IReadOnlyList<string> objects, string library) =>
        compiler.Run(["-shared", $"-Wl,-soname,{LibraryName}", "-o", library, .. objects, "-lpthread", "-ldl"], folder);

    /// <summary>The units that the engine is compiled in, absolute: one that includes all sources of a folder, for the standard headers cost more than the engine's own code.</summary>
    public IReadOnlyList<string> Units => [.. Directory.EnumerateFiles(Path, $"{UnitPrefix}*.cpp").Order(StringComparer.Ordinal)];

    private IReadOnlyList<string> WriteUnits(IEnumerable<string> names)
    {
        foreach (var folder in names.Where(name => name.EndsWith(".cpp", StringComparison.Ordinal)).GroupBy(name => name[..name.LastIndexOf('/')]))
        {
            var unit = System.IO.Path.Combine(Path, $"{UnitPrefix}{folder.Key.Replace('/', '_')}.cpp");
            File.WriteAllLines(unit, folder.Select(name => $"#include \"{name}\""));
        }

        return Units;
    }

    private static void Require(HostCompiler compiler, CompilerOutput result)
    {
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{compiler.Path} ({compiler.Version}) cannot compile the software device's engine:\n{result.Output}");
        }
    }

    private static string Digest(HostCompiler compiler) =>
        EngineSources.Digest([compiler.Path, compiler.Version, .. EngineFlags, .. HeaderFlags(compiler, isChecked: false), .. HeaderFlags(compiler, isChecked: true)]);
}
