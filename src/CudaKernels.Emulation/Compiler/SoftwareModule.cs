using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace CudaKernels.Emulation;

/// <summary>A loaded shared object with kernels. It is never unloaded: a block that failed may have left pointers into it.</summary>
internal sealed unsafe class SoftwareModule
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, SoftwareModule> s_shared = [];
    private static int s_copies;

    private readonly Dictionary<string, SoftwareKernel> _byName = new(StringComparer.Ordinal);
    private readonly byte[] _library;
    private readonly nuint _base;
    private readonly Dictionary<string, (nuint Address, nuint Size)> _globals = new(StringComparer.Ordinal);

    private SoftwareModule(string path, ModuleImage image)
    {
        var library = NativeLibrary.Load(path);
        var kernels = new List<SoftwareKernel>();
        var shared = ElfFile.ThreadLocalVariables(image.Library);
        var constants = new List<(ulong Low, ulong High)>();
        for (var i = 0; i < image.Kernels; i++)
        {
            var entry = (Entry*)NativeLibrary.GetExport(library, $"ck_entry_{i}");
            var parameters = new SoftwareParameter[entry->ParameterCount];
            for (var p = 0; p < parameters.Length; p++)
            {
                var (offset, size, kind) = (entry->Parameters[3 * p], entry->Parameters[(3 * p) + 1], entry->Parameters[(3 * p) + 2]);
                parameters[p] = new SoftwareParameter((int)offset, (int)size, (SoftwareParameterKind)kind);
            }

            var name = NativeRuntime.Instance.Symbol(entry->Function);
            // The variables of a function are named after it.
            var scope = name.StartsWith("_Z", StringComparison.Ordinal) ? $"_ZZ{name[2..]}E" : $"_ZZ{name.Length}{name}E";
            var own = shared.Where(variable => variable.Symbol.StartsWith(scope, StringComparison.Ordinal)).Sum(variable => (long)variable.Size);
            var kernel = new SoftwareKernel(this, name, Marshal.PtrToStringUTF8(entry->Expression)!, entry->Call, parameters, (int)entry->MaxThreads, image.SharedBytes, own)
            {
                // What __cluster_dims__ leaves out is 1.
                Cluster = entry->Cluster[0] == 0 ? default : new Dim3(entry->Cluster[0], Math.Max(1, entry->Cluster[1]), Math.Max(1, entry->Cluster[2])),
            };
            kernels.Add(kernel);
        }

        for (var i = 0; i < image.Globals; i++)
        {
            var global = (Global*)NativeLibrary.GetExport(library, $"ck_global_{i}");
            _globals[Marshal.PtrToStringUTF8(global->Name)!] = (global->Address, (nuint)global->Size);
            if (global->IsConstant != 0)
            {
                constants.Add((global->Address, global->Address + global->Size));
            }
        }

        _library = image.Library;
        _base = kernels.Count == 0 ? 0 : NativeRuntime.Instance.ModuleBase(kernels[0].Call);
        IsChecked = image.IsChecked;
        if (IsChecked)
        {
            kernels = [.. kernels.Select(kernel => kernel with { SharedVariables = new NativeList<(uint, uint)>(SharedVariablesOf(kernel, kernels, shared)) })];
            Constants = new NativeList<(ulong, ulong)>(constants);
            Objects = new NativeList<(ulong, ulong)>([.. ElfFile.Variables(image.Library).Select(variable => (_base + variable.Address, _base + variable.Address + variable.Size))]);
        }

        Kernels = kernels;
        foreach (var kernel in kernels)
        {
            _byName[kernel.Name] = kernel;
        }
    }

    public IReadOnlyList<SoftwareKernel> Kernels { get; }

    /// <summary>Whether the module was compiled for the checking mode.</summary>
    public bool IsChecked { get; }

    /// <summary>First address and end of the __constant__ variables; for the checking mode.</summary>
    public NativeList<(ulong Low, ulong High)> Constants { get; }

    /// <summary>First address and end of every variable outside shared memory; for the checking mode.</summary>
    public NativeList<(ulong Low, ulong High)> Objects { get; }

    /// <summary>The lines of addresses in the module's code.</summary>
    public IReadOnlyDictionary<ulong, SourceLine> Lines(IReadOnlyCollection<ulong> addresses) => SourceLine.Find(_library, _base, addresses);

    /// <summary>Loads an image. Images without variables are loaded once; others once per call, since each load has variables of its own.</summary>
    /// <exception cref="InvalidDataException">The bytes are no image, or are damaged.</exception>
    public static SoftwareModule Load(ReadOnlySpan<byte> bytes)
    {
        if (!ModuleImage.TryRead(bytes, out var image))
        {
            throw new InvalidDataException("these bytes are not an image of the software CUDA device, or are damaged");
        }

        lock (s_lock)
        {
            if (image.Globals == 0 && s_shared.TryGetValue(image.Hash, out var loaded))
            {
                return loaded;
            }

            // The loader takes a file for the same library when path and inode agree: a copy of its own, gone from disk once loaded.
            var path = Path.Combine(NativeRuntime.Instance.Folder.Modules, $"{image.Hash[..16]}-{Environment.ProcessId}-{++s_copies}.so");
            File.WriteAllBytes(path, image.Library);
            try
            {
                loaded = new SoftwareModule(path, image);
            }
            finally
            {
                File.Delete(path);
            }

            if (image.Globals == 0)
            {
                s_shared[image.Hash] = loaded;
            }

            return loaded;
        }
    }

    // All kernels of a module share one thread-local block, but a variable that is declared in a kernel is that kernel's alone.
    private static IReadOnlyList<(uint Offset, uint Size)> SharedVariablesOf(SoftwareKernel kernel, List<SoftwareKernel> kernels, IReadOnlyList<(string Symbol, uint Offset, uint Size)> variables)
    {
        var others = kernels.Where(other => other.Name != kernel.Name).Select(other => LocalPrefix(other.Name)).ToList();
        var own = variables.Where(variable => !others.Exists(prefix => variable.Symbol.StartsWith(prefix, StringComparison.Ordinal))).Select(variable => (variable.Offset, variable.Size)).ToList();
        return own.Count == 0 && variables.Count > 0 ? [(0, 0)] : own; // an empty list would mean that nothing is known of the variables
    }

    /// <summary>What the symbols of a function's static variables begin with.</summary>
    private static string LocalPrefix(string function) => function.StartsWith("_Z", StringComparison.Ordinal) ? $"_ZZ{function[2..]}E" : $"_ZZ{Encoding.UTF8.GetByteCount(function)}{function}E";

    public bool TryGetKernel(string loweredName, [NotNullWhen(true)] out SoftwareKernel? kernel) => _byName.TryGetValue(loweredName, out kernel);

    /// <summary>Finds a __device__ or __constant__ variable by its qualified name.</summary>
    public bool TryGetGlobal(string name, out nuint address, out nuint size)
    {
        var found = _globals.TryGetValue(name, out var global);
        (address, size) = global;
        return found;
    }

#pragma warning disable CS0649 // the compiled module fills them

    /// <summary>ck_entry of native/device/entry.h.</summary>
    private struct Entry
    {
        public nint Expression;
        public nint Function;
        public nint Call;
        public uint ParameterCount;
        public uint MaxThreads;
        public uint* Parameters;
        public fixed uint Cluster[3];
    }

    /// <summary>ck_global of native/device/entry.h.</summary>
    private struct Global
    {
        public nint Name;
        public nuint Address;
        public ulong Size;
        public ulong IsConstant;
    }
}
