using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>A stand-in for NVRTC that records what it is given and answers as told, behind real function pointers.</summary>
/// <remarks>The functions are static, so one instance is current at a time: its tests share the collection <see cref="Collection"/>.</remarks>
internal sealed unsafe class FakeNvrtc : ISymbolSource
{
    public const string Collection = "fake NVRTC";
    private static FakeNvrtc s_current = new();
    private readonly ConcurrentDictionary<nint, Program> _programs = new();
    private int _nextProgram;
    private int _compilations;

    public sealed class Program
    {
        public string Name = "";
        public string Text = "";
        public List<(string Name, string Text)> Headers = [];
        public List<string> Expressions = [];
        public List<string> Options = [];
        public Dictionary<string, nint> LoweredNames = [];
    }

    public FakeNvrtc() => s_current = this;

    public NvrtcApi Api => new(this);

    public (int Major, int Minor) Version { get; set; } = (12, 8);

    public int[] Architectures { get; set; } = [90, 75, 80];

    /// <summary>The code that a function returns, by its name; NVRTC_SUCCESS for those not listed.</summary>
    public Dictionary<string, nvrtcResult> Results { get; } = [];

    public byte[] Log { get; set; } = [0];

    public string PtxHeader { get; set; } = "//\n// Cuda compilation tools, release 12.8, V12.8.93\n//\n\n.version 8.7\n";

    /// <summary>Called in the middle of a compilation.</summary>
    public Action<Program>? Compiling { get; set; }

    /// <summary>What lowers a name expression.</summary>
    public Func<string, string> Lower { get; set; } = expression => "_Z" + expression;

    /// <summary>The programs compiled, the empty probe left out.</summary>
    public List<Program> Compiled { get; } = [];

    public int Compilations => _compilations;

    public int LivePrograms => _programs.Count;

