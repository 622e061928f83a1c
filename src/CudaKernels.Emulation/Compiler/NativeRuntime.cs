using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace CudaKernels.Emulation;

/// <summary>The engine of the software device: C++ compiled once on this machine, loaded once into the process, never unloaded.</summary>
internal sealed unsafe class NativeRuntime
{
    private static readonly Lock s_lock = new();
    private static NativeRuntime? s_instance;
    private static string? s_reason;

    private readonly delegate* unmanaged<LaunchConfiguration*, LaunchOutcome*, int> _launch;
    private readonly delegate* unmanaged<LaunchOutcome*, void> _release;
    private readonly delegate* unmanaged<ulong, ulong, void*> _malloc;
    private readonly delegate* unmanaged<void*, ulong, void> _free;
    private readonly delegate* unmanaged<void*, byte*, ulong, int> _symbol;
    private readonly delegate* unmanaged<void*, ulong> _moduleBase;
    private readonly delegate* unmanaged<int> _checkEnable;
    private readonly delegate* unmanaged<void*, ulong, void> _checkWritten;
    private readonly delegate* unmanaged<void*, void*, ulong, void> _checkCopied;
    private readonly delegate* unmanaged<void*, ulong, void> _checkHostRange;

    private NativeRuntime(EngineFolder folder)
    {
        Folder = folder;
        var library = NativeLibrary.Load(folder.Library);
        _launch = (delegate* unmanaged<LaunchConfiguration*, LaunchOutcome*, int>)NativeLibrary.GetExport(library, "ckrt_launch");
        _release = (delegate* unmanaged<LaunchOutcome*, void>)NativeLibrary.GetExport(library, "ckrt_release");
        _malloc = (delegate* unmanaged<ulong, ulong, void*>)NativeLibrary.GetExport(library, "ckrt_malloc");
        _free = (delegate* unmanaged<void*, ulong, void>)NativeLibrary.GetExport(library, "ckrt_free");
        _symbol = (delegate* unmanaged<void*, byte*, ulong, int>)NativeLibrary.GetExport(library, "ckrt_symbol");
        _moduleBase = (delegate* unmanaged<void*, ulong>)NativeLibrary.GetExport(library, "ckrt_module_base");
        _checkEnable = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "ckrt_check_enable");
        _checkWritten = (delegate* unmanaged<void*, ulong, void>)NativeLibrary.GetExport(library, "ckrt_check_written");
        _checkCopied = (delegate* unmanaged<void*, void*, ulong, void>)NativeLibrary.GetExport(library, "ckrt_check_copied");
        _checkHostRange = (delegate* unmanaged<void*, ulong, void>)NativeLibrary.GetExport(library, "ckrt_check_host_range");
    }

    /// <summary>The engine, compiled on first use.</summary>
    /// <exception cref="CudaNotSupportedException">It cannot be had here: the message says why.</exception>
    public static NativeRuntime Instance => TryLoad(out var runtime, out var reason) ? runtime : throw new CudaNotSupportedException(reason);

    public EngineFolder Folder { get; }

    public HostCompiler Compiler => Folder.Compiler;

    public static bool TryLoad([NotNullWhen(true)] out NativeRuntime? runtime, [NotNullWhen(false)] out string? reason)
    {
        lock (s_lock)
        {
            if (s_instance is null && s_reason is null && HostCompiler.TryFind(out var compiler, out s_reason))
            {
                s_instance = new NativeRuntime(EngineFolder.Prepare(compiler));
            }

            (runtime, reason) = (s_instance, s_reason!);
            return runtime is not null;
        }
    }

    /// <summary>Device memory, filled with 0xFF and followed by a page that nothing may touch; 0 when there is none left.</summary>
    public nuint Allocate(nuint byteCount, nuint alignment) => (nuint)_malloc(byteCount, alignment);

    public void Free(nuint address, nuint byteCount) => _free((void*)address, byteCount);

    /// <summary>The mangled name of a function.</summary>
    public string Symbol(nint function)
    {
        const int capacity = 8192;
        var name = stackalloc byte[capacity];
        var length = _symbol((void*)function, name, capacity);
        return Encoding.UTF8.GetString(name, Math.Min(length, capacity - 1));
    }

    /// <summary>Where the shared object of an address was loaded.</summary>
    public nuint ModuleBase(nint address) => (nuint)_moduleBase((void*)address);

    /// <summary>Prepares the checking mode: device memory allocated from now on is watched.</summary>
    /// <exception cref="CudaNotSupportedException">The addresses that it needs are taken in this process.</exception>
    public void EnableChecks()
    {
        if (_checkEnable() == 0)
        {
            throw new CudaNotSupportedException("the checking mode of the software device needs a range of addresses that is taken in this process");
        }
    }

    /// <summary>Tells the checking mode that the host has written device memory.</summary>
    public void NoteWritten(void* memory, nuint bytes) => _checkWritten(memory, bytes);

    /// <summary>Tells the checking mode of a copy to device memory.</summary>
    public void NoteCopied(void* to, void* from, nuint bytes) => _checkCopied(to, from, bytes);

    /// <summary>Tells the checking mode of host memory that kernels may use; 0 bytes: not any more.</summary>
    public void NoteHostRange(nuint address, nuint bytes) => _checkHostRange((void*)address, bytes);

    /// <summary>Runs a grid to its end. Any thread may call; launches may overlap.</summary>
    public NativeLaunchResult Launch(in NativeLaunch launch)
    {
        var kernel = launch.Kernel;
        LaunchConfiguration configuration = default;
        configuration.Entry = kernel.Call;
        configuration.Arguments = launch.Arguments;
        configuration.DynamicShared = launch.SharedBytes;
        configuration.Workers = (uint)Math.Max(launch.Workers, 1);
        configuration.Flags = (launch.Reversed ? 1u : 0u) | (launch.Cooperative ? 2u : 0u) | (kernel.Module.IsChecked ? 4u : 0u) | (launch.Dependent ? 8u : 0u);
        configuration.TimeLimit = (uint)launch.TimeLimitMilliseconds;
        configuration.Seed = launch.Seed;
        configuration.Stream = launch.Stream;
        configuration.Shared = kernel.SharedVariables.Pointer;
        configuration.SharedCount = (uint)kernel.SharedVariables.Count;
        configuration.Constants = kernel.Module.Constants.Pointer;
        configuration.ConstantCount = (uint)kernel.Module.Constants.Count;
        configuration.Objects = kernel.Module.Objects.Pointer;
        configuration.ObjectCount = (uint)kernel.Module.Objects.Count;
        Set(configuration.Grid, launch.Grid);
        Set(configuration.Block, launch.Block);
        Set(configuration.Cluster, launch.Cluster == default ? new Dim3(1) : launch.Cluster);
        LaunchOutcome outcome;
        if (_launch(&configuration, &outcome) != 0)
        {
            return new NativeLaunchResult(new NativeFault("limit", $"{kernel.Expression} needs more blocks at once, or more shared memory, than the engine has", kernel.Expression, null, 0, default, default, 0), "", [], 0);
        }

        var output = outcome.Output is null ? "" : Encoding.UTF8.GetString(outcome.Output, checked((int)outcome.OutputLength));
        var places = FindingReader.Places(outcome.Findings, outcome.FindingCount, outcome.ProgramCounter);
        var lines = places.Count == 0 ? new Dictionary<ulong, SourceLine>() : kernel.Module.Lines(places);
        var findings = FindingReader.Read(kernel.Expression, outcome.Findings, outcome.FindingCount, lines);
        var place = lines.GetValueOrDefault(outcome.ProgramCounter);
        var fault = outcome.Rule == 0
            ? null
            : new NativeFault(
                FindingReader.RuleName(outcome.Rule), Marshal.PtrToStringUTF8((nint)outcome.Message)!, kernel.Expression, place?.File, place?.Line ?? outcome.Line,
                Get(outcome.Thread), Get(outcome.Block), outcome.Address);
        var accesses = outcome.Accesses;
        _release(&outcome);
        return new NativeLaunchResult(fault, output, findings, accesses);
    }

    private static void Set(uint* target, Dim3 value) => (target[0], target[1], target[2]) = (value.X, value.Y, value.Z);

    private static Dim3 Get(uint* value) => new(value[0], value[1], value[2]);

    /// <summary>ckrt_launch_config of native/runtime/abi.h.</summary>
    private struct LaunchConfiguration
    {
        public nint Entry;
        public void** Arguments;
        public byte* Kernel;
        public fixed uint Grid[3];
        public fixed uint Block[3];
        public fixed uint Cluster[3];
        public uint DynamicShared;
        public uint Workers;
        public uint Flags;
        public uint TimeLimit;
        public ulong Seed;
        public ulong Stream;
        public void* Shared;
        public uint SharedCount;
        public void* Constants;
        public uint ConstantCount;
        public void* Objects;
        public uint ObjectCount;
    }

    /// <summary>ckrt_result of native/runtime/abi.h.</summary>
    private struct LaunchOutcome
    {
        public int Rule;
        public int Line;
        public fixed uint Thread[3];
        public fixed uint Block[3];
        public ulong Address;
        public ulong ProgramCounter;
        public fixed byte Message[1024];
        public byte* Output;
        public ulong OutputLength;
        public NativeFinding* Findings;
        public ulong FindingCount;
        public ulong Accesses;
    }
}
