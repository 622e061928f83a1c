using System.Collections.Concurrent;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A program of the software NVRTC: its source, and what came of compiling it.</summary>
internal sealed class NvrtcUnit(SoftwareProgram program)
{
    private static readonly ConcurrentDictionary<nint, NvrtcUnit> s_units = [];
    private static long s_lastHandle;
    private readonly Dictionary<string, nint> _loweredNames = new(StringComparer.Ordinal);
    private byte[]? _image;
    private bool _isCompiled;

    /// <summary>The log, ended by a zero byte.</summary>
    public byte[] Log { get; private set; } = [0];

    public byte[] Image => _image ?? throw new NvrtcError(nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM);

    /// <summary>What tells this compiler and engine from others.</summary>
    private static string Build
    {
        get
        {
            var compiler = NativeRuntime.Instance.Compiler;
            return $"{compiler.Path} {compiler.Version}; engine {typeof(NvrtcUnit).Module.ModuleVersionId}";
        }
    }

    public static nvrtcProgram Add(NvrtcUnit unit)
    {
        var handle = (nint)(Interlocked.Increment(ref s_lastHandle) << 4);
        s_units[handle] = unit;
        return new nvrtcProgram(handle);
    }

    public static NvrtcUnit Find(nvrtcProgram program) =>
        s_units.TryGetValue(program.Value, out var unit) ? unit : throw new NvrtcError(nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM);

    public static void Remove(nvrtcProgram program)
    {
        if (!s_units.TryRemove(program.Value, out _))
            throw new NvrtcError(nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM);
    }

    public void AddNameExpression(string expression)
    {
        if (_isCompiled)
            throw new NvrtcError(nvrtcResult.NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION);
        program.AddNameExpression(expression);
    }

    public nvrtcResult Compile(IReadOnlyList<string> options)
    {
        _isCompiled = true;
        SoftwareCompilation compilation;
        try
        {
            compilation = program.Compile(options);
        }
        catch (CudaNotSupportedException missing)
        {
            // No compiler on this machine: the log is the place that callers show.
            SetLog(missing.Message);
            return nvrtcResult.NVRTC_ERROR_BUILTIN_OPERATION_FAILURE;
        }
        catch (ArgumentException option)
        {
            SetLog(option.Message);
            return nvrtcResult.NVRTC_ERROR_INVALID_OPTION;
        }

        SetLog(compilation.Log);
        if (!compilation.Succeeded)
            return nvrtcResult.NVRTC_ERROR_COMPILATION;
        _image = EmulatedImage.Write(compilation.Image, Build);
        foreach (var (expression, lowered) in compilation.LoweredNames)
            _loweredNames[expression] = NativeText.Keep(lowered);
        return nvrtcResult.NVRTC_SUCCESS;
    }

    /// <summary>The lowered name as a C string that lives as long as the process.</summary>
    public nint LoweredName(string expression)
    {
        if (!_isCompiled)
            throw new NvrtcError(nvrtcResult.NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION);
        return _loweredNames.TryGetValue(expression, out var lowered) ? lowered : throw new NvrtcError(nvrtcResult.NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID);
    }

    private void SetLog(string text) => Log = [.. Encoding.UTF8.GetBytes(text), 0];
}