    public SymbolLookup Find(in NativeFunction function)
    {
        nint address = function.Name switch
        {
            "nvrtcVersion" => (nint)(delegate* unmanaged<int*, int*, nvrtcResult>)&GetVersion,
            "nvrtcGetNumSupportedArchs" => (nint)(delegate* unmanaged<int*, nvrtcResult>)&GetNumSupportedArchs,
            "nvrtcGetSupportedArchs" => (nint)(delegate* unmanaged<int*, nvrtcResult>)&GetSupportedArchs,
            "nvrtcCreateProgram" => (nint)(delegate* unmanaged<nvrtcProgram*, byte*, byte*, int, byte**, byte**, nvrtcResult>)&CreateProgram,
            "nvrtcDestroyProgram" => (nint)(delegate* unmanaged<nvrtcProgram*, nvrtcResult>)&DestroyProgram,
            "nvrtcAddNameExpression" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&AddNameExpression,
            "nvrtcCompileProgram" => (nint)(delegate* unmanaged<nvrtcProgram, int, byte**, nvrtcResult>)&CompileProgram,
            "nvrtcGetLoweredName" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, byte**, nvrtcResult>)&GetLoweredName,
            "nvrtcGetProgramLogSize" => (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&GetLogSize,
            "nvrtcGetProgramLog" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&GetLog,
            "nvrtcGetCUBINSize" => (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&GetCubinSize,
            "nvrtcGetCUBIN" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&GetCubin,
            "nvrtcGetPTXSize" => (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&GetPtxSize,
            "nvrtcGetPTX" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&GetPtx,
            "nvrtcGetLTOIRSize" => (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&GetLtoIrSize,
            "nvrtcGetLTOIR" => (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&GetLtoIr,
            _ => 0,
        };
        return address != 0 ? SymbolLookup.Found(address) : SymbolLookup.Missing("the fake does not provide it");
    }

    /// <summary>What the fake makes of a program: tells which source and options it came from.</summary>
    public static byte[] Image(string kind, Program program) => Encoding.UTF8.GetBytes($"{kind} of {program.Name}: {program.Text} [{string.Join(' ', program.Options)}]");

    private static nvrtcResult Result([CallerMemberName] string function = "") => s_current.Results.GetValueOrDefault("nvrtc" + function, nvrtcResult.NVRTC_SUCCESS);

    private static Program Of(nvrtcProgram program) => s_current._programs[program.Value];

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;

    private byte[] Ptx(Program program) => [.. Encoding.UTF8.GetBytes(PtxHeader), .. Image("ptx", program), 0];

    [UnmanagedCallersOnly]
    private static nvrtcResult GetVersion(int* major, int* minor)
    {
        (*major, *minor) = s_current.Version;
        return Result("Version");
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult GetNumSupportedArchs(int* count)
    {
        *count = s_current.Architectures.Length;
        return Result();
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult GetSupportedArchs(int* architectures)
    {
        s_current.Architectures.CopyTo(new Span<int>(architectures, s_current.Architectures.Length));
        return Result();
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult CreateProgram(nvrtcProgram* program, byte* text, byte* name, int headerCount, byte** headers, byte** headerNames)
    {
        var result = Result();
        if (result != nvrtcResult.NVRTC_SUCCESS)
            return result;
        var made = new Program { Name = Text(name), Text = Text(text) };
        for (var i = 0; i < headerCount; i++)
            made.Headers.Add((Text(headerNames[i]), Text(headers[i])));
        *program = new nvrtcProgram(Interlocked.Increment(ref s_current._nextProgram));
        s_current._programs[program->Value] = made;
        return result;
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult DestroyProgram(nvrtcProgram* program)
    {
        if (!s_current._programs.TryRemove(program->Value, out var made))
            return nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM;
        foreach (var name in made.LoweredNames.Values)
            Marshal.FreeCoTaskMem(name);
        *program = default;
        return nvrtcResult.NVRTC_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult AddNameExpression(nvrtcProgram program, byte* expression)
    {
        Of(program).Expressions.Add(Text(expression));
        return Result();
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult CompileProgram(nvrtcProgram program, int count, byte** options)
    {
        var made = Of(program);
        for (var i = 0; i < count; i++)
            made.Options.Add(Text(options[i]));
        if (made.Text.Length == 0)
            return nvrtcResult.NVRTC_SUCCESS; // the build probe
        Interlocked.Increment(ref s_current._compilations);
        s_current.Compiling?.Invoke(made);
        lock (s_current.Compiled)
            s_current.Compiled.Add(made);
        return Result();
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult GetLoweredName(nvrtcProgram program, byte* expression, byte** lowered)
    {
        var name = Marshal.StringToCoTaskMemUTF8(s_current.Lower(Text(expression)));
        Of(program).LoweredNames[Text(expression)] = name;
        *lowered = (byte*)name;
        return Result();
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult GetLogSize(nvrtcProgram program, nuint* size) => Size(size, s_current.Log);

    [UnmanagedCallersOnly]
    private static nvrtcResult GetLog(nvrtcProgram program, byte* log) => Copy(log, s_current.Log);

    [UnmanagedCallersOnly]
    private static nvrtcResult GetCubinSize(nvrtcProgram program, nuint* size) => Size(size, Image("cubin", Of(program)));

    [UnmanagedCallersOnly]
    private static nvrtcResult GetCubin(nvrtcProgram program, byte* image) =>
        Result("GetCUBIN") == nvrtcResult.NVRTC_SUCCESS ? Copy(image, Image("cubin", Of(program))) : Result("GetCUBIN");

    [UnmanagedCallersOnly]
    private static nvrtcResult GetPtxSize(nvrtcProgram program, nuint* size) => Size(size, s_current.Ptx(Of(program)));

    [UnmanagedCallersOnly]
    private static nvrtcResult GetPtx(nvrtcProgram program, byte* image) => Copy(image, s_current.Ptx(Of(program)));

    [UnmanagedCallersOnly]
    private static nvrtcResult GetLtoIrSize(nvrtcProgram program, nuint* size) => Size(size, Image("ltoir", Of(program)));

    [UnmanagedCallersOnly]
    private static nvrtcResult GetLtoIr(nvrtcProgram program, byte* image) => Copy(image, Image("ltoir", Of(program)));

    private static nvrtcResult Size(nuint* size, byte[] bytes)
    {
        *size = (nuint)bytes.Length;
        return nvrtcResult.NVRTC_SUCCESS;
    }

    private static nvrtcResult Copy(byte* target, byte[] bytes)
    {
        bytes.CopyTo(new Span<byte>(target, bytes.Length));
        return nvrtcResult.NVRTC_SUCCESS;
    }
}
