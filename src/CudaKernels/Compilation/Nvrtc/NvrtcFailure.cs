using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Words an <see cref="NvrtcCompilationException"/>: what failed, the log, and what to do.</summary>
internal static unsafe class NvrtcFailure
{
    public static NvrtcCompilationException Make(NvrtcApi api, string call, nvrtcResult result, ResolvedSource source, IReadOnlyList<string> arguments, string log, string version)
    {
        var text = new StringBuilder();
        var errors = CompileDiagnostic.Read(log).Count(diagnostic => diagnostic.IsError);
        text.Append(result == nvrtcResult.NVRTC_ERROR_COMPILATION
            ? string.Create(CultureInfo.InvariantCulture, $"{source.Name} does not compile: {Count(errors)}")
            : $"compiling {source.Name} failed: {call} returned {Name(api, result)} ({(int)result})");
        text.Append(CultureInfo.InvariantCulture, $" (NVRTC {version}, {string.Join(' ', arguments)}).");
        if (Advice(result) is { } advice)
            text.Append(' ').Append(advice);
        if (log.Length > 0)
            text.AppendLine().Append(CompileDiagnostic.WithFileAndLine(log));
        AppendMissingHeaders(text, source, log);
        return new NvrtcCompilationException(Code(result), result, text.ToString(), source.Name, arguments, log);
    }

    /// <summary>For code that is asked of NVRTC before there is a source.</summary>
    public static CudaException Make(NvrtcApi api, string call, nvrtcResult result) =>
        new(Code(result), $"{call} returned {Name(api, result)} ({(int)result}). {Advice(result)}".TrimEnd());

    private static string Count(int errors) => errors switch
    {
        0 => "see the log",
        1 => "1 error",
        _ => string.Create(CultureInfo.InvariantCulture, $"{errors} errors"),
    };

    private static string Name(NvrtcApi api, nvrtcResult result)
    {
        if (Enum.IsDefined(result))
            return result.ToString();
        return api.IsAvailable(nameof(NvrtcApi.nvrtcGetErrorString)) ? Marshal.PtrToStringUTF8((nint)api.nvrtcGetErrorString(result)) ?? "an unknown code" : "an unknown code";
    }

    private static void AppendMissingHeaders(StringBuilder text, ResolvedSource source, string log)
    {
        foreach (var missing in source.Unresolved)
        {
            if (!log.Contains(missing.Spelling, StringComparison.Ordinal))
                continue; // in a branch that was not taken
            var places = missing.Searched.Count == 0 ? "no folder to search" : string.Join(", ", missing.Searched.Distinct(StringComparer.Ordinal));
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{missing.Includer}:{missing.Line} includes {missing.Spelling}, which was looked for in: {places}. Set CompileOptions.IncludePaths, or CUDA_PATH for the headers of a CUDA toolkit.");
        }
    }

    private static string? Advice(nvrtcResult result) => result switch
    {
        nvrtcResult.NVRTC_ERROR_OUT_OF_MEMORY => "The host is out of memory.",
        nvrtcResult.NVRTC_ERROR_INVALID_OPTION => "This NVRTC does not know one of the options.",
        nvrtcResult.NVRTC_ERROR_BUILTIN_OPERATION_FAILURE => "NVRTC could not load its builtins library (libnvrtc-builtins, nvrtc-builtins64): it must lie beside NVRTC, from the same CUDA version.",
        nvrtcResult.NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID => "A name expression of CompileOptions.Kernels names no __global__ function of this source; write it as in C++, with its namespace and template arguments.",
        nvrtcResult.NVRTC_ERROR_INTERNAL_ERROR => "This is a fault of the compiler itself; a smaller source may show where.",
        _ => null,
    };

    private static CUresult Code(nvrtcResult result) => result switch
    {
        nvrtcResult.NVRTC_ERROR_OUT_OF_MEMORY => CUresult.CUDA_ERROR_OUT_OF_MEMORY,
        nvrtcResult.NVRTC_ERROR_INVALID_OPTION or nvrtcResult.NVRTC_ERROR_INVALID_INPUT or nvrtcResult.NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID => CUresult.CUDA_ERROR_INVALID_VALUE,
        nvrtcResult.NVRTC_ERROR_COMPILATION => CUresult.CUDA_ERROR_INVALID_SOURCE,
        nvrtcResult.NVRTC_ERROR_BUILTIN_OPERATION_FAILURE => CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
        _ => CUresult.CUDA_ERROR_UNKNOWN,
    };
}
