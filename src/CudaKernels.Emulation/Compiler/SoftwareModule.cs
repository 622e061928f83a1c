using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

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

            var kernel = new SoftwareKernel(
                this, NativeRuntime.Instance.Symbol(entry->Function), Marshal.PtrToStringUTF8(entry->Expression)!, entry->Call, parameters, (int)entry->MaxThreads, image.SharedBytes);
            kernels.Add(kernel);
            _byName[kernel.Name] = kernel;
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
            SharedVariables = new NativeList<(uint, uint)>(ElfFile.ThreadLocalVariables(image.Library));
            Constants = new NativeList<(ulong, ulong)>(constants);
            Objects = new NativeList<(ulong, ulong)>([.. ElfFile.Variables(image.Library).Select(variable => (_base + variable.Address, _base + variable.Address + variable.Size))]);
        }

        Kernels = kernels;
    }

    public IReadOnlyList<SoftwareKernel> Kernels { get; }

    /// <summary>Whether the module was compiled for the checking mode.</summary>
    public bool IsChecked { get; }

    /// <summary>Offset and size of the variables in static shared memory; for the checking mode.</summary>
    public NativeList<(uint Offset, uint Size)> SharedVariables { get; }

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
